// SPDX-License-Identifier: Apache-2.0
// Collectives inside a node of eight cards, against the pencil: a crossbar (NVSwitch), a full mesh
// (HCCS), a PCIe tree. What a card can send is the same to one peer or to seven on the crossbar; on
// the mesh each pair has a seventh of it; in the tree all of a socket's cards share one way to the
// other socket.
#include "sim/engine/flow_set.hpp"

#include <functional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr std::uint32_t cards = 8;
constexpr double bytes = 8e9;

/// A node: its links, and which of them lead from one card to another.
struct Node {
  std::vector<Bandwidth> capacity;
  std::function<std::vector<std::uint32_t>(std::uint32_t from, std::uint32_t to)> route;
};

/// One link out of and one into each card, of 450 GB/s.
Node crossbar() {
  return {std::vector<Bandwidth>(2 * cards, Bandwidth{450e9}),
          [](std::uint32_t from, std::uint32_t to) {
            return std::vector{from, cards + to};
          }};
}

/// 196 GB/s a card, cut into 7 links of 28.
Node mesh() {
  return {std::vector<Bandwidth>(cards * cards, Bandwidth{28e9}),
          [](std::uint32_t from, std::uint32_t to) { return std::vector{cards * from + to}; }};
}

/// 25 GB/s a card and a switch, two cards to a switch, two switches to a socket, 20 GB/s between
/// the sockets.
Node pcie_tree() {
  enum : std::uint32_t {
    card_up = 0,
    card_down = 8,
    switch_up = 16,
    switch_down = 20,
    between = 24
  };
  std::vector<Bandwidth> capacity(between, Bandwidth{25e9});
  capacity.resize(between + 2, Bandwidth{20e9});
  return {capacity, [](std::uint32_t from, std::uint32_t to) {
            std::vector<std::uint32_t> route{card_up + from};
            if (from / 2 != to / 2) {
              route.push_back(switch_up + from / 2);
              if (from / 4 != to / 4) route.push_back(between + from / 4);
              route.push_back(switch_down + to / 2);
            }
            route.push_back(card_down + to);
            return route;
          }};
}

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

Pairs ring() {
  Pairs pairs;
  for (std::uint32_t i = 0; i < cards; ++i) pairs.emplace_back(i, (i + 1) % cards);
  return pairs;
}

Pairs all_pairs() {
  Pairs pairs;
  for (std::uint32_t i = 0; i < cards; ++i) {
    for (std::uint32_t j = 0; j < cards; ++j) {
      if (i != j) pairs.emplace_back(i, j);
    }
  }
  return pairs;
}

/// When the last of the flows, `size` bytes each, ends.
void expect_time(const Node& node, const Pairs& pairs, double size, double pencil) {
  FlowSet flows;
  flows.capacity = node.capacity;
  for (const auto& [from, to] : pairs) flows.add(node.route(from, to), {size}, {0});
  for (const Aggregate aggregate : {Aggregate::no, Aggregate::yes}) {
    double last = 0;
    for (const Seconds finish : simulate_flows(flows, aggregate).finish)
      last = std::max(last, finish.value);
    EXPECT_NEAR(last, pencil, 1e-12 * pencil);
  }
}

// A ring all-reduce moves 2 x 7/8 of the bytes over each edge; a direct one 2/8 between each pair
// (an eighth to be reduced, an eighth that was); an all-to-all 1/8 between each pair.
constexpr double ring_share = 2 * 7 * bytes / 8;
constexpr double direct_share = 2 * bytes / 8;
constexpr double exchange_share = bytes / 8;

TEST(EngineNode, crossbar_gives_every_pattern_all_of_a_card) {
  expect_time(crossbar(), {{0, 1}}, bytes, bytes / 450e9);
  expect_time(crossbar(), ring(), ring_share, ring_share / 450e9);
  expect_time(crossbar(), all_pairs(), direct_share, 7 * direct_share / 450e9);
  expect_time(crossbar(), all_pairs(), exchange_share, 7 * exchange_share / 450e9);
}

TEST(EngineNode, mesh_gives_a_pair_and_a_ring_a_seventh) {
  expect_time(mesh(), {{0, 1}}, bytes, bytes / 28e9);
  expect_time(mesh(), ring(), ring_share, ring_share / 28e9);
  expect_time(mesh(), all_pairs(), direct_share, direct_share / 28e9);  // 7 x direct_share / 196e9
  expect_time(mesh(), all_pairs(), exchange_share, exchange_share / 28e9);
}

TEST(EngineNode, pcie_tree_is_as_fast_as_the_way_between_its_sockets) {
  // A ring crosses it once each way. Of all pairs, 4 x 4 cross it each way: 1.25 GB/s each.
  expect_time(pcie_tree(), {{0, 1}}, bytes, bytes / 25e9);
  expect_time(pcie_tree(), ring(), ring_share, ring_share / 20e9);
  expect_time(pcie_tree(), all_pairs(), direct_share, 16 * direct_share / 20e9);
  expect_time(pcie_tree(), all_pairs(), exchange_share, 16 * exchange_share / 20e9);
}

TEST(EngineNode, four_cards_to_the_other_socket_share_what_is_between) {
  expect_time(pcie_tree(), {{0, 4}, {1, 5}, {2, 6}, {3, 7}}, bytes, 4 * bytes / 20e9);
  expect_time(crossbar(), {{0, 4}, {1, 5}, {2, 6}, {3, 7}}, bytes, bytes / 450e9);
}

}  // namespace
}  // namespace qianka
