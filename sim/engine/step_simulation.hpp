// SPDX-License-Identifier: Apache-2.0
// One training step on the cluster: collectives inside passes first, then the schedule with
// everything that may meet on a link.
#pragma once
#include "sim/engine/step_lifts.hpp"
#include "sim/engine/step_network.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/pass_comms.hpp"
#include "sim/workload/program.hpp"
#include "sim/workload/step_plan.hpp"

#include <vector>

namespace qianka {

/// Fills time, throughput, MFU, breakdown, collectives and what was folded. With `details` off only
/// the time is found (one run instead of three, and no collective table).
StepSummary simulate_step(const Scenario& scenario, const Topology& topology,
                          const Placement& placement, bool details = true,
                          const StepLifts& lifts = {});

/// The step's time alone, folded as told: how far a representative is from the truth.
Seconds step_time(const Scenario& scenario, const Topology& topology, const Placement& placement,
                  Folding folding);

/// The step with all it consists of, folded and run as simulate_step does.
struct ExecutedStep {
  StepPlan plan;
  Program program;
  std::vector<OpSpan> spans;       // by operation; the last one's end is the step's time
  std::vector<int> replica_class;  // by replica: under which number it was simulated
  std::vector<std::vector<ChunkComms>> comms;  // inside passes
};
ExecutedStep execute_step(const Scenario& scenario, const Topology& topology,
                          const Placement& placement);

}  // namespace qianka
