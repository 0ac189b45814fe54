// SPDX-License-Identifier: Apache-2.0
// Paused ports and incast against arithmetic: NICs of 25 GB/s, messages of 1 GB.
#include "sim/engine/congestion.hpp"

#include "sim/engine/step_network.hpp"
#include "support/small_families.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace qianka {
namespace {

using namespace literals;

struct Pair {
  std::uint32_t from, to;
};

FlowSet flows_of(const Topology& topology, const std::vector<Pair>& pairs) {
  FlowSet flows;
  for (const Link& link : topology.links()) flows.capacity.push_back(link.capacity);
  for (const Pair& pair : pairs) {
    std::vector<LinkId> way;
    topology.route(CardId{pair.from}, CardId{pair.to}, 0, way);
    std::vector<std::uint32_t> links;
    for (const LinkId link : way) links.push_back(static_cast<std::uint32_t>(index_of(link)));
    flows.add(links, 1.0_GB, 0.0_s);
  }
  return flows;
}

std::vector<double> times(const ClusterSpec& spec, const std::vector<Pair>& pairs) {
  const Topology topology = build_topology(spec);
  std::vector<double> finish;
  for (const Seconds time : simulate_flows(congested(flows_of(topology, pairs), topology)).finish)
    finish.push_back(time.value);
  return finish;
}

/// `leaves` leaves of four nodes of one card and one NIC.
ClusterSpec leaves_of(int leaves, CongestionSpec congestion) {
  ClusterSpec spec = crossbar_cluster(leaves * 4);
  spec.node.cards = spec.node.nics = 1;
  spec.fabric.kind = FabricKind::leaf_spine;
  spec.fabric.routing = Routing::spray;
  spec.fabric.nodes_per_leaf = 4;
  spec.fabric.congestion = congestion;
  return spec;
}

TEST(PausedPorts, a_victim_gets_what_the_flow_gets_that_waits) {
  // 0, 1 and 2 send to 3: 25/3 GB/s each. 0 also sends to 4, which nobody else wants: it has what
  // is left of 0's port, 50/3 GB/s, when only the flow that waits is held up, and 25/3 when the
  // port is.
  const std::vector<Pair> pairs{{0, 3}, {1, 3}, {2, 3}, {0, 4}};
  const auto ideal = times(leaves_of(2, {}), pairs);
  EXPECT_NEAR(ideal[0], 0.12, 1e-12);
  EXPECT_NEAR(ideal[3], 0.06, 1e-12);
  const auto paused = times(leaves_of(2, {.lossless = true}), pairs);
  EXPECT_NEAR(paused[0], 0.12, 1e-12);
  EXPECT_NEAR(paused[3], 0.12, 1e-12);
}

TEST(PausedPorts, pauses_travel_up_to_those_who_share_nothing_with_who_waits) {
  // 0, 2, 6 and 7 send to 3: 6.25 GB/s each. 6 and 7 are of the other leaf, so the bundle of spines
  // between is paused; 4 -> 1 enters by it and gets 6.25, though nobody else wants 1. So 4 -> 1
  // waits as well, 4's own port is paused, and 4 -> 5, which never leaves its leaf, has 6.25.
  const auto far =
      times(leaves_of(2, {.lossless = true}), {{0, 3}, {2, 3}, {6, 3}, {7, 3}, {4, 1}, {4, 5}});
  for (const double time : far) EXPECT_NEAR(time, 0.16, 1e-12);
  // All senders in 3's own leaf: the bundle is free, 4's port is shared by two.
  const auto near =
      times(leaves_of(2, {.lossless = true}), {{0, 3}, {1, 3}, {2, 3}, {4, 1}, {4, 5}});
  EXPECT_NEAR(near[0], 0.12, 1e-12);
  EXPECT_NEAR(near[3], 0.08, 1e-12);
  EXPECT_NEAR(near[4], 0.08, 1e-12);
}

TEST(PausedPorts, nobody_waits_where_all_get_the_rate_of_their_own_port) {
  const std::vector<Pair> ring{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}};
  EXPECT_EQ(times(leaves_of(2, {.lossless = true}), ring), times(leaves_of(2, {}), ring));
}

TEST(Incast, several_senders_to_one_port_reach_the_cap_together) {
  for (const double cap : {1.0, 0.8, 0.5}) {
    for (std::uint32_t n = 1; n <= 6; ++n) {
      std::vector<Pair> pairs;
      for (std::uint32_t i = 1; i <= n; ++i) pairs.push_back({i, 0});
      const double share = n == 1 ? 1 : cap;  // one sender is no incast
      for (const double time : times(leaves_of(2, {.incast = cap}), pairs))
        EXPECT_NEAR(time, n / (25 * share), 1e-12) << n << " senders, cap " << cap;
    }
    // Two messages of one sender are none either.
    EXPECT_NEAR(times(leaves_of(2, {.incast = cap}), {{1, 0}, {1, 0}})[0], 0.08, 1e-12);
  }
}

TEST(Congestion, together_both_slow_the_victim_further) {
  // Two senders reach 0.5 x 25 together, 6.25 each; the victim behind 0's port has 6.25 as well.
  const auto both =
      times(leaves_of(2, {.lossless = true, .incast = 0.5}), {{0, 3}, {1, 3}, {0, 4}});
  for (const double time : both) EXPECT_NEAR(time, 0.16, 1e-12);
}

TEST(Congestion, never_makes_a_message_faster_and_does_nothing_unasked) {
  for (const Routing routing : {Routing::ecmp, Routing::spray}) {
    for (ClusterSpec spec : small_families(routing)) {
      std::vector<Pair> pairs;
      const auto cards = static_cast<std::uint32_t>(spec.nodes * spec.node.cards);
      for (std::uint32_t i = 0; i < cards; ++i)
        for (const std::uint32_t to : {(i * 7 + 3) % cards, (i / 3 * 2 + 1) % cards})
          if (to != i) pairs.push_back({i, to});
      const Topology ideal = build_topology(spec);
      const FlowSet plain = flows_of(ideal, pairs);
      EXPECT_EQ(congested(plain, ideal).links, plain.links);
      std::vector<std::uint32_t> all;
      for (std::uint32_t i = 0; i < plain.size(); ++i) all.push_back(i);
      const std::vector<double> unbounded(all.size(), 1e30);
      const auto before = max_min_rates(plain, all, unbounded);
      spec.fabric.congestion = {.lossless = true, .incast = 0.9};
      const Topology real = build_topology(spec);
      const FlowSet held = congested(plain, real);
      const auto after = max_min_rates(held, all, unbounded);
      EXPECT_LE(*std::ranges::min_element(after), *std::ranges::min_element(before) * (1 + 1e-9))
          << spec.id;
      const auto finish = simulate_flows(held).finish;
      for (std::size_t i = 0; i < held.size(); ++i) EXPECT_GT(finish[i].value, 0) << spec.id;
    }
  }
}

}  // namespace
}  // namespace qianka
