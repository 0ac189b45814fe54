// SPDX-License-Identifier: Apache-2.0
// Predicted step times of the rows that constants are fitted on, as functions of the constants.
#pragma once
#include "sim/study/constant_places.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace qianka {

struct FitRow {
  std::string id, source, grade;
  std::string text;     // the scenario
  UsedParts parts;      // what it uses
  double measured = 0;  // seconds of a step
};

/// Keeps what it has simulated: a row is simulated again only when a constant moved that it reads.
class StepPredictor {
 public:
  /// All must outlive it.
  StepPredictor(const std::vector<FitRow>& rows, const ConstantPlaces& places, int workers)
      : rows_(rows), places_(places), workers_(workers) {}

  struct Question {
    std::size_t row;
    std::vector<double> values;  // of all constants
  };
  /// ln(predicted / measured) of each. Throws RunFailed when a step cannot be simulated.
  std::vector<double> errors(const std::vector<Question>& questions);

  [[nodiscard]] const std::vector<FitRow>& rows() const { return rows_; }
  [[nodiscard]] const ConstantPlaces& places() const { return places_; }
  [[nodiscard]] std::size_t simulated() const { return known_.size(); }

 private:
  const std::vector<FitRow>& rows_;
  const ConstantPlaces& places_;
  int workers_;
  std::map<std::string, double> known_;  // seconds, by row and what is laid over it
};

}  // namespace qianka
