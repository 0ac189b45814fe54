// SPDX-License-Identifier: Apache-2.0
#include "sim/degraded_steps.hpp"

#include "sim/engine/step_simulation.hpp"
#include "sim/topology/topology.hpp"
#include "sim/units/require.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

namespace qianka {
namespace {

/// Whole expert and shard groups, and enough micro-batches for both ends of DualPipe.
bool possible(const Scenario& scenario) {
  const Job& job = scenario.job;
  const Parallel& shape = job.parallel;
  const int micro_batches = job.global_batch / (shape.data * shape.micro_batch);
  const bool whole_groups = shape.data * shape.context % shape.expert == 0 &&
                            (shape.shard_group == 0 || shape.data % shape.shard_group == 0);
  const bool feeds = shape.schedule != Schedule::dualpipe || micro_batches >= 2 * shape.pipeline;
  return job.global_batch > 0 && whole_groups && feeds &&
         cards(shape) % scenario.cluster.node.cards == 0 &&
         memory_of(job, scenario.cluster.node.accelerator).fits;
}

/// What the schedule wants the number of micro-batches to be a multiple of.
int micro_batch_unit(const Parallel& shape) {
  if (shape.schedule == Schedule::dualpipe) return 2;
  return shape.interleave > 1 ? shape.pipeline : 1;
}

}  // namespace

Seconds step_with_fewer_replicas(const Scenario& scenario, Seconds whole, int lost) {
  const Parallel& shape = scenario.job.parallel;
  const int left = shape.data - lost;
  require(lost >= 0 && left > 0, "some replica is left");
  Scenario fewer = scenario;
  fewer.job.parallel.data = left;
  const int unit = shape.micro_batch * left * micro_batch_unit(shape);
  fewer.job.global_batch = scenario.job.global_batch / unit * unit;
  if (!possible(fewer)) return whole * (static_cast<double>(shape.data) / left);
  fewer.cluster.nodes = cards(fewer.job.parallel) / scenario.cluster.node.cards;
  const double part = static_cast<double>(fewer.job.global_batch) / scenario.job.global_batch;
  const Topology topology = build_topology(fewer.cluster);
  return simulate_step(fewer, topology, Placement(fewer.job, topology.cards_per_node()), false)
             .time /
         part;
}

Seconds slowed_by(const StepSummary& step, int percent) {
  if (percent >= 100) return Seconds{0};
  const Breakdown& parts = step.breakdown;
  return (parts.compute + parts.recompute + parts.optimizer) * (100.0 / percent - 1);
}

}  // namespace qianka
