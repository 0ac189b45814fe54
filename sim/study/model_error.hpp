// SPDX-License-Identifier: Apache-2.0
// How far predictions are off, by what was measured: of an accelerator under a stack, by the size
// of the job. It is what a comparison's intervals are made of, beside the luck of the seeds.
#pragma once
#include "sim/language/said.hpp"
#include "sim/study/validation.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

/// One line of scenarios/validation/model-error.csv: what the rows of grade A of one accelerator,
/// stack and size of job came to.
struct ErrorCell {
  std::string accelerator, stack;
  int cards = 0;        // the most of this size; 0 = no limit
  int rows = 0;         // above 0
  double rms = 0;       // of ln(predicted / measured step time), bias included
  int largest_job = 0;  // cards
};

struct ModelError {
  double sigma = 0;     // of ln(predicted / true step time), taken as normal
  int rows = 0;         // behind it; 0: nothing was ever measured on this accelerator
  int largest_job = 0;  // cards of the largest measured job of this accelerator
  Said basis;           // in words
};

class ModelErrors {
 public:
  explicit ModelErrors(std::vector<ErrorCell> cells) : cells_(std::move(cells)) {}

  /// Of the narrowest group with five rows or more: this accelerator, stack and size; any size, but
  /// no surer than the largest size that was measured; any stack. An accelerator with fewer rows is
  /// known from data sheets: +-30 % with 95 %, and the error of all rows on top.
  [[nodiscard]] ModelError of(const std::string& accelerator, const std::string& stack,
                              int cards) const;
  /// The stack that most was measured with on accelerators that `counts` holds for, of the same
  /// family as `like` if there is one (megatron-lm-2021, megatron-core), the first by name of
  /// equals; "" = none.
  [[nodiscard]] std::string usual_stack(const std::function<bool(const std::string&)>& counts,
                                        const std::string& like) const;

 private:
  std::vector<ErrorCell> cells_;
};

std::vector<ErrorCell> error_cells(const std::vector<RowResult>& results);
std::string model_error_csv(const std::vector<ErrorCell>& cells);
/// Throws InputError with everything that is wrong.
std::vector<ErrorCell> read_model_error(const std::string& text, const std::string& name);

}  // namespace qianka
