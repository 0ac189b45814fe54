// SPDX-License-Identifier: Apache-2.0
// Bus bandwidths that can be worked out with a pencil, by every algorithm, on a crossbar, a mesh, a
// PCIe tree and between nodes: links alone, no latency, so the size does not matter.
#include "sim/engine/library_choice.hpp"
#include "sim/workload/card_placement.hpp"
#include "support/small_clusters.hpp"

#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr double giga = 1e9;
constexpr CollectiveKind all_reduce = CollectiveKind::all_reduce;

ClusterSpec without_latency(ClusterSpec cluster) {
  cluster.node.scale_up_latency = cluster.fabric.message_latency = Seconds{0};
  cluster.fabric.cable_latency = Seconds{0};
  return cluster;
}

/// In GB/s, of 1 GiB over the first `cards` cards.
double busbw(const ClusterSpec& cluster, CollectiveKind kind, Method method, int cards,
             int stride = 0) {
  const Topology topology = build_topology(cluster);
  const GroupShape shape{.cards = cards, .cards_per_node = cluster.node.cards, .stride = stride};
  LibraryCollective collective(topology, cluster, LibrarySpec{}, kind, groups_of_shape(shape));
  EXPECT_EQ(collective.why_not(method), "");
  return collective.row(Bytes{0x1p30}, method).bus_bandwidth.value / giga;
}

void expect_busbw(double found, double pencil) { EXPECT_NEAR(found / pencil, 1, 1e-9) << pencil; }

/// Cards of 400 GB/s, of which 3/4 are reached: 300.
const ClusterSpec crossbar = without_latency(crossbar_cluster(1));
/// 196 x 3/4 = 147 GB/s a card, 21 to each of seven others.
const ClusterSpec mesh = without_latency(mesh_cluster(1));
/// Slots of 25 GB/s, 20 between the two halves.
const ClusterSpec pcie = without_latency(pcie_cluster(1));

TEST(CollectivePencil, in_a_node) {
  // A ring keeps every card's link busy: its rate is the bus bandwidth, whatever n is.
  for (const int n : {2, 3, 4, 8}) expect_busbw(busbw(crossbar, all_reduce, Method::ring, n), 300);
  for (const int n : {2, 3, 4, 8}) expect_busbw(busbw(mesh, all_reduce, Method::ring, n), 21);
  expect_busbw(busbw(pcie, all_reduce, Method::ring, 4), 25);  // one half
  expect_busbw(busbw(pcie, all_reduce, Method::ring, 8), 20);  // the bridge
  for (const auto kind : {CollectiveKind::all_gather, CollectiveKind::reduce_scatter})
    expect_busbw(busbw(crossbar, kind, Method::ring, 8), 300);
  // Four rings over a mesh of eight, in steps of 1, 3, 5, 7: four of the seven links.
  expect_busbw(busbw(mesh, all_reduce, Method::multi_ring, 8), 84);
  // Direct on a mesh: all links to the other cards of the group.
  for (const int n : {2, 4, 8})
    expect_busbw(busbw(mesh, all_reduce, Method::direct, n), 21 * (n - 1));
  expect_busbw(busbw(mesh, CollectiveKind::all_gather, Method::direct, 8), 147);
  expect_busbw(busbw(crossbar, all_reduce, Method::direct, 8), 300);
}

TEST(CollectivePencil, in_rounds) {
  // Halving and doubling on a crossbar: 2 (n-1)/n of the data in all, one round after the other.
  expect_busbw(busbw(crossbar, all_reduce, Method::halving_doubling, 8), 300);
  expect_busbw(busbw(crossbar, all_reduce, Method::nhr, 8), 300);
  // On a mesh every round uses one link a card.
  expect_busbw(busbw(mesh, all_reduce, Method::halving_doubling, 8), 21);
  // All-to-all by pairs: on the crossbar the card's rate, on the mesh a link; at once, all links.
  expect_busbw(busbw(crossbar, CollectiveKind::all_to_all, Method::pairwise, 8), 300);
  expect_busbw(busbw(mesh, CollectiveKind::all_to_all, Method::pairwise, 8), 21);
  expect_busbw(busbw(mesh, CollectiveKind::all_to_all, Method::direct, 8), 147);
  // Bruck moves 3 x 1/2 in place of 7/8: busbw = 300 x (7/8) / (3/2).
  expect_busbw(busbw(crossbar, CollectiveKind::all_to_all, Method::bruck, 8), 175);
  // A broadcast keeps every link of the chain busy.
  expect_busbw(busbw(crossbar, CollectiveKind::broadcast, Method::ring, 8), 300);
  expect_busbw(busbw(mesh, CollectiveKind::point_to_point, Method::direct, 2), 21);
}

TEST(CollectivePencil, in_the_switch_of_a_node) {
  // The switch reaches 60 % of 400 = 240 GB/s. Each card gives and takes 1 + 1/n of the data:
  // busbw = 240 x 2 (n-1)/n / (1 + 1/n) = 240 x 2 (n-1)/(n+1).
  ClusterSpec cluster = crossbar;
  cluster.node.accelerator.scale_up_reduction = 0.6;
  for (const int n : {2, 4, 8})
    expect_busbw(busbw(cluster, all_reduce, Method::nvls, n), 240.0 * 2 * (n - 1) / (n + 1));
  expect_busbw(busbw(cluster, CollectiveKind::all_gather, Method::nvls, 8), 240 * 7.0 / 8);
}

TEST(CollectivePencil, between_nodes) {
  // A NIC of 25 GB/s a card. Four nodes of eight: a ring passes each NIC with 1/8 of it, so the bus
  // bandwidth is that of eight NICs.
  const ClusterSpec four = without_latency(crossbar_cluster(4));
  expect_busbw(busbw(four, all_reduce, Method::ring, 32), 200);
  expect_busbw(busbw(four, all_reduce, Method::ring, 32, 1), 25);  // one card a node
  // Two nodes: each tree has one edge, everything crosses once, not 2 (n-1)/n times. 200 GB/s of
  // NICs: busbw = 200 x 2 x 15/16 = 375, but the chains inside carry 2 x 7/8 of it all: 300 /
  // (7/4) x 15/8 = 321.4.
  const ClusterSpec two = without_latency(crossbar_cluster(2));
  expect_busbw(busbw(two, all_reduce, Method::tree, 16), 300 / 1.75 * 1.875);
  expect_busbw(busbw(two, all_reduce, Method::tree, 16, 1), 25);
  // SHARP: a card's NIC carries 1/8 once, whatever the number of nodes; inside a ring, which
  // carries 7/4 at 300: the NICs bind at 1/8 / 25 = 1/200, the ring at 7/4 / 300 = 1/171.4.
  ClusterSpec sharp = four;
  sharp.fabric.leaf.reduction = 1;
  expect_busbw(busbw(sharp, all_reduce, Method::sharp, 32), 300 / 1.75 * 2 * 31 / 32);
  // By levels, one after the other: 7/8 / 300 + 2 x 3/4 / 8 / 25 + 7/8 / 300 s a GB.
  const double levels = 7.0 / 8 / 300 * 2 + 2 * 0.75 / 8 / 25;
  expect_busbw(busbw(four, all_reduce, Method::hierarchical, 32), 2 * 31.0 / 32 / levels);
  expect_busbw(busbw(four, all_reduce, Method::mesh_halving_doubling, 32), 2 * 31.0 / 32 / levels);
  // Both levels at once: the NICs' 2 x 3/4 / 8 / 25 = 1/133.3 against 7/4 / 300 = 1/171.4.
  expect_busbw(busbw(four, all_reduce, Method::mesh_pipelined, 32), 2 * 31.0 / 32 * 400 / 3);
  // All-to-all over rails: 3/4 of the data leaves by the card's own NIC.
  expect_busbw(busbw(four, CollectiveKind::all_to_all, Method::rail, 32), 25 / 0.75 * 31 / 32);
}

TEST(CollectivePencil, latencies_are_those_of_the_hops_and_messages) {
  // 2 nodes of 8, tree: 2 x 7 hops of 3 us and 2 messages of 5 us + 4 x 100 ns of cable. A library
  // adds 6 us of launch, half a hop's latency and 10 us a message.
  ClusterSpec cluster = crossbar_cluster(2);
  cluster.fabric.message_latency = Seconds{5e-6}, cluster.fabric.cable_latency = Seconds{100e-9};
  const Topology topology = build_topology(cluster);
  LibrarySpec library;
  library.protocols = {{.name = "half", .launch = Seconds{6e-6}, .hop = 0.5, .rate = 0.5}};
  library.proxy = Seconds{10e-6};
  LibraryCollective collective(topology, cluster, library, all_reduce,
                               groups_of_shape({.cards = 16, .cards_per_node = 8}));
  const double cables = 2 * 100e-9;  // below one leaf of its rail: NIC to leaf, leaf to NIC
  const double expected = 6e-6 + 14 * 1.5e-6 + 2 * (5e-6 + cables + 10e-6);
  EXPECT_NEAR(collective.row(Bytes{1}, Method::tree).time.value, expected, 1e-9);
}

TEST(CollectiveChoice, small_sizes_go_by_the_tree_and_large_ones_by_what_carries_most) {
  ClusterSpec cluster = crossbar_cluster(4);
  const Topology topology = build_topology(cluster);
  LibrarySpec library;
  library.tree_share = 0.92;
  LibraryCollective collective(topology, cluster, library, all_reduce,
                               groups_of_shape({.cards = 32, .cards_per_node = 8}));
  EXPECT_EQ(collective.row(Bytes{1024}).algorithm, "tree");
  EXPECT_EQ(collective.row(Bytes{0x1p33}).algorithm, "ring");
  EXPECT_EQ(collective.row(Bytes{1024}).limit, "latency");
}

TEST(CollectiveChoice, hccl_goes_by_servers_and_size) {
  LibrarySpec hccl;
  hccl.selection = Selection::hccl_rules;
  const auto chosen = [&](int nodes, double bytes, CollectiveKind kind = all_reduce) {
    const ClusterSpec cluster = mesh_cluster(nodes);
    const Topology topology = build_topology(cluster);
    const GroupShape shape{.cards = 8 * nodes, .cards_per_node = 8};
    LibraryCollective collective(topology, cluster, hccl, kind, groups_of_shape(shape));
    return collective.row(Bytes{bytes}).algorithm;
  };
  EXPECT_EQ(chosen(1, 1e9), "direct");
  EXPECT_EQ(chosen(4, 1e9), "mesh-pipelined");         // 1 MiB a rank and more
  EXPECT_EQ(chosen(4, 1e6), "mesh-halving-doubling");  // a power of two
  EXPECT_EQ(chosen(3, 1e6), "mesh-halving-doubling");  // less than 256 MiB
  EXPECT_EQ(chosen(2, 1e9, CollectiveKind::all_to_all), "direct");
  EXPECT_EQ(chosen(2, 1e5, CollectiveKind::all_to_all), "pairwise");
}

TEST(CollectiveChoice, groups_at_once_share_what_they_meet_on) {
  // Two nodes, one NIC each: eight groups of one card a node share it.
  ClusterSpec cluster = without_latency(crossbar_cluster(2));
  cluster.node.nics = 1;
  const Topology topology = build_topology(cluster);
  const auto time = [&](bool all) {
    LibraryCollective collective(
        topology, cluster, LibrarySpec{}, all_reduce,
        groups_of_shape({.cards = 16, .cards_per_node = 8, .stride = 1, .all_groups = all}));
    return collective.row(Bytes{0x1p30}, Method::ring).time.value;
  };
  EXPECT_NEAR(time(true) / time(false), 8, 1e-8);
}

}  // namespace
}  // namespace qianka
