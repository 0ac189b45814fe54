// SPDX-License-Identifier: Apache-2.0
// The inside of a node: crossbar, mesh and PCIe tree, and the way from a card to its NIC.
#include "sim/topology/topology.hpp"
#include "sim/units/require.hpp"
#include "support/small_clusters.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace qianka {
namespace {

using namespace literals;
using testing::ElementsAre;

std::vector<LinkId> route(const Topology& topology, std::uint32_t from, std::uint32_t to,
                          std::uint64_t entropy = 0) {
  std::vector<LinkId> links;
  topology.route(CardId{from}, CardId{to}, entropy, links);
  return links;
}

std::vector<std::string> names(const Topology& topology, const std::vector<LinkId>& route) {
  std::vector<std::string> all;
  for (const LinkId link : route) all.push_back(topology.link_name(link));
  return all;
}

const Link& link(const Topology& topology, LinkId id) { return topology.links()[index_of(id)]; }

std::string why_not(const ClusterSpec& spec) {
  try {
    build_topology(spec);
  } catch (const Infeasible& error) {
    return error.what();
  }
  return "";
}

TEST(Crossbar, a_pair_has_all_of_a_cards_rate) {
  // 400 GB/s x 0.75 = 300 GB/s, up and down; the two halves of the hop share its 3 us.
  const Topology topology = build_topology(crossbar_cluster(1));
  const std::vector<LinkId> way = route(topology, 2, 5);
  EXPECT_THAT(names(topology, way),
              ElementsAre("node0.card2 -> node0.crossbar", "node0.crossbar -> node0.card5"));
  for (const LinkId id : way) {
    EXPECT_EQ(link(topology, id).nominal, 400.0_GBps);
    EXPECT_EQ(link(topology, id).capacity, 300.0_GBps);
    EXPECT_EQ(link(topology, id).kind, LinkKind::scale_up);
  }
  EXPECT_EQ(topology.latency(way), 3.0_us);
  EXPECT_EQ(topology.links().size(), 16U);
}

TEST(Crossbar, the_clusters_efficiency_goes_before_the_parts) {
  ClusterSpec spec = crossbar_cluster(1);
  spec.node.scale_up_efficiency = 0.5;
  const Topology topology = build_topology(spec);
  EXPECT_EQ(link(topology, route(topology, 0, 1)[0]).capacity, 200.0_GBps);
}

TEST(Mesh, a_pair_has_a_seventh_of_a_cards_rate) {
  // 8 x 7 one-way links of 196 / 7 = 28 GB/s, of which 0.75 are reached: 21 GB/s.
  const Topology topology = build_topology(mesh_cluster(1));
  EXPECT_EQ(topology.links().size(), 56U);
  const std::vector<LinkId> way = route(topology, 6, 1);
  EXPECT_THAT(names(topology, way), ElementsAre("node0.card6 -> node0.card1"));
  EXPECT_EQ(link(topology, way[0]).nominal, 28.0_GBps);
  EXPECT_EQ(link(topology, way[0]).capacity, 21.0_GBps);
  EXPECT_EQ(topology.latency(way), 3.0_us);
}

TEST(PcieTree, the_farther_the_more_shared_links) {
  const Topology topology = build_topology(pcie_cluster(1));
  EXPECT_THAT(names(topology, route(topology, 0, 1)),
              ElementsAre("node0.card0 -> node0.pcie0", "node0.pcie0 -> node0.card1"));
  EXPECT_THAT(names(topology, route(topology, 0, 2)),
              ElementsAre("node0.card0 -> node0.pcie0", "node0.pcie0 -> node0.cpu0",
                          "node0.cpu0 -> node0.pcie1", "node0.pcie1 -> node0.card2"));
  const std::vector<LinkId> across = route(topology, 0, 7);
  EXPECT_THAT(names(topology, across),
              ElementsAre("node0.card0 -> node0.pcie0", "node0.pcie0 -> node0.cpu0",
                          "node0.cpu0 -> node0.cpu1", "node0.cpu1 -> node0.pcie3",
                          "node0.pcie3 -> node0.card7"));
  EXPECT_EQ(link(topology, across[0]).capacity, 25.0_GBps);
  EXPECT_EQ(link(topology, across[2]).capacity, 20.0_GBps);
  EXPECT_EQ(link(topology, across[2]).kind, LinkKind::host_bridge);
  for (std::uint32_t to = 1; to < 8; ++to) {  // however far, one hop
    EXPECT_EQ(topology.latency(route(topology, 0, to)), 3.0_us);
  }
}

TEST(PcieTree, one_switch_needs_no_bridge) {
  ClusterSpec spec = pcie_cluster(1);
  spec.node.cards = 4;
  spec.node.cards_per_pcie_switch = 4;
  spec.node.host_bridge = {};
  const Topology topology = build_topology(spec);
  EXPECT_EQ(topology.links().size(), 8U);
  EXPECT_EQ(route(topology, 3, 0).size(), 2U);
}

TEST(Node, a_figure_it_needs_and_does_not_have_is_named) {
  ClusterSpec spec = crossbar_cluster(1);
  spec.node.accelerator.name = "Card X";
  spec.node.accelerator.scale_up_efficiency = {};
  EXPECT_EQ(why_not(spec), "this run needs the scale-up efficiency of Card X, which is unknown");
  spec.node.accelerator.scale_up = {};
  EXPECT_EQ(why_not(spec), "this run needs the scale-up rate of Card X, which is unknown");
  spec.node.cards = 1;
  EXPECT_EQ(why_not(spec), "") << "a card alone needs neither";

  spec = pcie_cluster(1);
  spec.node.host_bridge = {};
  EXPECT_EQ(why_not(spec), "this run needs the host bridge rate of the node, which is unknown");
  spec.node.accelerator.pcie = {};
  EXPECT_EQ(why_not(spec), "this run needs the PCIe rate of card, which is unknown");

  spec = crossbar_cluster(2);
  spec.node.nic.efficiency = {};
  EXPECT_EQ(why_not(spec), "this run needs the payload efficiency of nic, which is unknown");
}

TEST(NodePorts, a_slot_of_unknown_rate_does_not_limit) {
  const Topology topology = build_topology(crossbar_cluster(2));
  EXPECT_THAT(names(topology, route(topology, 3, 11)),
              ElementsAre("node0.nic3 -> group0.leaf3", "group0.leaf3 -> node1.nic3"));
}

TEST(NodePorts, a_slot_of_known_rate_is_a_link) {
  ClusterSpec spec = crossbar_cluster(2);
  spec.node.accelerator.pcie = 25.0_GBps;
  const Topology topology = build_topology(spec);
  const std::vector<LinkId> way = route(topology, 3, 11);
  EXPECT_THAT(names(topology, way),
              ElementsAre("node0.card3 -> node0.pcie3", "node0.pcie3 -> node0.nic3",
                          "node0.nic3 -> group0.leaf3", "group0.leaf3 -> node1.nic3",
                          "node1.nic3 -> node1.pcie3", "node1.pcie3 -> node1.card3"));
  EXPECT_EQ(link(topology, way[0]).capacity, 25.0_GBps);
}

TEST(NodePorts, cards_share_nics_where_there_are_fewer) {
  // 8 cards, 3 NICs: card c uses NIC floor(3c / 8).
  ClusterSpec spec = crossbar_cluster(2);
  spec.node.nics = 3;
  const Topology topology = build_topology(spec);
  const int expected[] = {0, 0, 0, 1, 1, 1, 2, 2};
  for (std::uint32_t card = 0; card < 8; ++card) {
    const std::string nic = std::to_string(expected[card]);
    EXPECT_THAT(names(topology, route(topology, card, 8 + card)),
                ElementsAre("node0.nic" + nic + " -> group0.leaf" + nic,
                            "group0.leaf" + nic + " -> node1.nic" + nic));
  }
}

TEST(NodePorts, a_box_with_one_nic_sends_from_its_far_half_over_the_bridge) {
  ClusterSpec spec = pcie_cluster(2);
  spec.node.nics = 1;
  const Topology topology = build_topology(spec);
  EXPECT_THAT(names(topology, route(topology, 7, 8)),
              ElementsAre("node0.card7 -> node0.pcie3", "node0.pcie3 -> node0.cpu1",
                          "node0.cpu1 -> node0.cpu0", "node0.cpu0 -> node0.pcie0",
                          "node0.pcie0 -> node0.nic0", "node0.nic0 -> leaf0", "leaf0 -> node1.nic0",
                          "node1.nic0 -> node1.pcie0", "node1.pcie0 -> node1.card0"));
}

TEST(NodePorts, a_card_with_two_nics_takes_either_and_stays_on_its_rail) {
  ClusterSpec spec = crossbar_cluster(2);
  spec.node.cards = 4;
  const Topology topology = build_topology(spec);
  bool seen[2] = {};
  for (std::uint64_t entropy = 0; entropy < 32; ++entropy) {
    const std::vector<std::string> way = names(topology, route(topology, 1, 5, entropy));
    ASSERT_EQ(way.size(), 2U);
    if (way[0] == "node0.nic2 -> group0.leaf2") seen[0] = true;
    if (way[0] == "node0.nic3 -> group0.leaf3") seen[1] = true;
  }
  EXPECT_TRUE(seen[0] && seen[1]);
}

}  // namespace
}  // namespace qianka
