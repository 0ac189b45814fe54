// SPDX-License-Identifier: Apache-2.0
// What can be had instead of ideals: changes of a scenario that somebody could buy, set or ask for.
#pragma once
#include "sim/language/said.hpp"
#include "sim/scenario/scenario.hpp"

#include <string>
#include <vector>

namespace qianka {

struct NextStep {
  Said what;
  std::vector<Override> sets;  // what --set takes
  bool of_weeks = false;       // cluster and job stay as they are
  bool same_training = true;   // else what is learnt changes with it
};

/// Whether they are possible, loading and simulating them says.
std::vector<NextStep> next_steps(const Scenario& scenario);

/// "--set job.global_batch=3072 --set …"
std::string sets_text(const std::vector<Override>& sets);

}  // namespace qianka
