// SPDX-License-Identifier: Apache-2.0
// What may limit a run, each as the change that lifts it: figures of the cluster, the job and the
// software that become ideal, or a switch of the step's model where no figure says it.
#pragma once
#include "sim/engine/step_lifts.hpp"
#include "sim/language/said.hpp"
#include "sim/scenario/scenario.hpp"

#include <functional>
#include <string>
#include <vector>

namespace qianka {

struct Limit {
  Said what;   // as if … : "scale-up links have no limit"
  Said how{};  // what is changed, in the words of the scenario format
  std::function<void(Scenario&)> lift = [](Scenario&) {};
  StepLifts switches{};
  bool of_weeks = false;  // the step stays as it is
};

/// Those that apply: a job on one card has no links that limit it, one step no failures.
std::vector<Limit> limits_of(const Scenario& scenario);

/// Nothing of tensor- and expert-parallel communication hides behind computation: what it takes in
/// all. Not a limit that is lifted, but one that is laid on.
void expose_communication(Scenario& scenario);

}  // namespace qianka
