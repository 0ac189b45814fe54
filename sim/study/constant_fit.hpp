// SPDX-License-Identifier: Apache-2.0
// Constants fitted to rows: the least sum of
//   weight x noise^-2 x bend^2 (sqrt(1 + (e / bend)^2) - 1) over rows, e = ln(predicted /
//   measured), 1/2 ((coordinate - unfitted) / spread)^2 over constants,
// weight = 1 / sqrt(rows of that source), so that many rows of one source, whose errors are much
// alike, do not drown the others. A constant that no row needs stays at its unfitted value.
//
// Each round simulates every row once for each constant that it reads (Gauss and Newton). The least
// sum of the linear model within bounds is a step, taken if the simulated sum agrees, otherwise a
// shorter one; then the same slopes from there, as long as that helps.
#pragma once
#include "sim/study/constants.hpp"
#include "sim/study/step_predictor.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace qianka {

using Progress = std::function<void(const std::string&)>;

struct FitTask {
  std::vector<std::size_t> rows;  // of the predictor
  std::vector<std::size_t> free;  // constants that may move
  int rounds = 0;                 // 0: as in the settings
  bool details = true;            // deviation and felt rows too: one round more of simulations
  bool hold = false;              // nothing moves: details alone
};

struct FitOutcome {
  std::vector<double> values;     // of all constants; free ones to three significant digits
  std::vector<double> deviation;  // by constant: standard error of the coordinate; 0 when not free
  std::vector<std::vector<std::size_t>> felt;  // by constant: rows it moves (`felt_share`)
  double before = 0, after = 0;                // the sums
};

/// A constant is felt by a row whose step time it moves by more than this, when it moves by its
/// spread.
inline constexpr double felt_share = 0.003;

FitOutcome fit_constants(const Constants& constants, StepPredictor& predictor, const FitTask& task,
                         std::vector<double> start, const Progress& progress);

}  // namespace qianka
