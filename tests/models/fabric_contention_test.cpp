// SPDX-License-Identifier: Apache-2.0
// Flows that meet on a fabric, against arithmetic: oversubscription, collisions of hashed flows,
// and what spraying them is worth.
#include "sim/engine/flow_set.hpp"
#include "sim/topology/topology.hpp"
#include "support/small_families.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using namespace literals;

struct Pair {
  std::uint32_t from, to;
};

/// When each of these messages of 1 GB has arrived.
std::vector<double> times(const Topology& topology, const std::vector<Pair>& pairs,
                          std::uint64_t seed = 0) {
  FlowSet flows;
  for (const Link& link : topology.links()) flows.capacity.push_back(link.capacity);
  for (const Pair& pair : pairs) {
    std::vector<LinkId> way;
    topology.route(CardId{pair.from}, CardId{pair.to}, seed, way);
    std::vector<std::uint32_t> links;
    for (const LinkId link : way) links.push_back(static_cast<std::uint32_t>(index_of(link)));
    flows.add(links, 1.0_GB, 0.0_s);
  }
  std::vector<double> finish;
  for (const Seconds time : simulate_flows(flows).finish) finish.push_back(time.value);
  return finish;
}

/// `leaves` leaves of n nodes of one card; n uplinks of 25 GB/s, the rate of a NIC.
ClusterSpec leaves_of(int leaves, int n, Routing routing) {
  ClusterSpec spec = crossbar_cluster(leaves * n);
  spec.node.cards = spec.node.nics = 1;
  spec.fabric.kind = FabricKind::leaf_spine;
  spec.fabric.routing = routing;
  spec.fabric.nodes_per_leaf = n;
  return spec;
}

TEST(Oversubscription, two_to_one_halves_exactly_what_crosses_it) {
  for (const int over : {1, 2, 4}) {
    ClusterSpec spec = leaves_of(2, 4, Routing::spray);
    spec.fabric.leaf_oversubscription = over;
    const Topology topology = build_topology(spec);
    // 0-3 below one leaf, 4-7 below the other: four messages cross, each way; 1 GB at 25 GB/s.
    const auto across =
        times(topology, {{0, 4}, {1, 5}, {2, 6}, {3, 7}, {4, 0}, {5, 1}, {6, 2}, {7, 3}});
    for (const double time : across) EXPECT_NEAR(time, 0.04 * over, 1e-15);
    // Half of them stay below their leaf, at full rate; the others share what is above.
    const auto mixed = times(topology, {{0, 1}, {1, 0}, {2, 6}, {3, 7}});
    EXPECT_NEAR(mixed[0], 0.04, 1e-15);
    EXPECT_NEAR(mixed[1], 0.04, 1e-15);
    EXPECT_NEAR(mixed[2], 0.04 * std::max(1.0, over / 2.0), 1e-15);
  }
}

TEST(Collisions, hashed_flows_reach_what_balls_in_bins_leave) {
  // n equal flows from one leaf over n uplinks to n distinct leaves: an uplink stays empty with
  // (1-1/n)^n, so n(1-(1-1/n)^n) of them carry something, and that is the aggregate rate.
  for (const int n : {2, 4, 8, 16}) {
    const Topology topology = build_topology(leaves_of(n + 1, n, Routing::ecmp));
    const int seeds = 400;
    double uplinks = 0;
    for (int seed = 0; seed < seeds; ++seed) {
      std::set<LinkId> used;
      for (int i = 0; i < n; ++i) {
        std::vector<LinkId> way;
        topology.route(CardId{static_cast<std::uint32_t>(i)},
                       CardId{static_cast<std::uint32_t>(n * (i + 1))},
                       static_cast<std::uint64_t>(seed), way);
        ASSERT_EQ(way.size(), 4U);
        used.insert(way[1]);
      }
      uplinks += static_cast<double>(used.size());
    }
    const double expected = n * (1 - std::pow(1 - 1.0 / n, n));
    EXPECT_NEAR(uplinks / seeds / expected, 1, 0.05) << n;
  }
}

TEST(Collisions, aggregate_rate_is_that_of_the_uplinks_in_use) {
  const int n = 8;
  const Topology hashed = build_topology(leaves_of(n + 1, n, Routing::ecmp));
  const Topology sprayed = build_topology(leaves_of(n + 1, n, Routing::spray));
  std::vector<Pair> pairs;
  for (std::uint32_t i = 0; i < n; ++i) pairs.push_back({i, n * (i + 1)});
  for (const double time : times(sprayed, pairs)) EXPECT_NEAR(time, 0.04, 1e-15) << "n uplinks";
  double sum = 0;
  const int seeds = 60;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    // Equal flows that share an uplink end together: each had 1 GB in its time.
    for (const double time : times(hashed, pairs, seed)) sum += 0.04 / time;
  }
  EXPECT_NEAR(sum / seeds / (n * (1 - std::pow(1 - 1.0 / n, n))), 1, 0.05);
}

/// A permutation that leaves nobody where it was: card i to i x stride + shift.
std::vector<Pair> permutation(std::uint32_t cards, std::uint32_t stride, std::uint32_t shift) {
  std::vector<Pair> pairs;
  if (std::gcd(stride, cards) != 1) return pairs;
  for (std::uint32_t i = 0; i < cards; ++i) {
    const std::uint32_t to = (i * stride + shift) % cards;
    if (to != i) pairs.push_back({i, to});
  }
  return pairs;
}

void expect_spray_no_slower(const ClusterSpec& one, const ClusterSpec& many) {
  SCOPED_TRACE(one.id);
  const Topology hashed = build_topology(one), sprayed = build_topology(many);
  const auto cards = static_cast<std::uint32_t>(hashed.nodes() * hashed.cards_per_node());
  for (const std::uint32_t stride : {1U, 5U, 7U}) {
    for (const std::uint32_t shift : {1U, cards / 2}) {
      const auto pairs = permutation(cards, stride, shift);
      if (pairs.empty()) continue;
      const double spread = std::ranges::max(times(sprayed, pairs));
      for (const std::uint64_t seed : {0U, 1U, 2U}) {
        EXPECT_LE(spread, std::ranges::max(times(hashed, pairs, seed)) * (1 + 1e-9))
            << stride << ", " << shift;
      }
    }
  }
}

TEST(Spray, is_never_slower_than_ecmp_on_permutations) {
  const auto one = small_families(Routing::ecmp), many = small_families(Routing::spray);
  for (std::size_t i = 0; i < one.size(); ++i) {
    // Where no two ways are alike there is nothing to spray over: the hash chooses in both.
    if (one[i].id.starts_with("dragonfly") || one[i].id.starts_with("torus")) continue;
    expect_spray_no_slower(one[i], many[i]);
  }
  for (const FabricKind kind : {FabricKind::leaf_spine, FabricKind::rail_optimised}) {
    ClusterSpec hashed = three_tier_cluster(8, kind, Routing::ecmp);
    ClusterSpec sprayed = three_tier_cluster(8, kind, Routing::spray);
    hashed.node.cards = sprayed.node.cards = hashed.node.nics = sprayed.node.nics = 2;
    hashed.fabric.nodes_per_leaf = sprayed.fabric.nodes_per_leaf = 2;
    expect_spray_no_slower(hashed, sprayed);
  }
}

}  // namespace
}  // namespace qianka
