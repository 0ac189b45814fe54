// SPDX-License-Identifier: Apache-2.0
// What dead and lame links cost, on the pencil: NICs and uplinks of 10 GB/s, nothing lost.
#include "sim/engine/contention.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/topology/topology.hpp"
#include "support/tiny_cluster.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace qianka {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Two groups of `per_leaf` nodes with one card each, one leaf a group.
ClusterSpec two_leaves(int per_leaf, Routing routing, double oversubscription = 1) {
  ClusterSpec cluster = tiny_cluster(2 * per_leaf, 1);
  cluster.fabric.routing = routing;
  cluster.fabric.nodes_per_leaf = per_leaf;
  cluster.fabric.leaf_oversubscription = oversubscription;
  return cluster;
}

FabricFault down(const std::string& device) {
  FabricFault fault;
  fault.device = device;
  return fault;
}

FabricFault cable(const std::string& a, const std::string& b, int cables = 1, double rate = 0) {
  FabricFault fault;
  fault.link = {a, b}, fault.cables = cables, fault.rate = rate;
  return fault;
}

Topology broken(const ClusterSpec& cluster, const std::vector<FabricFault>& faults,
                bool nic_failover = true) {
  Topology topology = build_topology(cluster);
  topology.damage(faults, nic_failover);
  return topology;
}

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

/// How long 10 GB between each pair takes, all at once.
std::vector<double> times(const Topology& topology, const Pairs& pairs) {
  FlowSet flows;
  for (const Link& link : topology.links()) flows.capacity.push_back(link.capacity);
  for (const auto& [from, to] : pairs) {
    std::vector<LinkId> route;
    topology.route(CardId{from}, CardId{to}, 0, route);
    std::vector<std::uint32_t> links;
    for (const LinkId link : route) links.push_back(static_cast<std::uint32_t>(link));
    flows.add(links, Bytes{10e9}, {0});
  }
  std::vector<double> seconds;
  for (const Seconds finish : simulate_flows(flows).finish) seconds.push_back(finish.value);
  return seconds;
}

double last(const Topology& topology, const Pairs& pairs) {
  return std::ranges::max(times(topology, pairs));
}

const Pairs four_across{{0, 4}, {1, 5}, {2, 6}, {3, 7}};

TEST(FabricFaults, two_flows_over_one_uplink_take_twice_as_long) {
  // Two nodes below a leaf with one uplink of 10 GB/s: 20 GB over it take 2 s.
  const Topology topology = build_topology(two_leaves(2, Routing::spray, 2));
  EXPECT_DOUBLE_EQ(last(topology, {{0, 2}}), 1);
  EXPECT_DOUBLE_EQ(last(topology, {{0, 2}, {1, 3}}), 2);
}

TEST(FabricFaults, one_uplink_of_four_dead_leaves_three_quarters) {
  // 40 GB over the 30 GB/s that are left.
  const ClusterSpec cluster = two_leaves(4, Routing::spray);
  EXPECT_DOUBLE_EQ(last(build_topology(cluster), four_across), 1);
  EXPECT_DOUBLE_EQ(last(broken(cluster, {cable("leaf0", "pod0.spine0")}), four_across), 4.0 / 3);
}

TEST(FabricFaults, a_dead_leaf_of_two_leaves_half_of_a_nic_with_two_ports) {
  ClusterSpec cluster = two_leaves(4, Routing::spray);
  cluster.fabric.kind = FabricKind::dual_tor;
  EXPECT_DOUBLE_EQ(last(build_topology(cluster), four_across), 1);
  EXPECT_DOUBLE_EQ(last(broken(cluster, {down("group0.rail0.leaf0")}), four_across), 2);
  EXPECT_THROW(
      last(broken(cluster, {down("group0.rail0.leaf0"), down("group0.rail0.leaf1")}), four_across),
      FabricCut);
  // A hashed flow has one port of half the rate, and goes over the other one when it must.
  cluster.fabric.routing = Routing::ecmp;
  EXPECT_DOUBLE_EQ(last(broken(cluster, {down("group0.rail0.leaf1")}), {{0, 4}}), 2);
}

TEST(FabricFaults, a_lame_uplink_counts_with_what_it_still_carries) {
  // Three whole cables and one at 20 %: 32 GB/s for 40 GB.
  const Topology topology =
      broken(two_leaves(4, Routing::spray), {cable("leaf0", "pod0.spine0", 1, 0.2)});
  EXPECT_DOUBLE_EQ(last(topology, four_across), 1.25);
}

TEST(FabricFaults, a_dead_spine_takes_its_share_of_every_leaf) {
  // Spines of two ports: each joins two leaves, so there are four, and three are left.
  ClusterSpec cluster = two_leaves(4, Routing::spray);
  cluster.fabric.spine.ports = 2;
  EXPECT_DOUBLE_EQ(last(broken(cluster, {down("pod0.spine1")}), four_across), 4.0 / 3);
  EXPECT_DOUBLE_EQ(last(broken(cluster, {down("pod0.spine1"), down("pod0.spine3")}), four_across),
                   2);
  // A cable of a spine that is down already adds nothing.
  EXPECT_DOUBLE_EQ(
      last(broken(cluster, {down("pod0.spine1"), cable("leaf0", "pod0.spine1")}), four_across),
      4.0 / 3);
}

TEST(FabricFaults, under_ecmp_flows_leave_a_dead_spine) {
  // Of two spines one is left: all four flows share the two cables that lead to it, 20 GB/s.
  ClusterSpec cluster = two_leaves(4, Routing::ecmp);
  cluster.fabric.spine.ports = 4;
  const Topology topology = broken(cluster, {down("pod0.spine0")});
  for (const auto& [from, to] : four_across) {
    std::vector<LinkId> route;
    topology.route(CardId{from}, CardId{to}, 0, route);
    for (const LinkId link : route)
      EXPECT_THAT(topology.link_name(link), testing::Not(HasSubstr("spine0")));
    EXPECT_EQ(topology.equal_ways(route), 4U) << "two cables up, two down";
  }
  EXPECT_GE(last(topology, four_across), 2);
}

TEST(FabricFaults, a_neighbours_nic_halves_the_rate_of_two_cards) {
  // NIC 0 of node 0 is down: cards 0 and 1 share NIC 1, the others keep theirs.
  const ClusterSpec cluster = tiny_cluster(2, 4);
  const Pairs pairs{{0, 4}, {1, 5}, {2, 6}, {3, 7}};
  EXPECT_THAT(times(build_topology(cluster), pairs), testing::ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(times(broken(cluster, {down("node0.nic0")}), pairs),
              testing::ElementsAre(2, 2, 1, 1));
  EXPECT_THAT(times(broken(cluster, {down("node0.nic3")}), pairs),
              testing::ElementsAre(1, 1, 2, 2));
  // Both of a pair: the nearest of the other pair, three cards on one NIC each.
  EXPECT_DOUBLE_EQ(last(broken(cluster, {down("node0.nic0"), down("node0.nic1")}), pairs), 2);
}

TEST(FabricFaults, a_dead_rail_leaf_sends_its_nodes_to_the_next_rail) {
  const ClusterSpec cluster = tiny_cluster(2, 4);
  EXPECT_THAT(times(broken(cluster, {down("group0.leaf0")}), {{0, 4}, {1, 5}, {2, 6}}),
              testing::ElementsAre(2, 2, 1));
}

TEST(FabricFaults, without_failover_the_card_is_cut_off) {
  const Topology topology = broken(tiny_cluster(2, 4), {down("node0.nic0")}, false);
  std::vector<LinkId> route;
  EXPECT_THROW(topology.route(CardId{0}, CardId{4}, 0, route), FabricCut);
  topology.route(CardId{1}, CardId{5}, 0, route);  // the others are not
}

TEST(FabricFaults, a_cut_names_both_sides) {
  ClusterSpec cluster = two_leaves(2, Routing::spray);
  cluster.fabric.kind = FabricKind::leaf_spine;
  const Topology topology = broken(cluster, {down("pod0.spine0")});
  std::vector<LinkId> route;
  try {
    topology.route(CardId{0}, CardId{2}, 0, route);
    FAIL() << "there is no way";
  } catch (const FabricCut& cut) {
    EXPECT_THAT(cut.what(),
                AllOf(HasSubstr("node0.card0 cannot reach node2.card0 (pod0.spine0 down)"),
                      HasSubstr("one side: node0 to node1 (2 cards)"),
                      HasSubstr("other side: node2 to node3 (2 cards)")));
  }
}

TEST(FabricFaults, names_that_are_not_there_are_bad_input) {
  const ClusterSpec cluster = two_leaves(4, Routing::spray);
  EXPECT_THROW(broken(cluster, {down("leaf9")}), InputError);
  EXPECT_THROW(broken(cluster, {cable("leaf0", "leaf1")}), InputError);
  EXPECT_THROW(broken(cluster, {cable("leaf0", "pod0.spine0", 5)}), InputError);
}

TEST(Routing, static_rail_gives_every_nic_an_uplink) {
  // Four senders, four uplinks, one each: no flow waits for another. By hash some collide.
  const ClusterSpec pinned = two_leaves(4, Routing::static_rail);
  EXPECT_DOUBLE_EQ(last(build_topology(pinned), four_across), 1);
  EXPECT_GT(last(build_topology(two_leaves(4, Routing::ecmp)), four_across), 1);
  // The uplink of node 0 is dead: its flows go with one of the other three.
  ClusterSpec spines = pinned;
  spines.fabric.spine.ports = 2;
  EXPECT_DOUBLE_EQ(last(broken(spines, {down("pod0.spine0")}), four_across), 2);
}

TEST(Routing, flowlets_collide_less_than_hashes) {
  // Sixteen replicas in pairs across two leaves of sixteen uplinks: spread evenly nobody waits; by
  // hash some uplink has three flows or more.
  Parallel shape;
  shape.data = 2, shape.pipeline = 16;
  Scenario scenario = tiny_scenario(shape, 2, 16);
  const auto slowdown = [&](Routing routing) {
    scenario.cluster = two_leaves(16, routing);
    scenario.job.stack.rank_order = RankOrder::tensor_pipeline_data;
    const Topology topology = build_topology(scenario.cluster);
    return find_contention(scenario, topology, Placement(scenario.job, 1)).front().slowdown;
  };
  EXPECT_DOUBLE_EQ(slowdown(Routing::spray), 1);
  EXPECT_GE(slowdown(Routing::ecmp), 3);
  EXPECT_LE(slowdown(Routing::flowlet), 2);
  EXPECT_DOUBLE_EQ(slowdown(Routing::static_rail), 1);
}

TEST(Contention, an_oversubscribed_leaf_is_found_with_those_who_share_it) {
  // Four replicas on four nodes, two a leaf, uplinks 2:1: the ring 0-1-2-3 crosses the leaves once
  // each way, and one flow over one uplink is not slowed down.
  Parallel four;
  four.data = 4;
  Scenario scenario = tiny_scenario(four, 4);
  scenario.cluster = two_leaves(2, Routing::spray, 2);
  const auto found = [&] {
    const Topology topology = build_topology(scenario.cluster);
    return find_contention(scenario, topology, Placement(scenario.job, 1)).front();
  };
  EXPECT_DOUBLE_EQ(found().slowdown, 1);
  // In groups of two that lie two apart, both rings cross: 2 flows of 10 GB/s on 10 GB/s.
  scenario.job.parallel.data = 2, scenario.job.parallel.pipeline = 2;
  scenario.job.global_batch = 2;
  scenario.job.stack.rank_order = RankOrder::tensor_pipeline_data;
  const Contention rings = found();
  EXPECT_DOUBLE_EQ(rings.slowdown, 2);
  EXPECT_DOUBLE_EQ(rings.links.front().load, 2);
  EXPECT_EQ(rings.links.front().kind, LinkKind::leaf_up);
  EXPECT_EQ(rings.links.front().flows, 2);
  EXPECT_THAT(rings.links.front().sharers,
              testing::ElementsAre("node0.card0 -> node2.card0", "node1.card0 -> node3.card0"));
}

}  // namespace
}  // namespace qianka
