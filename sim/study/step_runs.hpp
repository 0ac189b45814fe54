// SPDX-License-Identifier: Apache-2.0
// Steps of many scenarios, simulated side by side.
#pragma once
#include "sim/engine/workers.hpp"
#include "sim/metrics/step_summary.hpp"
#include "sim/study/conversion.hpp"

#include <string>
#include <vector>

namespace qianka {

struct StepRun {
  std::string name, text;             // of the scenario
  std::vector<Override> overrides{};  // laid over it
  bool even_if_too_large = true;      // otherwise only the memory is found
  bool details = false;               // the breakdown as well
  bool memory_only = false;           // nothing but the memory is found
};

struct StepOutcome {
  enum class End { ran, fits, too_large, not_expressible, infeasible, failed };
  End end = End::failed;  // `fits` and no more when only the memory was asked for
  std::string reason;     // why it did not run
  bool fits = true;
  double memory = 0, capacity = 0;  // bytes of the fullest card
  double seconds = 0;
  StepFacts facts;
  std::vector<std::pair<std::string, double>> breakdown;  // name, share of the step
};

/// In the order of `runs`; equal texts are simulated once.
std::vector<StepOutcome> run_steps(const std::vector<StepRun>& runs, const Workers& workers);

}  // namespace qianka
