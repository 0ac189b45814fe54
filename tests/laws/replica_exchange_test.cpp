// SPDX-License-Identifier: Apache-2.0
// What the replicas of a stage exchange, against the pencil.
#include "sim/engine/execute.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/workload/step_program.hpp"
#include "support/tiny_cluster.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// A stage of 1 GB of weights without passes; its four replicas ring over one link of 1 GB/s, 10 ms
/// a hop.
StepPlan sharded_by_four() {
  StepPlan plan;
  plan.shape = {.data = 4, .sharding = Sharding::zero_1};
  plan.sharded = true;
  plan.gradient_bytes = plan.parameter_bytes = 1;
  ChunkPlan chunk;
  chunk.parameters.dense = 1e9;
  plan.stages = {{.chunks = {chunk}}};
  return plan;
}

StepNetwork ring_of_four() {
  StepNetwork network;
  network.link_capacity = {Bandwidth{1e9}};
  network.flows = {{.route = {0}, .share = 0.75, .latency = Seconds{3 * 10e-3}}};
  network.send_forward.resize(1), network.send_backward.resize(1);
  network.exchange.resize(1);
  network.exchange[0].dense_within.ring = {0};
  return network;
}

double step_of(const StepPlan& plan) {
  return execute(build_step_program(plan, ring_of_four())).back().end.value;
}

TEST(ReplicaExchange, a_sharded_optimizer_scatters_and_gathers) {
  // Each way 0.75 GB over the slowest edge and three hops: 2 x (0.75 s + 0.03 s).
  EXPECT_DOUBLE_EQ(step_of(sharded_by_four()), 1.56);
}

TEST(ReplicaExchange, owners_that_broadcast_in_turn_pay_for_each_of_them) {
  // Scatter as above: 0.78 s. Then four broadcasts of 0.25 GB, each over every edge but one, and
  // one following the other round the ring: 1 GB, four hops and four times 50 ms.
  StepPlan plan = sharded_by_four();
  plan.broadcast_parameters = true, plan.broadcast_overhead = Seconds{50e-3};
  EXPECT_DOUBLE_EQ(step_of(plan), 0.78 + 1 + 4 * 10e-3 + 4 * 50e-3);
}

TEST(ReplicaExchange, a_shard_group_broadcasts_among_its_own) {
  // Two groups of two: two broadcasts of half the bytes.
  StepPlan plan = sharded_by_four();
  plan.broadcast_parameters = true, plan.broadcast_overhead = Seconds{50e-3};
  plan.shape.shard_group = 2;
  StepNetwork network = ring_of_four();
  network.flows[0] = {.route = {0}, .share = 0.5, .latency = Seconds{10e-3}};
  const double step = execute(build_step_program(plan, network)).back().end.value;
  EXPECT_DOUBLE_EQ(step, 0.51 + 1 + 2 * 10e-3 + 2 * 50e-3);
}

/// Nodes of four cards in a full mesh: each of a card's three links has 100/3 GB/s, a NIC has 10.
StepSummary meshed(int nodes, Sharding sharding) {
  Scenario scenario = tiny_scenario({.data = 4 * nodes, .sharding = sharding}, 4 * nodes);
  scenario.cluster = tiny_cluster(nodes, 4);
  scenario.cluster.node.scale_up = ScaleUp::mesh;
  const Topology topology = build_topology(scenario.cluster);
  return simulate_step(scenario, topology, Placement(scenario.job, 4));
}

// 4 layers x 12 x 1024^2 + 2 x 8192 x 1024 weights (tests/unit knows them), 4 bytes each on the
// wire for gradients and 2 for parameters.
double gradients() { return 4 * (4 * 12.0 * 1024 * 1024 + 8192.0 * 1024); }

TEST(ReplicaExchange, in_a_mesh_every_link_carries_its_piece) {
  // A quarter over each link, twice round. A ring would have one link of three and take 2.25 times
  // this.
  const StepSummary step = meshed(1, Sharding::none);
  EXPECT_NEAR(step.breakdown.data_comm.value, 2 * gradients() / 4 / (100e9 / 3), 1e-9);
  EXPECT_EQ(step.collectives.back().algorithm, "direct");
  EXPECT_NEAR(step.collectives.back().time.value, step.breakdown.data_comm.value, 1e-9);
}

TEST(ReplicaExchange, between_meshes_equal_ranks_meet) {
  // Inside: a quarter over each link, out and back; between the two nodes a ring for each rank:
  // half of its quarter each way, twice, over its own NIC.
  const StepSummary step = meshed(2, Sharding::none);
  const double inside = gradients() / 4 / (100e9 / 3), between = 2 * gradients() / 4 / 2 / 10e9;
  EXPECT_NEAR(step.breakdown.data_comm.value, 2 * inside + between, 1e-9);
  EXPECT_NEAR(step.collectives.back().time.value, 2 * inside + between, 1e-9);
  // Sharded: gradients inwards first, parameters (half the bytes) outwards first.
  EXPECT_NEAR(meshed(2, Sharding::zero_1).breakdown.data_comm.value, 1.5 * (inside + between / 2),
              1e-9);
}

TEST(ReplicaExchange, both_ends_of_dualpipe_hold_the_same_weights) {
  // Two stages on two cards, no other replicas: each card has all weights, and both stages'
  // gradients go round a ring of two at the same time: half of the bytes out and half back at 100
  // GB/s.
  const Scenario scenario = tiny_scenario({.pipeline = 2, .schedule = Schedule::dualpipe}, 8);
  const Topology topology = build_topology(scenario.cluster);
  const StepSummary step = simulate_step(scenario, topology, Placement(scenario.job, 2));
  const double copy_of_the_table = 4 * 8192.0 * 1024;
  EXPECT_NEAR(step.breakdown.data_comm.value, (gradients() + copy_of_the_table) / 100e9, 1e-9);
}

}  // namespace
}  // namespace qianka
