// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/card_groups.hpp"
#include "sim/workload/collective.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/schedule.hpp"
#include "sim/workload/step_plan.hpp"
#include "support/tiny_cluster.hpp"

#include <map>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

namespace qianka {
namespace {

std::vector<CardId> first_cards(unsigned n) {
  std::vector<CardId> group;
  for (unsigned i = 0; i < n; ++i) group.push_back(CardId{i});
  return group;
}

double sum_of_shares(const std::vector<Phase>& phases) {
  double sum = 0;
  for (const Phase& phase : phases)
    for (const Transfer& transfer : phase.transfers) sum += transfer.share;
  return sum;
}

TEST(Layout, embedding_and_head_each_take_the_place_of_a_layer) {
  // Llama 3 405B: (126 + 2) / (16 x 8) = 1 unit a chunk; the first chunk is the embedding alone,
  // the last the head.
  Scenario scenario = tiny_scenario(
      {.pipeline = 16, .interleave = 8, .layer_split = LayerSplit::embedding_counts}, 16, 126);
  const auto layers = layers_of_chunks(scenario.job);
  EXPECT_EQ(layers[0][0], 0);
  EXPECT_EQ(layers[15][7], 0);
  EXPECT_EQ(layers[7][3], 1);
  // BLOOM: (70 + 2) / 12 = 6.
  scenario = tiny_scenario({.pipeline = 12, .layer_split = LayerSplit::embedding_counts}, 12, 70);
  const auto bloom = layers_of_chunks(scenario.job);
  EXPECT_EQ(bloom[0][0], 5);
  EXPECT_EQ(bloom[5][0], 6);
  EXPECT_EQ(bloom[11][0], 5);
}

TEST(Layout, no_layer_is_lost_whatever_the_split) {
  for (const LayerSplit split : {LayerSplit::even, LayerSplit::embedding_counts})
    for (int stages = 1; stages <= 8; ++stages)
      for (int chunks = 1; chunks <= 3; ++chunks)
        for (int layers = stages * chunks; layers <= 30; ++layers) {
          const Scenario scenario = tiny_scenario(
              {.pipeline = stages, .interleave = chunks, .layer_split = split}, 8, layers);
          int sum = 0;
          for (const auto& stage : layers_of_chunks(scenario.job))
            sum = std::accumulate(stage.begin(), stage.end(), sum);
          ASSERT_EQ(sum, layers) << stages << " stages, " << chunks << " chunks";
        }
}

TEST(Layout, every_rank_has_a_card_of_its_own) {
  for (const RankOrder order : {RankOrder::tensor_data_pipeline, RankOrder::tensor_pipeline_data}) {
    Scenario scenario = tiny_scenario({.tensor = 2, .pipeline = 3, .data = 4}, 12);
    scenario.job.stack.rank_order = order;
    const Placement placement(scenario.job, 8);
    std::set<CardId> seen;
    for (int t = 0; t < 2; ++t)
      for (int p = 0; p < 3; ++p)
        for (int d = 0; d < 4; ++d) seen.insert(placement.card(t, p, d));
    EXPECT_EQ(seen.size(), 24U);
    EXPECT_EQ(placement.card(0, 0, 1), CardId{order == RankOrder::tensor_data_pipeline ? 2U : 6U});
  }
}

TEST(Schedule, one_forward_one_backward_starts_with_as_many_forwards_as_stages_follow) {
  const Parallel shape{.pipeline = 4};
  const auto order = pipeline_schedule(shape, 8, 1);
  // Stage 1 of 4: two stages follow, so F0 F1, then F2 B0 F3 B1 …
  for (const std::size_t i : {0U, 1U, 2U}) EXPECT_EQ(order[i].kind, PassKind::forward);
  EXPECT_EQ(order[3].kind, PassKind::backward);
  EXPECT_EQ(order[3].micro_batch, 0);
}

TEST(Schedule, every_pass_runs_once_and_backward_after_its_forward) {
  for (int stages = 1; stages <= 4; ++stages)
    for (int chunks = 1; chunks <= (stages > 1 ? 3 : 1); ++chunks)
      for (int stage = 0; stage < stages; ++stage) {
        const int batches = 2 * stages;
        const auto order =
            pipeline_schedule({.pipeline = stages, .interleave = chunks}, batches, stage);
        std::map<std::pair<int, int>, int> state;
        for (const Pass& pass : order) {
          int& seen = state[{pass.chunk, pass.micro_batch}];
          ASSERT_EQ(seen, pass.kind == PassKind::forward ? 0 : 1);
          ++seen;
        }
        EXPECT_EQ(state.size(), static_cast<std::size_t>(batches * chunks));
        EXPECT_EQ(order.size(), static_cast<std::size_t>(2 * batches * chunks));
      }
}

TEST(Schedule, weights_follow_their_backward_pass_once) {
  for (const Schedule schedule : {Schedule::zero_bubble, Schedule::dualpipe})
    for (const int stages : {2, 4, 6})
      for (int stage = 0; stage < stages; ++stage) {
        const Parallel shape{.pipeline = stages, .schedule = schedule};
        std::map<std::pair<int, int>, int> state;
        for (const Pass& pass : pipeline_schedule(shape, 4 * stages, stage))
          ASSERT_EQ((state[{pass.chunk, pass.micro_batch}]++), static_cast<int>(pass.kind));
        EXPECT_EQ(state.size(), static_cast<std::size_t>(4 * stages));
        for (const auto& [pass, seen] : state) EXPECT_EQ(seen, 3);
      }
}

TEST(Schedule, dualpipe_mirrors_itself) {
  const Parallel shape{.pipeline = 6, .schedule = Schedule::dualpipe};
  for (int stage = 0; stage < 3; ++stage) {
    const auto here = pipeline_schedule(shape, 12, stage);
    const auto there = pipeline_schedule(shape, 12, 5 - stage);
    ASSERT_EQ(here.size(), there.size());
    for (std::size_t i = 0; i < here.size(); ++i) {
      EXPECT_EQ(here[i].kind, there[i].kind);
      EXPECT_EQ(here[i].chunk, 1 - there[i].chunk);
    }
  }
}

TEST(Collective, ring_all_reduce_moves_two_n_minus_one_over_n_a_card) {
  const auto phases =
      collective_phases(CollectiveKind::all_reduce, Algorithm::ring, first_cards(4), 8);
  ASSERT_EQ(phases.size(), 1U);
  EXPECT_EQ(phases[0].transfers.size(), 4U);
  EXPECT_DOUBLE_EQ(phases[0].transfers[0].share, 2 * 3.0 / 4);
  EXPECT_DOUBLE_EQ(phases[0].rounds, 6);
}

TEST(Collective, a_group_with_all_cards_of_its_nodes_crosses_on_every_card) {
  const auto phases =
      collective_phases(CollectiveKind::all_gather, Algorithm::ring, first_cards(16), 8);
  std::map<CardId, double> crossing;
  for (const Transfer& transfer : phases[0].transfers)
    if (index_of(transfer.from) / 8 != index_of(transfer.to) / 8)
      crossing[transfer.from] += transfer.share;
  EXPECT_EQ(crossing.size(), 16U);  // each NIC of both nodes sends an eighth of the ring's traffic
  for (const auto& [card, share] : crossing) EXPECT_DOUBLE_EQ(share, 15.0 / 16 / 8);
}

TEST(Collective, a_stack_with_one_ring_crosses_between_nodes_at_one_card) {
  const auto phases =
      collective_phases(CollectiveKind::all_gather, Algorithm::ring, first_cards(16), 8, 1);
  std::map<CardId, double> crossing;
  for (const Transfer& transfer : phases[0].transfers)
    if (index_of(transfer.from) / 8 != index_of(transfer.to) / 8)
      crossing[transfer.from] += transfer.share;
  EXPECT_EQ(crossing.size(), 2U);
  for (const auto& [card, share] : crossing) EXPECT_DOUBLE_EQ(share, 15.0 / 16);
}

std::vector<std::vector<std::size_t>> numbers(const CardGroups& groups) {
  std::vector<std::vector<std::size_t>> all;
  for (const auto& group : groups) {
    all.emplace_back();
    for (const CardId card : group) all.back().push_back(index_of(card));
  }
  return all;
}

using Numbers = std::vector<std::vector<std::size_t>>;

TEST(CardGroups, consecutive_replicas_share_a_copy_and_equal_shares_meet) {
  const Scenario scenario =
      tiny_scenario({.data = 6, .sharding = Sharding::zero_1, .shard_group = 3}, 6);
  const ReplicaGroups groups = dense_groups(scenario.job, Placement(scenario.job, 6), 0);
  EXPECT_EQ(groups.sharers, 3);
  EXPECT_EQ(numbers(groups.within), (Numbers{{0, 1, 2}, {3, 4, 5}}));
  EXPECT_EQ(numbers(groups.across), (Numbers{{0, 3}, {1, 4}, {2, 5}}));
}

TEST(CardGroups, without_sharding_all_replicas_are_one_group) {
  const Scenario scenario = tiny_scenario({.data = 4, .shard_group = 2}, 4);
  const ReplicaGroups groups = dense_groups(scenario.job, Placement(scenario.job, 4), 0);
  EXPECT_EQ(numbers(groups.within), (Numbers{{0, 1, 2, 3}}));
  EXPECT_TRUE(groups.across.empty());
}

TEST(CardGroups, with_dualpipe_both_ends_hold_a_stage) {
  // Nodes of four, stage by stage: ranks 0 1 | 2 3 | 4 5 | 6 7; stages 0 and 3 are a pair.
  Parallel shape{.pipeline = 4, .data = 2, .schedule = Schedule::dualpipe};
  Scenario scenario = tiny_scenario(shape, 16);
  for (const int stage : {0, 3}) {
    const ReplicaGroups groups = dense_groups(scenario.job, Placement(scenario.job, 4), stage);
    EXPECT_EQ(numbers(groups.within), (Numbers{{0, 1, 6, 7}}));
    EXPECT_EQ(groups.sharers, 4);
  }
  // Replica by replica: 0 1 2 3 | 4 5 6 7, and the group's cards of a node stay together.
  scenario.job.stack.rank_order = RankOrder::tensor_pipeline_data;
  const ReplicaGroups groups = dense_groups(scenario.job, Placement(scenario.job, 4), 0);
  EXPECT_EQ(numbers(groups.within), (Numbers{{0, 3, 4, 7}}));
}

TEST(CardGroups, every_expert_th_rank_holds_the_same_experts) {
  const Scenario scenario = tiny_scenario({.context = 2, .data = 4, .expert = 4}, 4);
  const ReplicaGroups groups = expert_groups(scenario.job, Placement(scenario.job, 8), 0);
  EXPECT_EQ(numbers(groups.within), (Numbers{{0, 4}, {1, 5}, {2, 6}, {3, 7}}));
  EXPECT_TRUE(groups.across.empty());
}

TEST(CardGroups, a_shard_group_no_larger_than_the_expert_group_has_no_sharers_of_experts) {
  const Scenario scenario =
      tiny_scenario({.data = 8, .expert = 4, .sharding = Sharding::zero_1, .shard_group = 4}, 8);
  const ReplicaGroups groups = expert_groups(scenario.job, Placement(scenario.job, 8), 0);
  EXPECT_EQ(groups.sharers, 1);
  EXPECT_TRUE(groups.within.empty());
  EXPECT_EQ(numbers(groups.across), (Numbers{{0, 4}, {1, 5}, {2, 6}, {3, 7}}));
}

TEST(Collective, ring_and_hierarchical_move_the_same_bytes_between_nodes_or_less) {
  const auto flat =
      collective_phases(CollectiveKind::all_reduce, Algorithm::ring, first_cards(16), 4);
  const auto layered =
      collective_phases(CollectiveKind::all_reduce, Algorithm::hierarchical, first_cards(16), 4);
  const auto between = [](const std::vector<Phase>& phases) {
    double sum = 0;
    for (const Phase& phase : phases)
      for (const Transfer& transfer : phase.transfers)
        if (index_of(transfer.from) / 4 != index_of(transfer.to) / 4) sum += transfer.share;
    return sum;
  };
  EXPECT_EQ(layered.size(), 3U);
  EXPECT_LE(between(layered), between(flat));
}

TEST(Collective, between_nodes_a_tree_takes_fewer_rounds_than_a_ring) {
  const auto rounds = [](CollectiveKind kind, int cards) {
    return collective_phases(kind, Algorithm::ring, first_cards(cards), 4)[0].rounds;
  };
  EXPECT_DOUBLE_EQ(rounds(CollectiveKind::all_reduce, 4), 2 * 3);  // one node: round the ring
  EXPECT_DOUBLE_EQ(rounds(CollectiveKind::all_reduce, 8), 2 * (3 + 1));
  EXPECT_DOUBLE_EQ(rounds(CollectiveKind::all_reduce, 64), 2 * (3 + 4));
  EXPECT_DOUBLE_EQ(rounds(CollectiveKind::reduce_scatter, 64), 63);
  EXPECT_DOUBLE_EQ(rounds(CollectiveKind::all_gather, 64), 63);
}

TEST(Collective, a_full_mesh_sends_directly) {
  using Cards = std::vector<std::vector<CardId>>;
  const auto chosen = [](ScaleUp shape, const Cards& groups, int per_node) {
    return usual_algorithm(shape, groups, per_node);
  };
  const Cards eight{first_cards(8)};
  EXPECT_EQ(chosen(ScaleUp::crossbar, eight, 8), Algorithm::ring);
  EXPECT_EQ(chosen(ScaleUp::mesh, eight, 8), Algorithm::direct);
  EXPECT_EQ(chosen(ScaleUp::mesh, eight, 4), Algorithm::hierarchical_direct);
  EXPECT_EQ(chosen(ScaleUp::mesh, eight, 1), Algorithm::ring);  // one card in each node
  EXPECT_EQ(chosen(ScaleUp::mesh, eight, 6), Algorithm::ring);  // six and two
}

TEST(Collective, direct_all_to_all_sends_each_peer_one_nth) {
  const auto phases =
      collective_phases(CollectiveKind::all_to_all, Algorithm::direct, first_cards(8), 8);
  EXPECT_EQ(phases[0].transfers.size(), 56U);
  EXPECT_DOUBLE_EQ(sum_of_shares(phases), 7);
}

TEST(Collective, broadcast_passes_everything_along_a_chain) {
  EXPECT_DOUBLE_EQ(sum_of_shares(collective_phases(CollectiveKind::broadcast, Algorithm::ring,
                                                   first_cards(5), 8)),
                   4);
}

TEST(Plan, the_expected_largest_of_many_grows_slowly) {
  EXPECT_EQ(expected_maximum(1), 0);
  EXPECT_NEAR(expected_maximum(2), 0.5642, 0.03);  // exactly 1 / sqrt(pi)
  EXPECT_NEAR(expected_maximum(100), 2.5076, 0.01);
  EXPECT_NEAR(expected_maximum(1000), 3.2414, 0.02);
}

TEST(Plan, tensor_collectives_are_asked_for_with_the_whole_activation) {
  Scenario scenario = tiny_scenario({.tensor = 8}, 1);
  Bytes asked{0};
  const StepPlan plan = plan_step(scenario.job, tiny_accelerator(),
                                  [&](CommGroup group, CollectiveKind kind, Bytes size) {
                                    EXPECT_EQ(group, CommGroup::tensor);
                                    EXPECT_EQ(kind, CollectiveKind::all_reduce);
                                    asked = size;
                                    return Seconds{1};
                                  });
  EXPECT_EQ(asked.value, 2.0 * 1024 * 1024);  // two bytes x tokens x hidden
  // Four layers with two forward, and one for the embedding.
  EXPECT_DOUBLE_EQ(plan.stages[0].chunks[0].forward.tensor_comm.value, 9);
}

TEST(Plan, parameters_of_the_chunks_are_those_of_the_model) {
  Scenario scenario = tiny_scenario({.tensor = 2, .pipeline = 4}, 4);
  scenario.job.model.positions =
      Positions::rotary;  // no table of learned positions, which is left out
  const StepPlan plan = plan_step(scenario.job, tiny_accelerator(),
                                  [](CommGroup, CollectiveKind, Bytes) { return Seconds{0}; });
  double sum = 0;
  for (const StagePlan& stage : plan.stages)
    for (const ChunkPlan& chunk : stage.chunks) sum += chunk.parameters.all() * 2;
  // The tied table is held by the first and by the last stage.
  EXPECT_NEAR(sum, parameters(scenario.job.model) + 8192.0 * 1024, 1);
}

}  // namespace
}  // namespace qianka
