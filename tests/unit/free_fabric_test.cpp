// SPDX-License-Identifier: Apache-2.0
// A fabric listed switch by switch and cable by cable: how it is written, which ways messages take.
#include "sim/input/diagnostics.hpp"
#include "sim/scenario/cable_ends.hpp"
#include "sim/scenario/scenario.hpp"
#include "support/fabric_routes_of.hpp"
#include "support/small_clusters.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

namespace qianka {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// One card, one NIC a node: links of 25 GB/s.
ClusterSpec listed(int nodes, std::vector<SwitchSet> switches, std::vector<Cable> cables) {
  ClusterSpec spec = crossbar_cluster(nodes);
  spec.node.cards = spec.node.nics = 1;
  spec.fabric.kind = FabricKind::free;
  spec.fabric.switches = std::move(switches);
  for (SwitchSet& set : spec.fabric.switches) set.part.port_rate = 400.0_Gbps;
  spec.fabric.cables = std::move(cables);
  return spec;
}

/// Four nodes below two leaves, two spines, two cables from each leaf to each spine.
ClusterSpec two_leaves(Routing routing) {
  ClusterSpec spec = listed(4, {{"leaf[0-1]", {}}, {"spine[0-1]", {}}},
                            {{.from = "node[0-1].nic0", .to = "leaf0"},
                             {.from = "leaf1", .to = "node[2-3].nic0"},
                             {.from = "leaf*", .to = "spine*", .rate = 200.0_Gbps, .count = 2}});
  spec.fabric.routing = routing;
  return spec;
}

TEST(CableEnds, brackets_are_host_lists) {
  EXPECT_THAT(expand_brackets("leaf"), ElementsAre("leaf"));
  EXPECT_THAT(
      expand_brackets("p[0-1].l[08-10,7]"),
      ElementsAre("p0.l08", "p0.l09", "p0.l10", "p0.l7", "p1.l08", "p1.l09", "p1.l10", "p1.l7"));
  EXPECT_THROW(expand_brackets("leaf[0"), BadPattern);
  EXPECT_THROW(expand_brackets("leaf[3-1]"), BadPattern);
  EXPECT_THROW(expand_brackets("leaf[0-99999999]"), BadPattern);
  EXPECT_THROW(expand_brackets("leaf[0-999].[0-9999]"), BadPattern);
  EXPECT_TRUE(fits("pod1.leaf3", "pod*.leaf3"));
  EXPECT_TRUE(fits("leaf", "leaf*"));
  EXPECT_FALSE(fits("leaf33", "*leaf3"));
}

TEST(CableEnds, nics_are_told_from_switches) {
  const auto some = nics_named("node[0-2,5].nic*");
  ASSERT_TRUE(some);
  EXPECT_THAT(some->node.below(100), ElementsAre(0, 1, 2, 5));
  EXPECT_THAT(some->node.below(2), ElementsAre(0, 1));
  EXPECT_THAT(some->nic.below(3), ElementsAre(0, 1, 2));
  EXPECT_FALSE(nics_named("leaf0"));
  EXPECT_FALSE(nics_named("nodeswitch"));
  EXPECT_FALSE(nics_named("node3.nicer"));
}

TEST(FreeFabric, path_diversity_is_that_of_the_narrowest_pair) {
  // Four NICs a node: four ways below a leaf; above it as many as cables join the two leaves by one
  // spine, which are all there are for the first node and the third.
  for (int cables = 1; cables <= 6; ++cables) {
    ClusterSpec spec =
        listed(3, {{"leaf[0-1]", {}}, {"spine", {}}},
               {{.from = "node[0-1].nic*", .to = "leaf0"},
                {.from = "node2.nic*", .to = "leaf1"},
                {.from = "leaf*", .to = "spine", .rate = 200.0_Gbps, .count = cables}});
    spec.node.nics = 4;
    for (const Routing routing : {Routing::ecmp, Routing::spray}) {
      spec.fabric.routing = routing;
      const Topology topology = build_topology(spec);
      EXPECT_EQ(topology.disjoint_paths(NodeId{0}, NodeId{1}), 4);
      EXPECT_EQ(topology.path_diversity(), std::min(4, cables));
    }
  }
}

TEST(FreeFabric, ecmp_takes_every_cable_of_least_cost) {
  const Topology topology = build_topology(two_leaves(Routing::ecmp));
  std::set<LinkId> first_hops;
  for (std::uint64_t entropy = 0; entropy < 64; ++entropy) {
    const auto way = route_between(topology, 0, 3, entropy);
    ASSERT_EQ(way.size(), 4U);
    EXPECT_THAT(rates_of(topology, way), ElementsAre(25, 12.5, 12.5, 25));
    EXPECT_EQ(topology.link_name(way[3]), "leaf1 -> node3.nic0");
    first_hops.insert(way[1]);
  }
  EXPECT_EQ(first_hops.size(), 4U);
  EXPECT_THAT(names_of(topology, route_between(topology, 1, 0)),
              ElementsAre("node1.nic0 -> leaf0", "leaf0 -> node0.nic0"));
}

TEST(FreeFabric, spray_bundles_what_is_alike) {
  const Topology topology = build_topology(two_leaves(Routing::spray));
  const auto way = route_between(topology, 0, 3);
  EXPECT_THAT(names_of(topology, way), ElementsAre("node0.nic0 -> leaf0", "leaf0 -> spine0+1",
                                                   "spine0+1 -> leaf1", "leaf1 -> node3.nic0"));
  EXPECT_THAT(rates_of(topology, way), ElementsAre(25, 50, 50, 25)) << "4 cables of 12.5";
  EXPECT_EQ(route_between(topology, 0, 3, 1), way);
}

TEST(FreeFabric, spray_bundles_a_nic_of_two_ports) {
  ClusterSpec spec =
      listed(3, {{"tor[0-1]", {}}}, {{.from = "node*.nic*", .to = "tor*", .rate = 200.0_Gbps}});
  spec.fabric.routing = Routing::spray;
  const Topology both = build_topology(spec);
  EXPECT_THAT(rates_of(both, route_between(both, 0, 2)), ElementsAre(25, 25));
  spec.fabric.routing = Routing::ecmp;
  const Topology one = build_topology(spec);
  EXPECT_THAT(rates_of(one, route_between(one, 0, 2)), ElementsAre(12.5, 12.5));
}

TEST(FreeFabric, unlike_spines_are_not_bundled) {
  ClusterSpec spec = two_leaves(Routing::spray);
  spec.fabric.cables.pop_back();
  spec.fabric.cables.push_back({.from = "leaf*", .to = "spine0", .rate = 200.0_Gbps});
  spec.fabric.cables.push_back({.from = "leaf*", .to = "spine1", .rate = 400.0_Gbps});
  const Topology topology = build_topology(spec);
  std::set<double> rates;
  for (std::uint64_t entropy = 0; entropy < 32; ++entropy) {
    rates.insert(rates_of(topology, route_between(topology, 0, 3, entropy))[1]);
  }
  EXPECT_THAT(rates, ElementsAre(12.5, 25)) << "the hash chooses between them";
}

TEST(FreeFabric, cost_turns_traffic_away) {
  ClusterSpec spec = two_leaves(Routing::ecmp);
  spec.fabric.cables.pop_back();
  spec.fabric.cables.push_back({.from = "leaf*", .to = "spine0", .cost = 2});
  spec.fabric.cables.push_back({.from = "leaf*", .to = "spine1"});
  const Topology topology = build_topology(spec);
  for (std::uint64_t entropy = 0; entropy < 16; ++entropy) {
    EXPECT_EQ(names_of(topology, route_between(topology, 0, 3, entropy))[1], "leaf0 -> spine1");
  }
}

TEST(FreeFabric, switches_of_one_pattern_are_a_full_mesh) {
  const ClusterSpec spec = listed(3, {{"r[0-2]", {}}},
                                  {{.from = "node0.nic0", .to = "r0"},
                                   {.from = "node1.nic0", .to = "r1"},
                                   {.from = "node2.nic0", .to = "r2"},
                                   {.from = "r*", .to = "r*"}});
  const Topology topology = build_topology(spec);
  EXPECT_EQ(route_between(topology, 0, 2).size(), 3U);
  for (const Material& line : topology.bill_of_materials()) {
    if (line.what == "cable, switch to switch") {
      EXPECT_EQ(line.count, 3);
    }
  }
}

TEST(FreeFabric, latencies_are_those_of_the_clos) {
  ClusterSpec spec = two_leaves(Routing::ecmp);
  for (SwitchSet& set : spec.fabric.switches) set.part.latency = 100.0_us;
  spec.node.nic.latency = 10.0_us;
  spec.fabric.cable_latency = 1.0_us;
  spec.fabric.cables.back().latency = 2.0_us;
  spec.fabric.message_latency = 20000.0_us;
  const Topology topology = build_topology(spec);
  // Two cables of 1 us, two of 2 us, two adapters, three switches, the message.
  EXPECT_DOUBLE_EQ(topology.latency(route_between(topology, 0, 3)).value, 20326e-6);
}

TEST(FreeFabric, rails_apart_are_changed_in_the_sending_node) {
  ClusterSpec spec =
      listed(2, {{"rail[0-1]", {}}},
             {{.from = "node*.nic0", .to = "rail0"}, {.from = "node*.nic1", .to = "rail1"}});
  spec.node.cards = spec.node.nics = 2;
  const Topology topology = build_topology(spec);
  EXPECT_THAT(names_of(topology, route_between(topology, 0, 3)),
              ElementsAre("node0.card0 -> node0.crossbar", "node0.crossbar -> node0.card1",
                          "node0.nic1 -> rail1", "rail1 -> node1.nic1"));
}

TEST(FreeFabric, what_cannot_be_built_is_refused_with_its_names) {
  ClusterSpec apart = two_leaves(Routing::ecmp);
  apart.fabric.cables.pop_back();
  EXPECT_EQ(why_not_built(apart),
            "node2 cannot reach node0.nic0: the fabric is in 4 parts, and that of leaf0 joins no "
            "NIC of node2");
  ClusterSpec more = two_leaves(Routing::ecmp);
  more.nodes = 5;
  EXPECT_EQ(why_not_built(more), "node4.nic0 has no cable, but the cluster has 5 nodes of 1 NIC");
  ClusterSpec narrow = two_leaves(Routing::ecmp);
  narrow.fabric.switches[0].part.ports = 3;
  narrow.fabric.switches[0].part.name = "Switch X";
  // Two cables of 200 Gb/s share a port of 400.
  EXPECT_EQ(why_not_built(narrow),
            "leaf0 has 4 cables of 200 Gb/s and 2 cables of 400 Gb/s: 4 ports, but Switch X has 3");
}

TEST(FreeFabric, nodes_the_job_has_no_use_for_are_left_out) {
  ClusterSpec spec = two_leaves(Routing::ecmp);
  spec.nodes = 3;
  EXPECT_EQ(build_topology(spec).nodes(), 3);
  EXPECT_EQ(build_topology(spec).leaf_group_of(NodeId{1}), 0);
  EXPECT_EQ(build_topology(spec).leaf_group_of(NodeId{2}), 1);
}

TEST(FreeFabric, storage_is_behind_the_first_cable_of_nic_0) {
  ClusterSpec spec = two_leaves(Routing::ecmp);
  spec.storage.write = 30.0_GBps;
  const Topology topology = build_topology(spec);
  std::vector<LinkId> save;
  topology.route_to_storage(NodeId{2}, save);
  EXPECT_THAT(names_of(topology, save),
              ElementsAre("node2.nic0 -> leaf1", "storage-network -> storage"));
}

std::string problems_with(const std::string& fabric) {
  const std::string text = R"(question: x
cluster:
  nodes: 2
  installed: 4
  node: {accelerator: h100-sxm5-80gb, cards: 1, nic: connectx-7-400g, nics: 1}
  fabric:
)" + fabric + R"(  storage: modest-nfs
job: {model: gpt3-xl, stack: megatron-core, precision: bf16, global_batch: 2, parallel: {data: 2}}
)";
  try {
    parse_scenario(text, "f.yaml");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(FreeFabric, mistakes_have_positions_and_hints) {
  EXPECT_EQ(problems_with(R"(    kind: free
    switches: [{names: "leaf[0-1]", part: quantum-2-qm9700}]
    cables:
      - {from: node*.nic0, to: leaf0}
      - {from: leaf0, to: leaf1}
)"),
            "");
  const std::string wrong = problems_with(R"(    kind: free
    switches: [{names: "leaf[0-1]"}, {names: leaf1}, {names: node0.nic0}, {names: "x[1"}]
    cables:
      - {from: node*.nic1, to: laef0}
      - {from: node4.nic0, to: node0.nic0}
      - {from: leaf0, to: leaf0}
      - {from: "leaf[0", to: "leaf[1-0]"}
)");
  for (const char* line :
       {"f.yaml:8:46: error: there are two switches 'leaf1'",
        "f.yaml:8:62: error: a switch cannot be called 'node0.nic0'",
        "f.yaml:8:83: error: 'x[1' has a bracket without its twin",
        "f.yaml:10:16: error: no NIC 1: a node has 1", "f.yaml:10:32: error: no switch 'laef0'",
        "did you mean 'leaf0'?", "f.yaml:11:16: error: no node 4: 4 are installed",
        "f.yaml:11:32: error: a cable between two NICs",
        "f.yaml:12:27: error: a cable from 'leaf0' to itself",
        "f.yaml:13:16: error: 'leaf[0' has a bracket without its twin",
        "f.yaml:13:30: error: '1-0' counts downwards"}) {
    EXPECT_THAT(wrong, HasSubstr(line));
  }
  EXPECT_THAT(problems_with("    kind: free\n"), HasSubstr("needs 'switches'"));
  EXPECT_THAT(problems_with("    cables: [{from: a, to: b}]\n"),
              HasSubstr("'cables' belongs to a fabric of kind free"));
}

}  // namespace
}  // namespace qianka
