// SPDX-License-Identifier: Apache-2.0
// How often to save: what a search over intervals found, and what rules of thumb say beside it.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace qianka {

/// An interval and what the simulated weeks came to with it, in the mean over the seeds.
struct PlanPoint {
  std::string name;  // of a rule; empty on the curve
  Seconds every;
  double goodput = 0, ettr = 0;
};

struct CheckpointPlan {
  PlanPoint best;
  std::vector<PlanPoint> rules;  // by formula, and what the scenario says now
  std::vector<PlanPoint> curve;  // shortest interval first
  // What the formulas were told: measured in the runs.
  Seconds stall, between_failures, recovery;
  std::int64_t replicas = 0;  // seeds; every interval meets the same faults
  Seconds length;             // of each
  std::int64_t failures = 0;  // in all of them, at the best interval
  bool replayed = false;      // the faults are a given list: there is only one run
};

}  // namespace qianka
