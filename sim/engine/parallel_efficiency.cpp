// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/parallel_efficiency.hpp"

#include "sim/engine/step_simulation.hpp"
#include "sim/language/said.hpp"
#include "sim/workload/memory.hpp"

namespace qianka {

namespace {

Scenario with_data(const Scenario& scenario, int data) {
  Scenario smaller = scenario;
  Parallel& shape = smaller.job.parallel;
  smaller.job.global_batch = scenario.job.global_batch / shape.data * data;
  shape.data = data;
  const int per_node = scenario.cluster.node.cards;
  smaller.cluster.nodes = (cards(shape) + per_node - 1) / per_node;
  smaller.cluster.spares = 0;
  return smaller;
}

}  // namespace

EfficiencySummary parallel_efficiency(const Scenario& scenario, const StepSummary& step) {
  const Parallel& shape = scenario.job.parallel;
  for (int data = 1; data <= shape.data; ++data) {
    if (shape.data % data != 0 || data * shape.context % shape.expert != 0 ||
        (shape.shard_group != 0 && data % shape.shard_group != 0))
      continue;
    const Scenario smaller = with_data(scenario, data);
    if (!memory_of(smaller.job, smaller.cluster.node.accelerator).fits) continue;
    EfficiencySummary result{
        .value = 1, .baseline_cards = cards(smaller.job.parallel), .baseline = {}};
    result.baseline = said([&] {
      return say("tensor {} x context {} x pipeline {} x data {}, batch {}", shape.tensor,
                 shape.context, shape.pipeline, data, smaller.job.global_batch);
    });
    if (data == shape.data) {
      result.baseline =
          shape.data == 1 ? said("this run itself: it has one replica")
                          : said(
                                "this run itself: no smaller number of replicas fits in memory and "
                                "holds whole expert and shard groups");
      return result;
    }
    const Topology topology = build_topology(smaller.cluster);
    const StepSummary base =
        simulate_step(smaller, topology, Placement(smaller.job, topology.cards_per_node()), false);
    result.value = step.tokens_per_second_per_card / base.tokens_per_second_per_card;
    return result;
  }
  throw Bug("a job that does not fit has been refused before");
}

}  // namespace qianka
