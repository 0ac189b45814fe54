// SPDX-License-Identifier: Apache-2.0
// How fast a user's own kernels run: the stack's `realised` factor for the accelerator, so that
// simulated steps on the calibrated cluster take the measured time.
#pragma once
#include "sim/study/collective_fit.hpp"
#include "sim/study/least_squares.hpp"
#include "sim/study/measured_run.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct StepFit {
  const TimedStep* step = nullptr;
  Seconds before,
      after;  // simulated with the calibrated cluster: the stack as it was, and as fitted
};

/// One stack on one accelerator.
struct StackFit {
  std::string stack, accelerator;
  std::optional<double> catalogue = {};
  Estimate estimate = {};  // at four digits, as it is written
  int scenarios = 0;
  std::vector<StepFit> steps = {};
};

/// By stack, then accelerator, on the links as they were found. Throws InputError when a step is
/// faster than the peak of its cards allows or no factor explains it, and what a run of the
/// scenarios would throw.
std::vector<StackFit> fit_stacks(const std::vector<LinkFigure>& links,
                                 const std::vector<TimedStep>& steps);

}  // namespace qianka
