// SPDX-License-Identifier: Apache-2.0
// Start here: the whole program, from a checked scenario to what a report prints.
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace qianka {

struct Results {
  Summary summary;
};

/// Throws Infeasible when the job cannot be (memory, ports, unknown figures), RunFailed when the
/// simulation fails.
Results simulate(const Scenario& scenario);

/// A run of one step meets the fabric as it is at its start; weeks begin on a whole one.
FabricState fabric_of_step(const Scenario& scenario);

/// How often to save, whatever the scenario says of it now; it must train for a time.
CheckpointPlan plan_of(const Scenario& scenario);

/// The same refusals without the simulation: what `qianka check` adds to a scenario that reads
/// well.
void check_feasible(const Scenario& scenario);

}  // namespace qianka
