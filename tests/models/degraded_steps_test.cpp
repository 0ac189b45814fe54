// SPDX-License-Identifier: Apache-2.0
// The step of a job that lacks replicas, or has a slow node.
#include "sim/degraded_steps.hpp"

#include "sim/engine/step_simulation.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/layout.hpp"

#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// A replica a node, so many sequences a step.
Scenario four_replicas(int batch, const std::string& more = "") {
  return parse_scenario(
      "cluster: {use: dgx-h100-rail, nodes: 4}\n"
      "job: {model: llama2-7b, stack: megatron-core, precision: bf16, global_batch: " +
      std::to_string(batch) + ", parallel: {tensor: 8, data: 4, micro_batch: 1" + more + "}}\n");
}

Seconds whole_step(const Scenario& scenario) {
  const Topology topology = build_topology(scenario.cluster);
  return simulate_step(scenario, topology, Placement(scenario.job, topology.cards_per_node()),
                       false)
      .time;
}

TEST(DegradedSteps, the_others_do_the_batch_of_a_lost_replica) {
  // 48 sequences: 12 a replica, 16 without one of four, 24 without two. The exchange of gradients
  // and the optimizer do not grow with that.
  const Scenario scenario = four_replicas(48);
  const Seconds whole = whole_step(scenario);
  const double three = step_with_fewer_replicas(scenario, whole, 1) / whole;
  const double two = step_with_fewer_replicas(scenario, whole, 2) / whole;
  EXPECT_GT(three, 1.15);
  EXPECT_LT(three, 4.0 / 3);
  EXPECT_GT(two, 1.5);
  EXPECT_LT(two, 2);
}

TEST(DegradedSteps, a_batch_that_does_not_divide_counts_for_its_part) {
  // 64 sequences on three replicas: 63 of them, 21 each; 64 / 63 of that step's time.
  const Scenario scenario = four_replicas(64);
  Scenario fewer = four_replicas(64);
  fewer.cluster.nodes = fewer.job.parallel.data = 3;
  fewer.job.global_batch = 63;
  const double part = 63.0 / 64;
  EXPECT_DOUBLE_EQ(step_with_fewer_replicas(scenario, Seconds{1}, 1).value,
                   whole_step(fewer).value / part);
}

TEST(DegradedSteps, a_layout_that_cannot_be_is_scaled) {
  // Two shard groups of two replicas: three make no whole number of them. 4 / 3 of 6 s.
  const Scenario scenario = four_replicas(48, ", sharding: zero-3, shard_group: 2");
  EXPECT_DOUBLE_EQ(step_with_fewer_replicas(scenario, Seconds{6}, 1).value, 8);
}

TEST(DegradedSteps, all_cards_wait_for_a_slow_one_wherever_they_compute) {
  StepSummary step;
  step.time = Seconds{10};
  step.breakdown.compute = Seconds{6};
  step.breakdown.recompute = Seconds{1};
  step.breakdown.optimizer = Seconds{1};
  step.breakdown.data_comm = Seconds{2};
  EXPECT_EQ(slowed_by(step, 100), Seconds{0});
  EXPECT_EQ(slowed_by(step, 50), Seconds{8});
  EXPECT_DOUBLE_EQ(slowed_by(step, 80).value, 2);
}

}  // namespace
}  // namespace qianka
