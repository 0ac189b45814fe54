// SPDX-License-Identifier: Apache-2.0
// Where the fitted constants stand in the catalogue: reads them there, lays other values over a
// scenario, and writes new ones, touching nothing but the numbers.
#pragma once
#include "sim/input/diagnostics.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/study/constants.hpp"
#include "sim/study/row_scenario.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

/// What of the catalogue a scenario uses, and which keys its own text sets.
struct UsedParts {
  std::string stack, cluster, accelerator;
  std::vector<std::string> own_keys;  // "job.stack.tensor_overlap"
  KeyValues constants;                // those of them that hold a constant, and its id
};

/// Of a row's choice; `accelerator` where its text names none.
UsedParts used_parts(const RowChoice& choice, const std::string& accelerator);

/// One key in one file. It holds the product of its factors: constants by number, and scales.
struct ConstantPlace {
  std::string in, key;     // "stacks/megatron-core", "realised.a100"
  std::string file;        // below the data directory
  SourcePos at;            // of the number
  std::string text, unit;  // "4", " ms"
  std::vector<std::pair<std::size_t, double>> factors;

  [[nodiscard]] double product(const std::vector<double>& values) const;
};

class ConstantPlaces {
 public:
  /// Reads the catalogue below `data`. Throws InputError when a target is not there, or is no
  /// number.
  ConstantPlaces(const Constants& constants, std::filesystem::path data);

  /// What the catalogue holds, by constant: from the first place where it stands alone.
  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  /// The same as one writes them, with units, by id.
  [[nodiscard]] std::map<std::string, std::string> texts() const;
  /// Places that hold something else, to the decimals written; "" of none.
  [[nodiscard]] std::vector<std::string> disagreements() const;

  /// True when a scenario of these parts reads the constant.
  [[nodiscard]] bool concerns(std::size_t constant, const UsedParts& parts) const;
  /// What lays `values` over a scenario of these parts.
  [[nodiscard]] std::vector<Override> overrides(const UsedParts& parts,
                                                const std::vector<double>& values) const;

  /// Writes the constants whose value changed; the files changed, below the data directory.
  [[nodiscard]] std::vector<std::string> write(const std::vector<double>& values) const;

 private:
  std::filesystem::path data_;
  std::vector<ConstantPlace> places_;
  std::vector<std::string> ids_, units_;  // by constant; " ms"
  std::vector<double> values_;
};

/// Three significant digits: what is written into the catalogue.
double rounded_constant(double value);

}  // namespace qianka
