// SPDX-License-Identifier: Apache-2.0
// Start here: the whole program, from a checked scenario to what a report prints.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/engine/step_lifts.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"

#include <map>

namespace qianka {

struct Results {
  Summary summary;
  std::map<ClusterState, Seconds> steps = {};  // of all states that the weeks met, and maybe more
};

/// Throws Infeasible when the job cannot be (memory, ports, unknown figures), RunFailed when the
/// simulation fails.
/// The steps of a campaign are found in so many processes; the results are the same for any number.
Results simulate(const Scenario& scenario, int workers = 1);

/// The step alone, without the words around it and as if these limits of it were lifted. Throws as
/// simulate() does.
StepSummary simulate_step_of(const Scenario& scenario, const StepLifts& lifts, bool details);

/// A run of one step meets the fabric as it is at its start; weeks begin on a whole one.
FabricState fabric_of_step(const Scenario& scenario);

/// How often to save, whatever the scenario says of it now; it must train for a time.
CheckpointPlan plan_of(const Scenario& scenario);

/// The same refusals without the simulation: what `qianka check` adds to a scenario that reads
/// well.
void check_feasible(const Scenario& scenario);

}  // namespace qianka
