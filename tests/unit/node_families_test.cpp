// SPDX-License-Identifier: Apache-2.0
// Nodes that are neither crossbar nor mesh: listed links, packages of two dies, scale-up domains of
// several nodes.
#include "sim/input/diagnostics.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/scenario.hpp"
#include "support/fabric_routes_of.hpp"
#include "support/small_clusters.hpp"

#include <gmock/gmock.h>

namespace qianka {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// Rate between two cards of a node, GB/s.
double pair_rate(const Topology& topology, std::uint32_t from, std::uint32_t to) {
  return std::ranges::min(rates_of(topology, route_between(topology, from, to)));
}

TEST(HybridCubeMesh, is_the_dgx_1_as_shipped) {
  // Six links of 25 GB/s a card; pairs joined by two have 50, by one 25, others two hops.
  ClusterSpec spec = load_cluster("dgx-1-v100");
  spec.nodes = 1;
  spec.node.scale_up_efficiency = 1;
  const Topology topology = build_topology(spec);
  for (std::uint32_t card = 0; card < 8; ++card) {
    double links = 0;
    int neighbours = 0;
    for (std::uint32_t other = 0; other < 8; ++other) {
      if (other == card) continue;
      const std::size_t hops = route_between(topology, card, other).size();
      EXPECT_EQ(hops, route_between(topology, other, card).size());
      EXPECT_LE(hops, 2U) << "the diameter of the cube mesh";
      if (hops > 1) continue;
      ++neighbours;
      links += pair_rate(topology, card, other) / 25;
    }
    EXPECT_EQ(neighbours, 4);
    EXPECT_DOUBLE_EQ(links, 6);
  }
  EXPECT_DOUBLE_EQ(pair_rate(topology, 0, 3), 50);
  EXPECT_DOUBLE_EQ(pair_rate(topology, 0, 1), 25);
  EXPECT_EQ(route_between(topology, 0, 7).size(), 2U);
}

TEST(Packages, two_dies_reach_each_other_beside_the_scale_up) {
  ClusterSpec spec = crossbar_cluster(1);  // 400 GB/s a die, three quarters of it reached
  spec.node.package = PackageSpec{2, 200.0_GBps, 0.9};
  const Topology topology = build_topology(spec);
  EXPECT_THAT(names_of(topology, route_between(topology, 2, 3)),
              ElementsAre("node0.card2 -> node0.card3"));
  EXPECT_DOUBLE_EQ(pair_rate(topology, 3, 2), 180);
  EXPECT_EQ(route_between(topology, 1, 2).size(), 2U) << "another package";
  EXPECT_DOUBLE_EQ(pair_rate(topology, 1, 2), 300);
}

/// Four nodes of two cards a domain.
ClusterSpec domains(int nodes, std::optional<Bandwidth> link) {
  ClusterSpec spec = crossbar_cluster(nodes);
  spec.node.cards = spec.node.nics = 2;
  spec.node.domain = DomainSpec{4, link};
  return spec;
}

TEST(Domains, nodes_of_one_meet_at_its_crossbar) {
  const Topology topology = build_topology(domains(8, {}));
  const auto way = route_between(topology, 0, 7);
  EXPECT_THAT(names_of(topology, way),
              ElementsAre("node0.card0 -> node0.crossbar", "node3.crossbar -> node3.card1"));
  EXPECT_THAT(rates_of(topology, way), ElementsAre(300, 300));
  EXPECT_EQ(topology.latency(way), 3.0_us) << "as inside a node";
  EXPECT_EQ(topology.domain_of(NodeId{3}), 0);
  EXPECT_EQ(topology.domain_of(NodeId{4}), 1);
  EXPECT_EQ(names_of(topology, route_between(topology, 0, 9)).front(),
            "node0.nic0 -> group0.leaf0");
}

TEST(Domains, a_nodes_way_into_one_may_limit) {
  const Topology topology = build_topology(domains(8, 200.0_GBps));
  const auto way = route_between(topology, 0, 7);
  EXPECT_THAT(names_of(topology, way),
              ElementsAre("node0.card0 -> node0.crossbar", "node0.crossbar -> domain0",
                          "domain0 -> node3.crossbar", "node3.crossbar -> node3.card1"));
  EXPECT_THAT(rates_of(topology, way), ElementsAre(300, 150, 150, 300));
}

TEST(Domains, need_no_nic_while_there_is_one) {
  ClusterSpec spec = domains(4, {});
  spec.node.nics = 0;
  EXPECT_EQ(route_between(build_topology(spec), 1, 6).size(), 2U);
  spec.nodes = 5;
  EXPECT_EQ(why_not_built(spec), "5 nodes without a NIC cannot reach each other");
}

std::string problems_with(const std::string& node) {
  const std::string text =
      "question: x\ncluster:\n  use: dgx-h100-rail\n  nodes: 1\n  node: " + node + R"(
job: {model: gpt3-xl, stack: megatron-core, precision: bf16, global_batch: 8, parallel: {data: 8}}
)";
  try {
    parse_scenario(text, "n.yaml");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(NodeFamilies, mistakes_have_positions) {
  EXPECT_THAT(problems_with("{scale_up: links}"), HasSubstr("'scale_up: links' needs 'links'"));
  EXPECT_THAT(problems_with("{links: [{from: 0, to: 1}]}"),
              HasSubstr("n.yaml:5:10: error: 'links' belongs to 'scale_up: links'"));
  EXPECT_THAT(problems_with("{scale_up: links, links: [{from: 0, to: 9}]}"),
              HasSubstr("error: no card 9: a node has 8"));
  EXPECT_THAT(problems_with("{scale_up: links, links: [{from: 0, to: 1}]}"),
              HasSubstr("error: no links lead from card 0 to card 2"));
  EXPECT_THAT(problems_with("{package: {cards: 3, link: 200 GB/s}}"),
              HasSubstr("error: 8 cards are not packages of 3"));
  EXPECT_THAT(problems_with("{scale_up: mesh, domain: {nodes: 2}}"),
              HasSubstr("error: 'domain' belongs to 'scale_up: crossbar'"));
  EXPECT_EQ(problems_with("{package: {cards: 2, link: 200 GB/s}, domain: {nodes: 4}}"), "");
}

}  // namespace
}  // namespace qianka
