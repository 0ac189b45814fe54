// SPDX-License-Identifier: Apache-2.0
// Published measurements against the simulator: each row becomes the scenarios it describes, their
// steps are simulated, and the outcome is compared on the source's own terms. Every row ends with a
// status.
#pragma once
#include "sim/study/row_scenario.hpp"
#include "sim/study/step_runs.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// predicted; does_not_fit: predicted, though the memory check says that it could not run;
/// not_comparable: simulated, but the printed value is no time of a step.
enum class RowStatus {
  predicted,
  does_not_fit,
  not_comparable,
  not_expressible,
  infeasible,
  failed
};
const char* name_of(RowStatus status);

/// A choice that was simulated.
struct Tried {
  std::size_t choice = 0;  // of RowPlan::choices
  double predicted = 0;    // in the row's unit
  double ratio = 1;        // predicted / measured step time
  double measured = 0;     // seconds of a step, as this choice counts FLOPs
};

struct RowResult {
  Measurement row;
  RowPlan plan;
  RowStatus status = RowStatus::failed;
  std::string reason;  // of any status but predicted
  // In the row's unit, and in seconds of a step. The prediction is the fastest of the open choices
  // that fit; low and high are over all that fit and are near the best, and the plan's spread.
  double predicted = 0, low = 0, high = 0;
  double measured_seconds = 0, predicted_seconds = 0;
  double sequences = 0;             // of the prediction's step
  double error = 0;                 // predicted / measured step time - 1
  double best_error = 0;            // of the choice nearest to what was measured
  double width = 1;                 // slow end of the range over its fast end
  bool covered = false;             // the measured value lies between low and high
  std::vector<Tried> tried;         // the choices that fit, in the order of the plan
  std::string how;                  // the measured step time was found so
  std::size_t choice = 0;           // of plan.choices, the prediction's
  std::size_t best_choice = 0;      // the nearest's
  double memory = 0, capacity = 0;  // bytes a card, of the prediction
  std::vector<std::pair<std::string, double>> breakdown;

  [[nodiscard]] bool compared() const {
    return status == RowStatus::predicted || status == RowStatus::does_not_fit;
  }
};

/// Other constants than the catalogue's.
struct WhatIf {
  /// What is laid over a choice, given its cluster's accelerator; may be empty.
  std::function<std::vector<Override>(const RowChoice& choice, const std::string& accelerator)>
      overrides{};
  /// All predictions times the geometric mean of measured / predicted over grade A.
  bool one_factor = false;
};

/// In the order of the rows.
std::vector<RowResult> validate_rows(const std::vector<Measurement>& rows, const Rules& rules,
                                     const Workers& workers, const WhatIf& what_if = {});

/// Adds the breakdown to these rows.
void add_breakdowns(std::vector<RowResult*> results, const Workers& workers);

}  // namespace qianka
