// SPDX-License-Identifier: Apache-2.0
// Algorithms as transfers: who sends how much, counted by hand.
#include "sim/workload/collective_legs.hpp"

#include "sim/workload/collective_tree.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace qianka {
namespace {

std::vector<CardId> cards(std::uint32_t count) {
  std::vector<CardId> all;
  for (std::uint32_t i = 0; i < count; ++i) all.push_back(CardId{i});
  return all;
}

/// What each card sends and takes over all legs, in shares of the size.
struct Volume {
  std::map<CardId, double> out, in;
};

Volume volume(const std::vector<Leg>& legs) {
  Volume sum;
  for (const Leg& leg : legs) {
    for (const Transfer& transfer : leg.transfers) {
      sum.out[transfer.from] += transfer.share;
      sum.in[transfer.to] += transfer.share;
    }
  }
  return sum;
}

const Machine crossbar{.cards_per_node = 8, .scale_up = ScaleUp::crossbar};
const Machine mesh{.cards_per_node = 8, .scale_up = ScaleUp::mesh};

TEST(CollectiveLegs, every_way_to_all_reduce_moves_at_least_2_n_minus_1_over_n) {
  // Patarasuk and Yuan 2009: no card can do with less, and ring, direct, halving-doubling and NHR
  // need no more (n a power of two).
  const auto group = cards(8);
  for (const Method method :
       {Method::ring, Method::multi_ring, Method::direct, Method::halving_doubling, Method::nhr}) {
    const Volume sum = volume(legs_of(CollectiveKind::all_reduce, method, group, mesh));
    for (const CardId card : group) {
      EXPECT_NEAR(sum.out.at(card), 2 * 7.0 / 8, 1e-12) << method_name(method);
      EXPECT_NEAR(sum.in.at(card), 2 * 7.0 / 8, 1e-12) << method_name(method);
    }
  }
}

TEST(CollectiveLegs, scatter_and_gather_of_any_number_of_cards_move_n_minus_1_pieces) {
  for (std::uint32_t n = 2; n <= 17; ++n) {
    const auto group = cards(n);
    for (const CollectiveKind kind : {CollectiveKind::reduce_scatter, CollectiveKind::all_gather}) {
      const Volume sum = volume(legs_of(kind, Method::nhr, group, {.cards_per_node = 32}));
      for (const CardId card : group) EXPECT_NEAR(sum.in.at(card), (n - 1.0) / n, 1e-12) << n;
    }
  }
}

TEST(CollectiveLegs, halving_doubling_folds_what_is_beyond_the_power_of_two) {
  // 6 = 4 + 2: fold, 2 rounds of scatter, 2 of gather, unfold.
  const auto legs =
      legs_of(CollectiveKind::all_reduce, Method::halving_doubling, cards(6), crossbar);
  ASSERT_EQ(legs.size(), 6U);
  EXPECT_EQ(legs.front().transfers.size(), 2U);
  EXPECT_EQ(legs.front().transfers[0].share, 1);
  EXPECT_EQ(legs[1].transfers.size(), 4U);
  EXPECT_EQ(legs[1].transfers[0].share, 0.5);
  EXPECT_EQ(legs[2].transfers[0].share, 0.25);
}

TEST(CollectiveLegs, an_all_to_all_brings_n_minus_1_pieces_by_pairs_and_more_by_bruck) {
  const auto group = cards(8);
  const auto pairs = legs_of(CollectiveKind::all_to_all, Method::pairwise, group, crossbar);
  EXPECT_EQ(pairs.size(), 7U);
  EXPECT_NEAR(volume(pairs).in.at(group[3]), 7.0 / 8, 1e-12);
  // Bruck: three rounds with half of the blocks each.
  const auto rounds = legs_of(CollectiveKind::all_to_all, Method::bruck, group, crossbar);
  ASSERT_EQ(rounds.size(), 3U);
  for (const Leg& leg : rounds) EXPECT_EQ(leg.transfers[0].share, 0.5);
}

TEST(CollectiveLegs, the_two_trees_are_trees_and_share_the_work) {
  for (int n = 2; n <= 64; ++n) {
    const auto trees = double_binary_tree(n);
    std::vector<int> children(static_cast<std::size_t>(n), 0), both(children);
    for (const auto& tree : trees) {
      EXPECT_EQ(std::ranges::count(tree, -1), 1) << n;
      std::ranges::fill(children, 0);
      for (int place = 0; place < n; ++place) {
        int steps = 0, at = place;
        while (tree[static_cast<std::size_t>(at)] >= 0 && steps <= n)
          at = tree[static_cast<std::size_t>(at)], ++steps;
        EXPECT_LE(steps, n) << "a loop from " << place << " of " << n;
        const int parent = tree[static_cast<std::size_t>(place)];
        if (parent >= 0) ++children[static_cast<std::size_t>(parent)];
      }
      EXPECT_LE(*std::ranges::max_element(children), 2) << n;
      for (std::size_t i = 0; i < both.size(); ++i) both[i] += children[i];
    }
    // Nobody has more than three children in both trees together: 3 halves up and 2 down.
    EXPECT_LE(*std::ranges::max_element(both), 3) << n;
  }
}

TEST(CollectiveLegs, a_tree_over_two_nodes_sends_everything_once) {
  // 2 nodes of 8: each card's NIC sends and takes 1/8, up in one tree and down in the other.
  const auto legs = legs_of(CollectiveKind::all_reduce, Method::tree, cards(16), crossbar);
  ASSERT_EQ(legs.size(), 1U);
  double crossing = 0;
  for (const Transfer& transfer : legs[0].transfers)
    if (index_of(transfer.from) < 8 && index_of(transfer.to) >= 8) crossing += transfer.share;
  EXPECT_NEAR(crossing, 1, 1e-12);
  EXPECT_EQ(legs[0].inside, 14);  // up a chain of eight and down another
  EXPECT_EQ(legs[0].across, 2);
}

TEST(CollectiveLegs, what_cannot_be_done_says_why) {
  const auto group = cards(16);
  const auto why = [&](CollectiveKind kind, Method method, const Machine& machine = crossbar) {
    return why_not(kind, method, group, machine);
  };
  EXPECT_EQ(why(CollectiveKind::all_reduce, Method::nvls),
            "nvls needs a switch between the cards that reduces (scale_up_reduction)");
  EXPECT_EQ(why(CollectiveKind::all_gather, Method::tree), "tree is a way to do an all-reduce");
  EXPECT_EQ(why(CollectiveKind::all_to_all, Method::ring), "ring is no way to do an all-to-all");
  EXPECT_EQ(why(CollectiveKind::all_reduce, Method::sharp),
            "sharp needs fabric switches that reduce (reduction)");
  EXPECT_EQ(
      why_not(CollectiveKind::all_reduce, Method::mesh_ring, std::span(group).first(12), mesh),
      "mesh-ring needs as many cards in every node");
  EXPECT_EQ(why(CollectiveKind::all_reduce, Method::ring), "");
}

}  // namespace
}  // namespace qianka
