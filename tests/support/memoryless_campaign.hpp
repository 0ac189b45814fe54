// SPDX-License-Identifier: Apache-2.0
// What the closed formulas are about: exponential failures that a recovery of fixed length heals,
// and saves that block.
#pragma once
#include "sim/campaign/oracles.hpp"
#include "support/event_queue.hpp"

namespace qianka {

struct LongRun {
  double wall = 0, productive = 0, saves = 0, failures = 0;
};

/// Trains for `days` at each of seeds 1..seeds, `steps` steps between two saves, and adds it all
/// up.
inline LongRun run_memoryless(const FailureModel& model, Seconds every, double days,
                              std::uint64_t seeds, int steps = 10) {
  Scenario scenario;
  scenario.cluster.nodes = 1;
  scenario.job.train_for = Seconds{days * 86400};
  scenario.checkpoint.mode = CheckpointMode::synchronous;
  scenario.checkpoint.every = every;
  scenario.faults.classes = {{.component = "gpu",
                              .cause = "a test",
                              .per_node_day = Seconds{86400} / model.between_failures,
                              .evicts_node = false}};
  // The recovery in four parts, so that failures strike each of them.
  scenario.recovery = {.detect = model.recovery * 0.1,
                       .localise = model.recovery * 0.2,
                       .restart = model.recovery * 0.4};
  const CampaignInput input{
      .scenario = &scenario,
      .leaf_group = {0},
      .checkpoint = {.write = model.save, .stall = {}, .load = model.recovery * 0.3, .bytes = {}},
      .ideal_step = every / steps,
      .tokens_per_step = 1,
      .step_time = [&](const ClusterState&) { return every / steps; }};
  LongRun total;
  for (scenario.seed = 1; scenario.seed <= seeds; ++scenario.seed) {
    const CampaignSummary run = run_on_queue(input);
    total.wall += run.wall.value;
    total.productive += to_seconds(run.account_ns[0]).value;
    total.saves += static_cast<double>(run.checkpoints);
    total.failures += static_cast<double>(run.failures);
  }
  return total;
}

}  // namespace qianka
