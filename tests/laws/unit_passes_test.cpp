// SPDX-License-Identifier: Apache-2.0
// ZeRO-3 unit by unit against the pencil, and what must hold in any such step.
#include "sim/engine/execute.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/workload/step_program.hpp"
#include "support/tiny_cluster.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// Three units of 1 s forward and 2 s backward; one byte each of parameters and of gradients is
/// gathered or scattered over one link.
StepPlan three_units(int batches) {
  StepPlan plan;
  plan.shape = {.data = 2, .sharding = Sharding::zero_3};
  plan.batches = batches;
  plan.gather_units = plan.sharded = plan.overlap_parameters = true;
  plan.gradient_bytes = plan.parameter_bytes = 1;
  UnitPlan unit;
  unit.forward.compute = Seconds{1}, unit.backward.compute = Seconds{2};
  unit.parameters.dense = 1e9;
  ChunkPlan chunk;
  chunk.units = {unit, unit, unit};
  plan.stages = {{.chunks = {chunk}}};
  return plan;
}

StepNetwork one_link(Bandwidth capacity) {
  StepNetwork network;
  network.link_capacity = {capacity};
  network.flows = {{.route = {0}, .share = 1, .latency = Seconds{0}}};
  network.send_forward.resize(1), network.send_backward.resize(1);
  network.exchange.resize(1);
  network.exchange[0].dense_within.ring = {0};
  return network;
}

double step_of(const StepPlan& plan, const StepNetwork& network) {
  return execute(build_step_program(plan, network)).back().end.value;
}

TEST(UnitPasses, a_fast_link_leaves_the_first_gather_and_the_last_scatter) {
  // Gather 0.25 s, then 3 x 1 s forward with the next gather behind each, 3 x 2 s backward with the
  // rest behind it, and the scatter of the first unit: 9.5 s.
  EXPECT_DOUBLE_EQ(step_of(three_units(1), one_link({4e9})), 9.5);
}

TEST(UnitPasses, a_slow_link_orders_everything) {
  // 2 s a collective. Link: G0 0-2, G1 2-4, G2 4-6 (room since F0 ended at 3), G1 again 6-8, then
  // S2 when B2 is done (F2 6-7, B2 7-9) 9-11, G0 11-13, S1 13-15, and S0 15-17 after B0 13-15.
  EXPECT_DOUBLE_EQ(step_of(three_units(1), one_link({0.5e9})), 17);
}

TEST(UnitPasses, every_micro_batch_repeats_all_of_it) {
  EXPECT_DOUBLE_EQ(step_of(three_units(3), one_link({4e9})), 3 * 9.5);
  EXPECT_DOUBLE_EQ(step_of(three_units(3), one_link({0.5e9})), 3 * 17);
}

TEST(UnitPasses, no_more_than_two_units_are_held) {
  // Units of unlike size on a link so fast that all could be gathered at once: a gather still waits
  // until the unit before the last has been used.
  const Program program = build_step_program(three_units(2), one_link({1e15}));
  const auto spans = execute(program);
  for (std::size_t i = 0; i < program.ops.size(); ++i) {
    if (program.ops[i].kind != OpKind::gather_parameters) continue;
    const auto before = [&](OpKind kind) {
      return std::ranges::count_if(program.ops, [&](const Op& op) {
        const auto at = static_cast<std::size_t>(&op - program.ops.data());
        return op.kind == kind && spans[at].end <= spans[i].start;
      });
    };
    // Gathered so far, this one included, less those of which nothing more is needed: in each
    // micro-batch two forward passes free a unit, and every backward pass.
    const auto gathers = before(OpKind::gather_parameters) + 1;
    const auto forward = before(OpKind::forward), backward = before(OpKind::backward);
    const auto freed = forward / 3 * 2 + std::min<std::int64_t>(forward % 3, 2) + backward;
    EXPECT_LE(gathers - freed, 2) << "operation " << i;
  }
}

TEST(UnitPasses, shares_of_several_groups_meet_once_a_step) {
  // Two shard groups: each scatter of the last micro-batch is followed by an all-reduce between the
  // groups (two passes, a quarter of the bytes here), on a link of its own.
  StepPlan plan = three_units(2);
  plan.shape.shard_group = 2, plan.shape.data = 4;
  StepNetwork network = one_link({4e9});
  network.link_capacity.push_back({1e9});
  network.flows.push_back({.route = {1}, .share = 0.25, .latency = Seconds{0}});
  network.exchange[0].dense_across.ring = {1};
  // As above, and 2 x 0.25 x 1 GB / 1 GB/s after the last scatter.
  EXPECT_DOUBLE_EQ(step_of(plan, network), 2 * 9.5 + 0.5);
}

Scenario sharded(double slowdown) {
  Scenario scenario = tiny_scenario({.data = 16, .sharding = Sharding::zero_3}, 32);
  scenario.job.stack.overlap_slowdown = slowdown;
  return scenario;
}

StepSummary summary_of(const Scenario& scenario) {
  const Topology topology = build_topology(scenario.cluster);
  return simulate_step(scenario, topology, Placement(scenario.job, topology.cards_per_node()));
}

TEST(UnitPasses, what_collectives_take_from_kernels_counts_as_exchange) {
  const StepSummary free = summary_of(sharded(0)), slowed = summary_of(sharded(0.5));
  EXPECT_EQ(free.breakdown.compute, slowed.breakdown.compute);
  EXPECT_GT(slowed.breakdown.data_comm, free.breakdown.data_comm);
  EXPECT_EQ(slowed.breakdown.pipeline_bubble.value, 0);
  EXPECT_NEAR((slowed.time - free.time) / (slowed.breakdown.data_comm - free.breakdown.data_comm),
              1, 1e-9);
}

TEST(UnitPasses, a_faster_link_is_never_slower_and_nothing_is_free) {
  Seconds before{0};
  for (const double rate : {80e9, 40e9, 20e9, 10e9, 5e9}) {
    Scenario scenario = sharded(0.3);
    scenario.cluster.node.nic.rate = Bandwidth{rate};
    const StepSummary step = summary_of(scenario);
    EXPECT_GE(step.time, before) << rate;
    EXPECT_GT(step.breakdown.data_comm.value, 0);
    before = step.time;
  }
}

}  // namespace
}  // namespace qianka
