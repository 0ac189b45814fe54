// SPDX-License-Identifier: Apache-2.0
// A cluster as data: one kind of node, the fabric that joins the nodes, and the storage behind it.
#pragma once
#include "sim/scenario/parts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// How the cards of a node reach each other. A crossbar gives a pair all of a card's scale-up rate;
/// in a full mesh of n cards a pair gets 1/(n-1) of it; a PCIe tree shares its uplinks; listed: the
/// links of the node one by one, as in a hybrid cube mesh.
enum class ScaleUp { crossbar, mesh, pcie, listed };

/// rail_optimised: leaf r serves NIC r of every node of its group, so equal ranks meet below one
/// leaf. leaf_spine: all NICs of a node hang below the same leaf (ToR); both have two or three
/// tiers. rail_only: a fabric of leaves and spines for each rail, and nothing between rails.
/// dual_tor: each NIC has two ports, to two leaves of its rail, below common spines. dual_plane:
/// the same, each of the two with spines of its own; multi_plane: so many ports and planes.
/// dragonfly: groups of routers, cables between all groups. torus: a router in each node, cables to
/// its neighbours. free: switches and cables as they are listed.
enum class FabricKind {
  rail_optimised,
  leaf_spine,
  rail_only,
  dual_tor,
  dual_plane,
  multi_plane,
  dragonfly,
  torus,
  free
};

/// Leaves, spines and cores, counted from rates and ports; the others are graphs of any form.
constexpr bool is_clos(FabricKind kind) {
  return kind == FabricKind::rail_optimised || kind == FabricKind::leaf_spine;
}

/// ecmp: one of the equal-cost paths by a hash of the flow. spray: split evenly over them (adaptive
/// routing).
enum class Routing { ecmp, spray };

/// ScaleUp::listed: links side by side between two cards, each the same share of a card's rate.
struct CardLink {
  int from = 0, to = 0;
  int count = 1;
};

/// Dies of one package that are cards of their own: neighbours in number, joined each with each by
/// links besides the scale-up.
struct PackageSpec {
  int cards = 2;
  std::optional<Bandwidth> link;     // between two of them, one direction, nominal
  std::optional<double> efficiency;  // share of it that is reached
};

/// A scale-up domain of several nodes: the crossbars of all of them are one.
struct DomainSpec {
  int nodes = 1;
  std::optional<Bandwidth> link;  // a node's way into it, one direction; none = does not limit
};

struct NodeSpec {
  Accelerator accelerator;
  int cards = 8;
  ScaleUp scale_up = ScaleUp::crossbar;
  std::optional<double>
      scale_up_efficiency;      // of this cluster's nodes, when it differs from the part's
  Seconds scale_up_latency{0};  // one hop between two cards, software included
  std::vector<CardLink> links;  // ScaleUp::listed
  std::optional<PackageSpec> package;
  std::optional<DomainSpec> domain;
  int cards_per_pcie_switch = 2;
  std::optional<Bandwidth> host_bridge;  // between the two halves of a PCIe box, one direction
  Nic nic;
  int nics = 8;
  std::optional<Bytes> host_memory;
};

/// Switches that are alike: "leaf[0-3]" is four of them.
struct SwitchSet {
  std::string names;
  Switch part;
};

/// Cables from each of `from` to each of `to`: switches, or NICs such as node3.nic0; see
/// scenario/cable_ends.hpp.
struct Cable {
  std::string from, to;
  std::optional<Bandwidth> rate = {};   // one direction; left out: the slower of its two ends
  int count = 1;                        // cables side by side
  std::optional<Seconds> latency = {};  // of the cable; left out: the fabric's
  int cost = 1;                         // routes take the ways of least cost
};

/// Routers of a group are joined each with each; with spines (dragonfly+) each router with each
/// spine, and the spines have the cables to other groups. Every two groups are joined by equally
/// many cables.
struct DragonflySpec {
  int groups = 1;
  int routers = 1;       // of a group; nodes_per_leaf nodes below each
  int spines = 0;        // of a group; 0 = a plain dragonfly
  int local_cables = 1;  // between two devices of a group
  int global_ports = 1;  // of a router, or of a spine: cables to other groups
};

/// The first dimension is the fastest: node n has coordinates n mod size[0], …
struct TorusSpec {
  std::vector<int> size;
  std::optional<Bandwidth> rate;  // of a cable, one direction; left out: the NIC's
  int cables = 1;                 // between two neighbours
  bool dimension_order = true;    // else the hash of the flow chooses among shortest ways
};

struct FabricSpec {
  FabricKind kind = FabricKind::rail_optimised;
  Routing routing = Routing::ecmp;
  Switch leaf, spine, core;  // core is used by three tiers only
  Optic optic;
  std::vector<SwitchSet> switches;  // FabricKind::free
  std::vector<Cable> cables;
  std::optional<int> planes;  // FabricKind::multi_plane: ports of a NIC
  std::optional<DragonflySpec> dragonfly;
  std::optional<TorusSpec> torus;
  int tiers = 2;
  int nodes_per_leaf = 32;  // nodes that one leaf (or one group of rail leaves) serves
  int leaf_groups_per_pod =
      0;  // three tiers: leaf groups below one set of spines; 0 = all (two tiers)
  double leaf_oversubscription = 1;   // downlink rate over uplink rate at the leaf
  double spine_oversubscription = 1;  // the same at the spine, three tiers
  double transport_efficiency =
      1;                     // what the transport reaches of the NIC's payload rate on this cluster
  Seconds cable_latency{0};  // one cable, propagation
  Seconds message_latency{
      0};  // software and adapter, once a message (measured small-message latency)
};

struct ClusterSpec {
  std::string id, name;
  int nodes = 1;                 // used by the job
  int spares = 0;                // in the same halls, idle until a node fails
  std::optional<int> installed;  // nodes the cluster has in all; nodes + spares must not exceed it
  NodeSpec node;
  FabricSpec fabric;
  Storage storage;
  Bandwidth storage_link{
      0};  // one node's way to the storage, one direction; 0 = through the compute NICs
};

}  // namespace qianka
