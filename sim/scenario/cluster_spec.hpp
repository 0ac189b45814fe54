// SPDX-License-Identifier: Apache-2.0
// A cluster as data: one kind of node, the fabric that joins the nodes, and the storage behind it.
#pragma once
#include "sim/scenario/family_spec.hpp"
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
/// routing). flowlet: the least loaded of several, chosen again when all have chosen. static_rail:
/// each NIC of a leaf has an uplink of its own.
enum class Routing { ecmp, spray, flowlet, static_rail };

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
  std::optional<Bandwidth> nvme_write = {}, nvme_read = {};  // all local disks of a node together
};

struct FabricSpec {
  FabricKind kind = FabricKind::rail_optimised;
  Routing routing = Routing::ecmp;
  std::optional<CongestionSpec> congestion;
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
  std::optional<CableLengths> cable_lengths;
  Seconds message_latency{
      0};  // software and adapter, once a message (measured small-message latency)
};

/// A network of its own for storage and users: NICs besides the compute fabric's.
struct FrontEnd {
  Nic nic;
  int nics = 1;                 // of a node
  double oversubscription = 1;  // what all nodes' NICs send over what their switches pass on
  Switch leaf = {};             // for the bill of materials
};

/// The servers that the storage consists of.
struct StorageNodes {
  int count = 1;
  Nic nic;
  int nics = 1;
  bool on_compute_fabric = false;                  // else on the front-end network
  std::optional<Bandwidth> write = {}, read = {};  // what the media of one node sustain
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
  std::optional<FrontEnd> front_end;  // takes the place of storage_link
  std::optional<StorageNodes> storage_nodes;
};

}  // namespace qianka
