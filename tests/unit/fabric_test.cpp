// SPDX-License-Identifier: Apache-2.0
// The fabric between the nodes: how many switches, which routes, what they carry.
#include "sim/topology/topology.hpp"
#include "sim/units/require.hpp"
#include "support/small_clusters.hpp"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace qianka {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;

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

std::vector<double> gigabytes(const Topology& topology, const std::vector<LinkId>& route) {
  std::vector<double> all;
  for (const LinkId link : route)
    all.push_back(topology.links()[index_of(link)].capacity.value / 1e9);
  return all;
}

std::map<std::string, std::int64_t> bill(const ClusterSpec& spec) {
  std::map<std::string, std::int64_t> counts;
  for (const Material& line : build_topology(spec).bill_of_materials()) {
    counts[line.what] = line.count;
  }
  return counts;
}

std::string why_not(const ClusterSpec& spec) {
  try {
    build_topology(spec);
  } catch (const Infeasible& error) {
    return error.what();
  }
  return "";
}

/// 32 nodes of 8 rails in a group, 64-port switches: the scalable unit of a DGX SuperPOD.
ClusterSpec superpod(int units) {
  ClusterSpec spec = crossbar_cluster(32 * units);
  spec.fabric.leaf.name = spec.fabric.spine.name = "Switch X";
  spec.fabric.leaf.ports = spec.fabric.spine.ports = 64;
  spec.fabric.spine.port_rate = 400.0_Gbps;
  return spec;
}

TEST(Rails, equal_ranks_meet_below_one_leaf_and_others_at_a_spine) {
  const Topology topology = build_topology(superpod(1));
  EXPECT_THAT(names(topology, route(topology, 3, 8 * 31 + 3)),
              ElementsAre("node0.nic3 -> group0.leaf3", "group0.leaf3 -> node31.nic3"));
  const std::vector<std::string> across = names(topology, route(topology, 3, 8 * 31 + 4));
  ASSERT_EQ(across.size(), 4U);
  EXPECT_THAT(across[1], HasSubstr("group0.leaf3 -> pod0.spine"));
  EXPECT_THAT(across[2], HasSubstr(" -> group0.leaf4"));
}

TEST(Rails, without_spines_other_rails_are_reached_over_the_scale_up_links) {
  ClusterSpec spec = superpod(1);
  spec.fabric.tiers = 1;
  const Topology topology = build_topology(spec);
  EXPECT_THAT(names(topology, route(topology, 3, 12)),
              ElementsAre("node0.card3 -> node0.crossbar", "node0.crossbar -> node0.card4",
                          "node0.nic4 -> group0.leaf4", "group0.leaf4 -> node1.nic4"));
}

TEST(Rails, counts_are_those_of_the_dgx_superpod_reference) {
  // Units of 32 nodes, leaf / spine / core: NVIDIA DGX SuperPOD (B200) reference architecture,
  // "Larger SuperPOD component counts". Two tiers: 16 leaves x 32 uplinks / 64 ports = 8 spines.
  // Three: pods of 4 units, a spine joins 32 leaves and 32 cores; 4 pods x 32 uplinks of a plane /
  // 64 ports = 2 cores.
  struct Row {
    int units, leaves, spines, cores;
  };
  for (const Row row : {Row{2, 16, 8, 0}, Row{4, 32, 16, 0}, Row{8, 64, 32, 0},
                        Row{16, 128, 128, 64}, Row{32, 256, 256, 128}, Row{64, 512, 512, 256}}) {
    ClusterSpec spec = superpod(row.units);
    spec.fabric.tiers = row.cores > 0 ? 3 : 2;
    spec.fabric.leaf_groups_per_pod = row.cores > 0 ? 4 : 0;
    spec.fabric.core = spec.fabric.spine;
    auto counts = bill(spec);
    EXPECT_EQ(counts["leaf switch"], row.leaves);
    EXPECT_EQ(counts["spine switch"], row.spines);
    EXPECT_EQ(counts["core switch"], row.cores);
    EXPECT_EQ(counts["cable, node to leaf"], 256 * row.units);
    EXPECT_EQ(counts["cable, leaf to spine"], 256 * row.units);
    EXPECT_EQ(counts["cable, spine to core"], row.cores > 0 ? 256 * row.units : 0);
    EXPECT_EQ(counts["optical module, leaf to spine"], 512 * row.units);
  }
}

TEST(Rails, spines_divide_the_uplinks_of_a_leaf_evenly) {
  // 24 leaves x 32 uplinks / 64 ports = 12 spines; 12 does not divide 32, 16 does.
  EXPECT_EQ(bill(superpod(3))["spine switch"], 16);
  EXPECT_EQ(bill(superpod(1))["spine switch"], 4) << "rails of one group meet at spines";
}

TEST(Rails, with_spines_of_their_own_meet_at_the_cores) {
  // NVIDIA DGX A100 SuperPOD reference architecture (RA-09950-001), 140 nodes in 7 units: 56 leaves
  // of 40 ports, 10 spines a rail (14 ports down, 14 up), 28 cores. All rails below one spine would
  // need 56 + 56 ports.
  ClusterSpec spec = crossbar_cluster(140);
  spec.fabric.tiers = 3;
  spec.fabric.nodes_per_leaf = 20;
  spec.fabric.leaf_groups_per_pod = 7;
  spec.fabric.leaf.ports = spec.fabric.spine.ports = spec.fabric.core.ports = 40;
  auto counts = bill(spec);
  EXPECT_EQ(counts["leaf switch"], 56);
  EXPECT_EQ(counts["spine switch"], 80);
  EXPECT_EQ(counts["core switch"], 28);
  const Topology topology = build_topology(spec);
  const std::vector<std::string> same_rail = names(topology, route(topology, 3, 8 * 139 + 3));
  ASSERT_EQ(same_rail.size(), 4U);
  EXPECT_THAT(same_rail[1], HasSubstr("group0.leaf3 -> pod0.rail3.spine"));
  const std::vector<std::string> other_rail = names(topology, route(topology, 3, 8 * 139 + 4));
  ASSERT_EQ(other_rail.size(), 6U);
  EXPECT_THAT(other_rail[3], HasSubstr(" -> pod0.rail4.spine"));
}

TEST(ThreeTiers, a_small_job_meets_the_spines_of_the_large_cluster) {
  // 64 ports, 32 leaves a pod: 32 spines of 32 + 32 ports, whether the cores are there or not.
  for (const int nodes : {32, 128, 256}) {
    ClusterSpec spec = superpod(1);
    spec.nodes = nodes;
    spec.fabric.tiers = 3;
    spec.fabric.leaf_groups_per_pod = 4;
    spec.fabric.core.ports = 64;
    auto counts = bill(spec);
    EXPECT_EQ(counts["spine switch"], nodes > 128 ? 64 : 32);
    EXPECT_EQ(counts["core switch"], nodes > 128 ? 32 : 0);
  }
}

TEST(LeafSpine, one_leaf_for_all_nics_of_a_node) {
  ClusterSpec spec = crossbar_cluster(8);
  spec.fabric.kind = FabricKind::leaf_spine;
  spec.fabric.nodes_per_leaf = 4;
  const Topology topology = build_topology(spec);
  EXPECT_THAT(names(topology, route(topology, 0, 9)),
              ElementsAre("node0.nic0 -> leaf0", "leaf0 -> node1.nic1"));
  EXPECT_EQ(route(topology, 0, 8 * 4).size(), 4U);
  EXPECT_EQ(topology.leaf_group_of(NodeId{3}), 0);
  EXPECT_EQ(topology.leaf_group_of(NodeId{4}), 1);
  EXPECT_EQ(topology.pod_of(NodeId{7}), 0);
}

TEST(LeafSpine, nodes_below_one_leaf_need_no_spines) {
  ClusterSpec spec = crossbar_cluster(4);
  spec.fabric.kind = FabricKind::leaf_spine;
  spec.fabric.leaf.port_rate = {};
  auto counts = bill(spec);
  EXPECT_EQ(counts["leaf switch"], 1);
  EXPECT_EQ(counts["spine switch"], 0);
}

TEST(LeafSpine, the_last_leaf_may_be_partly_filled) {
  ClusterSpec spec = crossbar_cluster(5);
  spec.spares = 4;
  spec.fabric.kind = FabricKind::leaf_spine;
  spec.fabric.nodes_per_leaf = 4;
  const Topology topology = build_topology(spec);
  EXPECT_EQ(topology.nodes(), 9);
  EXPECT_EQ(topology.leaf_group_of(NodeId{8}), 2);
  EXPECT_EQ(route(topology, 0, 64).size(), 4U);
}

TEST(ThreeTiers, a_route_climbs_as_far_as_it_must) {
  // 16 nodes: groups of 4, pods of 8. The spine is the same one on both sides: planes.
  const Topology topology =
      build_topology(three_tier_cluster(16, FabricKind::rail_optimised, Routing::ecmp));
  EXPECT_EQ(route(topology, 0, 8 * 3).size(), 2U);
  EXPECT_EQ(route(topology, 0, 8 * 4).size(), 4U);
  const std::vector<std::string> far = names(topology, route(topology, 0, 8 * 8));
  ASSERT_EQ(far.size(), 6U);
  const std::string plane = far[1].substr(far[1].find("spine") + 5);
  EXPECT_THAT(far[2], HasSubstr("pod0.spine" + plane + " -> plane" + plane));
  EXPECT_THAT(far[3], HasSubstr("-> pod1.spine" + plane));
  EXPECT_THAT(far[4], HasSubstr("-> group2.leaf0"));
  EXPECT_EQ(topology.pod_of(NodeId{7}), 0);
  EXPECT_EQ(topology.pod_of(NodeId{8}), 1);
}

TEST(ThreeTiers, a_llama_3_pod_is_counted_from_its_rates) {
  // Grattafiori et al. 2024, 3.3.1: 16 cards in a rack below one ToR, 192 racks a pod at full
  // bisection, 8 pods, 1:7 above. 16 uplinks a leaf; with 576-port spines 8 a pod: 192 x 2 = 384
  // downlinks and ceil(384 / 7) = 55 uplinks are 439 ports (4 spines would need 768 + 110). Each
  // plane has one core: 8 x 55 = 440 ports.
  ClusterSpec spec = crossbar_cluster(8 * 192 * 2);
  spec.fabric.kind = FabricKind::leaf_spine;
  spec.fabric.tiers = 3;
  spec.fabric.nodes_per_leaf = 2;
  spec.fabric.leaf_groups_per_pod = 192;
  spec.fabric.spine_oversubscription = 7;
  spec.fabric.leaf.ports = 128;
  spec.fabric.spine.ports = spec.fabric.core.ports = 576;
  spec.fabric.spine.port_rate = spec.fabric.core.port_rate = 400.0_Gbps;
  auto counts = bill(spec);
  EXPECT_EQ(counts["card"], 24576);
  EXPECT_EQ(counts["leaf switch"], 8 * 192);
  EXPECT_EQ(counts["spine switch"], 8 * 8);
  EXPECT_EQ(counts["core switch"], 8);
  EXPECT_EQ(counts["cable, leaf to spine"], 8 * 192 * 16);
  EXPECT_EQ(counts["cable, spine to core"], 8 * 8 * 55);
}

TEST(Capacity, headers_cost_the_same_on_every_link) {
  // 50 GB/s x 0.5 of the NIC x 0.8 of the transport = 20 GB/s.
  ClusterSpec spec = three_tier_cluster(16, FabricKind::leaf_spine, Routing::ecmp);
  spec.fabric.transport_efficiency = 0.8;
  const Topology topology = build_topology(spec);
  EXPECT_THAT(gigabytes(topology, route(topology, 0, 64)), ElementsAre(20, 20, 20, 20, 20, 20));
}

TEST(Capacity, a_sprayed_fabric_is_bundles) {
  // 4 nodes x 8 NICs = 32 uplinks of 25 GB/s: 800 GB/s a leaf at 1:1, 400 at 2:1.
  // The pod: 2 leaves x 400 GB/s = 800 to the spines, a quarter of it to the cores: 200 GB/s.
  ClusterSpec spec = three_tier_cluster(16, FabricKind::leaf_spine, Routing::spray);
  spec.fabric.leaf_oversubscription = 2;
  spec.fabric.spine_oversubscription = 4;
  spec.fabric.spine.ports = 64;
  spec.fabric.spine.port_rate = 400.0_Gbps;
  const Topology topology = build_topology(spec);
  const std::vector<LinkId> far = route(topology, 0, 64);
  EXPECT_THAT(gigabytes(topology, far), ElementsAre(25, 400, 200, 200, 400, 25));
  EXPECT_THAT(names(topology, far),
              ElementsAre("node0.nic0 -> leaf0", "leaf0 -> pod0.spine0", "pod0.spine0 -> cores",
                          "cores -> pod1.spine0", "pod1.spine0 -> leaf2", "leaf2 -> node8.nic0"));
  EXPECT_EQ(route(topology, 0, 64, 1), far) << "nothing is left to chance";
}

TEST(Latency, cables_switches_and_adapters_add_up) {
  // Across pods: 6 cables of 1 us, 2 adapters of 10 us, 5 switches of 100 us (2 leaves, 2 spines,
  // one core of 1000 us), and 2e4 us for the message.
  ClusterSpec spec = three_tier_cluster(16, FabricKind::leaf_spine, Routing::ecmp);
  spec.node.accelerator.pcie = 25.0_GBps;
  spec.node.nic.latency = 10.0_us;
  spec.fabric.cable_latency = 1.0_us;
  spec.fabric.leaf.latency = spec.fabric.spine.latency = 100.0_us;
  spec.fabric.core.latency = 1000.0_us;
  spec.fabric.message_latency = 20000.0_us;
  const Topology topology = build_topology(spec);
  EXPECT_DOUBLE_EQ(topology.latency(route(topology, 0, 64)).value, 21426e-6);
  EXPECT_DOUBLE_EQ(topology.latency(route(topology, 0, 8)).value, 20122e-6);
  EXPECT_EQ(topology.latency(route(topology, 0, 1)), 3.0_us);
}

TEST(Latency, in_a_pcie_box_the_hop_between_cards_is_not_paid_on_the_way_out) {
  ClusterSpec spec = pcie_cluster(2);
  spec.fabric.message_latency = 7.0_us;
  const Topology topology = build_topology(spec);
  EXPECT_EQ(topology.latency(route(topology, 0, 1)), 3.0_us);
  EXPECT_EQ(topology.latency(route(topology, 0, 8)), 7.0_us);
}

TEST(Ports, too_few_at_the_leaf) {
  ClusterSpec spec = superpod(2);
  spec.fabric.leaf.ports = 60;
  EXPECT_EQ(why_not(spec),
            "a leaf joins 32 NICs of 400 Gb/s and, at an oversubscription of 1, 32 uplinks of 400 "
            "Gb/s: 32 + 32 = 64 ports, but Switch X has 60");
  spec.fabric.leaf_oversubscription = 2;
  EXPECT_EQ(why_not(spec), "") << "32 + 16";
}

TEST(Ports, too_few_at_a_single_leaf) {
  ClusterSpec spec = superpod(1);
  spec.fabric.kind = FabricKind::leaf_spine;
  spec.nodes = 9;
  EXPECT_EQ(why_not(spec), "a leaf joins 72 NICs, which take 72 ports, but Switch X has 64");
  spec.node.nic.rate = 200.0_Gbps;  // two a port
  EXPECT_EQ(why_not(spec), "");
}

TEST(Ports, too_few_at_the_spine) {
  EXPECT_EQ(why_not(superpod(8)), "") << "64 leaves below 32 spines";
  EXPECT_EQ(
      why_not(superpod(9)),
      "a spine joins 72 leaves, one of the 32 uplinks of each: 72 ports, but Switch X has 64");
}

TEST(Ports, too_few_at_the_core) {
  ClusterSpec spec = three_tier_cluster(8 * 5, FabricKind::rail_optimised, Routing::ecmp);
  spec.fabric.core.name = "Switch Y";
  spec.fabric.core.ports = 4;
  EXPECT_EQ(why_not(spec),
            "a core joins 5 spines, one of the 16 uplinks of each: 5 ports, but Switch Y has 4");
}

TEST(Ports, one_tier_is_one_group) {
  ClusterSpec spec = superpod(2);
  spec.fabric.tiers = 1;
  EXPECT_EQ(why_not(spec), "one tier of leaves holds 32 nodes, but the cluster has 64");
  spec.node.nics = 0;
  EXPECT_EQ(why_not(spec), "64 nodes without a NIC cannot reach each other");
}

TEST(StorageRoutes, the_nodes_own_network_goes_before_the_nics) {
  ClusterSpec spec = crossbar_cluster(2);
  spec.storage.write = 30.0_GBps;
  spec.storage.read = 60.0_GBps;
  spec.storage.node_write = 2.0_GBps;
  spec.storage_link = 10.0_GBps;
  const Topology topology = build_topology(spec);
  std::vector<LinkId> save, load;
  topology.route_to_storage(NodeId{1}, save);
  topology.route_from_storage(NodeId{1}, load);
  EXPECT_THAT(names(topology, save),
              ElementsAre("node1.host -> storage-network", "storage-network -> storage"));
  EXPECT_THAT(gigabytes(topology, save), ElementsAre(2, 30));
  EXPECT_THAT(gigabytes(topology, load), ElementsAre(60, 10));
}

TEST(StorageRoutes, without_one_nic_0_carries_them) {
  ClusterSpec spec = crossbar_cluster(2);
  spec.storage.write = 30.0_GBps;
  spec.storage.read = 60.0_GBps;
  spec.storage.node_write = 2.0_GBps;
  const Topology topology = build_topology(spec);
  std::vector<LinkId> save, load;
  topology.route_to_storage(NodeId{1}, save);
  topology.route_from_storage(NodeId{1}, load);
  EXPECT_THAT(names(topology, save),
              ElementsAre("node1.host -> node1.nic0", "node1.nic0 -> group0.leaf0",
                          "storage-network -> storage"));
  EXPECT_THAT(gigabytes(topology, save), ElementsAre(2, 25, 30));
  EXPECT_THAT(gigabytes(topology, load), ElementsAre(60, 25));
}

TEST(StorageRoutes, an_unknown_rate_matters_only_to_who_asks) {
  ClusterSpec spec = crossbar_cluster(2);
  spec.storage.name = "Store";
  const Topology topology = build_topology(spec);
  std::vector<LinkId> way;
  try {
    topology.route_to_storage(NodeId{0}, way);
    FAIL();
  } catch (const Infeasible& error) {
    EXPECT_STREQ(error.what(), "this run needs the write rate of Store, which is unknown");
  }
}

TEST(Bill, optical_modules_are_counted_tier_by_tier) {
  // 300 servers of 9 NICs: 2,700 cables below the leaves, two modules each: 5,400.
  ClusterSpec spec = crossbar_cluster(300);
  spec.node.nics = 9;
  auto counts = bill(spec);
  EXPECT_EQ(counts["NIC"], 2700);
  EXPECT_EQ(counts["optical module, node to leaf"], 5400);
}

TEST(Drawing, shows_one_of_each_kind_and_counts_the_rest) {
  ClusterSpec spec = crossbar_cluster(2);
  spec.node.cards = spec.node.nics = 2;
  spec.fabric.nodes_per_leaf = 1;
  spec.fabric.kind = FabricKind::leaf_spine;
  spec.fabric.routing = Routing::spray;
  EXPECT_EQ(build_topology(spec).dot(), R"(digraph "small" {
  rankdir=BT;
  node [shape=box];
  label="one of 2 nodes; 2 leaves, 2 spines, 0 cores; 1 pods";
  "node0.card0";
  "node0.card1";
  "node0.crossbar";
  "node0.pcie0";
  "node0.pcie1";
  "node0.nic0";
  "node0.nic1";
  "leaf0";
  "pod0.spines" [label="pod0.spines\n2 switches"];
  "node0.card0" -> "node0.crossbar" [label="300 GB/s", dir=both];
  "node0.card0" -> "node0.pcie0" [label="not limiting", dir=both];
  "node0.card1" -> "node0.crossbar" [label="300 GB/s", dir=both];
  "node0.card1" -> "node0.pcie1" [label="not limiting", dir=both];
  "node0.pcie0" -> "node0.nic0" [label="not limiting", dir=both];
  "node0.pcie1" -> "node0.nic1" [label="not limiting", dir=both];
  "node0.nic0" -> "leaf0" [label="25.0 GB/s", dir=both];
  "node0.nic1" -> "leaf0" [label="25.0 GB/s", dir=both];
  "leaf0" -> "pod0.spines" [label="2 cables, 50.0 GB/s", dir=both];
}
)");
}

TEST(Scale, sixteen_thousand_cards_are_built_at_once) {
  // Per card: 2 scale-up, 2 NIC, 2 leaf-spine and 2 spine-core links.
  ClusterSpec spec = crossbar_cluster(2048);
  spec.fabric.tiers = 3;
  spec.fabric.leaf_groups_per_pod = 8;
  const Topology topology = build_topology(spec);
  EXPECT_EQ(topology.links().size(), 8U * 16384U);
  EXPECT_EQ(route(topology, 0, 16383 - 7).size(), 6U);
}

}  // namespace
}  // namespace qianka
