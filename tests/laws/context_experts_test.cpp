// SPDX-License-Identifier: Apache-2.0
// Sequences that several cards share, and experts dealt out over cards, against the pencil.
#include "sim/engine/step_simulation.hpp"
#include "sim/workload/card_groups.hpp"
#include "sim/workload/operators.hpp"
#include "support/tiny_cluster.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr double tokens = 1024, hidden = 1024;  // of the tiny model, one sequence

LayerCost layer_of(const Scenario& scenario) {
  return layer_cost(scenario.job, KernelModel(tiny_accelerator(), scenario.job), 0);
}

Breakdown step_of(const Scenario& scenario) {
  const Topology topology = build_topology(scenario.cluster);
  return simulate_step(scenario, topology, Placement(scenario.job, topology.cards_per_node()))
      .breakdown;
}

/// Two cards share each sequence, in one node.
Scenario shared_sequence(Bandwidth scale_up, ContextExchange exchange = ContextExchange::ring) {
  Scenario scenario = tiny_scenario({.context = 2}, 3);
  scenario.cluster.node.accelerator.scale_up = scale_up;
  scenario.job.stack.context_exchange = exchange;
  return scenario;
}

TEST(Context, every_card_has_its_part_of_the_tokens_and_of_the_attention) {
  for (const int ways : {2, 4, 8}) {
    const Scenario whole = tiny_scenario({}, 1), shared = tiny_scenario({.context = ways}, 1);
    EXPECT_EQ(activation_bytes(shared.job) * ways, activation_bytes(whole.job));
    for (const auto pass : {&LayerCost::forward, &LayerCost::backward})
      EXPECT_NEAR((layer_of(shared).*pass).compute * ways / (layer_of(whole).*pass).compute, 1,
                  1e-6);
  }
}

TEST(Context, what_attention_does_not_hide_of_the_ring_is_exposed) {
  // Keys and values of 1,024 tokens: 4 MiB, half of them gathered from the other card. Forward the
  // attention core does 4 h s^2 / 2 FLOPs over two cards, and hides for its second half; backward
  // it does 2.5 times that, and its second half is shared by fetching keys and returning gradients.
  const double core = 4 * hidden * tokens * tokens / 2 / 2 / 100e12;
  const double moved = 2 * 2 * tokens * hidden / 2;
  for (const double rate : {10e9, 50e9, 100e9, 150e9, 1000e9}) {
    const double transfer = moved / rate;
    const double exposed =
        std::max(0.0, transfer - core / 2) + 2 * std::max(0.0, transfer - 2.5 * core / 4);
    const Breakdown step = step_of(shared_sequence(Bandwidth{rate}));
    EXPECT_NEAR(step.context_comm.value, 4 * 3 * exposed, 1e-8) << rate;  // layers x micro-batches
  }
}

TEST(Context, keys_that_are_fetched_first_hide_behind_nothing) {
  const double transfer = 2 * 2 * tokens * hidden / 2 / 1000e9;
  const Breakdown step = step_of(shared_sequence({1000e9}, ContextExchange::all_gather));
  EXPECT_NEAR(step.context_comm.value, 4 * 3 * 3 * transfer, 1e-8);
}

TEST(Context, heads_dealt_out_move_queries_keys_values_and_results) {
  // 4 x 512 tokens x 2 B x h, half of it to the other card; once each way through a layer.
  const double transfer = 4 * tokens / 2 * 2 * hidden / 2 / 100e9;
  const Breakdown step = step_of(shared_sequence({100e9}, ContextExchange::all_to_all));
  EXPECT_NEAR(step.context_comm.value, 4 * 3 * 2 * transfer, 1e-8);
}

std::set<std::vector<std::size_t>> numbers(const CardGroups& groups) {
  std::set<std::vector<std::size_t>> all;
  for (const auto& group : groups) {
    std::vector<std::size_t> cards;
    for (const CardId card : group) cards.push_back(index_of(card));
    all.insert(std::move(cards));
  }
  return all;
}

TEST(Context, groups_are_neighbours_in_both_orders_of_ranks) {
  // Tensor ranks are innermost, context ranks next: 0 2 | 1 3 | 4 6 | 5 7 | …
  std::set<std::vector<std::size_t>> neighbours;
  for (std::size_t first = 0; first < 16; first += 4)
    neighbours.insert({first, first + 2}), neighbours.insert({first + 1, first + 3});
  Scenario scenario = tiny_scenario({.tensor = 2, .context = 2, .pipeline = 2, .data = 2}, 4);
  for (const RankOrder order : {RankOrder::tensor_data_pipeline, RankOrder::tensor_pipeline_data}) {
    scenario.job.stack.rank_order = order;
    const Placement placement(scenario.job, 8);
    EXPECT_EQ(numbers(groups_of_job(scenario.job, placement, CommGroup::context)), neighbours);
  }
}

/// Eight experts, two for each token, as wide as the model; a GELU MLP each.
Scenario with_experts(const Parallel& shape, int batch) {
  Scenario scenario = tiny_scenario(shape, batch);
  scenario.job.model.experts = Experts{.experts = 8, .top_k = 2, .ffn = 1024};
  return scenario;
}

TEST(Experts, groups_are_neighbours_among_the_replicas_of_a_stage) {
  Scenario scenario =
      with_experts({.tensor = 2, .context = 2, .pipeline = 2, .data = 2, .expert = 4}, 4);
  const auto groups = [&](RankOrder order) {
    scenario.job.stack.rank_order = order;
    return numbers(groups_of_job(scenario.job, Placement(scenario.job, 8), CommGroup::expert));
  };
  using Numbers = std::set<std::vector<std::size_t>>;
  EXPECT_EQ(groups(RankOrder::tensor_data_pipeline),
            (Numbers{{0, 2, 4, 6}, {1, 3, 5, 7}, {8, 10, 12, 14}, {9, 11, 13, 15}}));
  // The two stages of a replica lie between its context ranks and those of the next.
  EXPECT_EQ(groups(RankOrder::tensor_pipeline_data),
            (Numbers{{0, 2, 8, 10}, {1, 3, 9, 11}, {4, 6, 12, 14}, {5, 7, 13, 15}}));
}

TEST(Experts, do_two_products_for_each_token_and_choice_wherever_they_lie) {
  // Forward, a token and choice: 2 x 2 h f FLOPs in the experts of some card, as many on each. QKV
  // and projection 8 h^2 a token, attention 4 h s^2 / 2; the router's eight columns fill one of 64.
  const double chosen = 2 * tokens * 2 * 2 * hidden * 1024;
  const double rest =
      tokens * 8 * hidden * hidden + 4 * hidden * tokens * tokens / 2 + 2 * tokens * hidden * 64;
  for (const int ways : {1, 2, 4, 8}) {
    const Scenario scenario = with_experts({.data = 8, .expert = ways}, 8);
    const double flops = layer_of(scenario).forward.compute.value * 100e12;
    EXPECT_NEAR(flops / (chosen + rest), 1, 1e-6) << ways;
  }
}

TEST(Experts, tokens_go_out_and_come_back_in_every_pass) {
  // Each of four cards hands 3/4 of 2 tokens x h values of 2 B to the others: 4 MiB at 100 GB/s;
  // out and back, forward and backward, in 4 layers and for 3 micro-batches.
  const double once = 0.75 * 2 * tokens * hidden * 2 / 100e9;
  const Breakdown step = step_of(with_experts({.data = 4, .expert = 4}, 12));
  EXPECT_NEAR(step.expert_comm.value, 4 * 3 * 4 * once, 1e-8);
}

TEST(Experts, of_one_card_are_exchanged_with_those_that_hold_the_same) {
  // Eight replicas, four ways: two hold the same two experts, 2 h f weights each; the rest of a
  // layer, 4 h^2 and the router's 8 h, and the table are on all. Rings of two and of eight in a
  // node, 4 B a weight, one after the other.
  const double dense = 4 * (4 * hidden * hidden + 8 * hidden) + 8192 * hidden;
  const double experts = 4 * 2 * 2 * hidden * 1024;
  const Breakdown step = step_of(with_experts({.data = 8, .expert = 4}, 8));
  const double pencil = 4 * dense * 2 * 7 / 8 / 100e9 + 4 * experts * 2 / 2 / 100e9;
  EXPECT_NEAR(step.data_comm.value / pencil, 1, 1e-3);
}

}  // namespace
}  // namespace qianka
