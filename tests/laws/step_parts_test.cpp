// SPDX-License-Identifier: Apache-2.0
// What the parts of a step's breakdown must satisfy, and that groups are timed where they really
// sit.
#include "sim/engine/pass_collectives.hpp"
#include "sim/engine/step_simulation.hpp"
#include "support/tiny_cluster.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

StepSummary step_of(const Scenario& scenario) {
  const Topology topology = build_topology(scenario.cluster);
  return simulate_step(scenario, topology, Placement(scenario.job, topology.cards_per_node()));
}

TEST(StepParts, without_data_parallelism_nothing_is_lost_to_exchange) {
  // Unequal stages: the optimizer of the larger one ends the step.
  Scenario scenario = tiny_scenario(
      {.pipeline = 2, .layer_split = LayerSplit::list, .layers_per_stage = {3, 1}}, 4);
  scenario.cluster.node.accelerator.memory_bandwidth = Bandwidth{1e12};
  EXPECT_EQ(step_of(scenario).breakdown.data_comm.value, 0);
}

TEST(StepParts, add_up_to_the_step) {
  for (const int data : {1, 4}) {
    const StepSummary step = step_of(tiny_scenario({.tensor = 2, .pipeline = 4, .data = data}, 32));
    const Breakdown& b = step.breakdown;
    const Seconds sum = b.compute + b.recompute + b.tensor_comm + b.context_comm + b.expert_comm +
                        b.pipeline_bubble + b.pipeline_comm + b.data_comm + b.optimizer + b.host +
                        b.jitter;
    EXPECT_NEAR(sum / step.time, 1, 1e-12);
  }
}

TEST(PassCollectives, a_group_over_two_nodes_pays_for_the_nic) {
  // Tensor 6 on nodes of 8: the second group has two cards in one node and four in the next. Its
  // ring crosses the 10 GB/s NICs, ten times slower than the 100 GB/s inside a node.
  Scenario scenario = tiny_scenario({.tensor = 6, .data = 4}, 4);
  scenario.cluster = tiny_cluster(3, 8);
  const Topology topology = build_topology(scenario.cluster);
  const Placement placement(scenario.job, 8);
  const Seconds straddling = PassCollectives(scenario, topology, placement)
                                 .time(CommGroup::tensor, CollectiveKind::all_reduce, Bytes{6e9});
  // One ring a node pair at least: 2 x 5/6 x 6 GB over one NIC of 10 GB/s = 1 s, halved where two
  // rings cross on two NICs; inside a node it would be 0.1 s.
  EXPECT_GT(straddling.value, 0.4);
}

}  // namespace
}  // namespace qianka
