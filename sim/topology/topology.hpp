// SPDX-License-Identifier: Apache-2.0
// The machine as a graph: cards, switches inside the node, NICs, leaves, spines, cores, storage,
// joined by one-way links. Boost.Graph holds the wiring (topology/graph.hpp, private); everyone
// else sees ids and route().
//
// A Route is the ordered list of links a message crosses. Under Routing::spray the equal-cost
// uplinks of a switch are one bundle link of their summed capacity: an even split over them loads
// each alike. In a fabric that is not a Clos bundles are what is alike (fabric_graph.hpp).
#pragma once
#include "sim/scenario/cluster_spec.hpp"
#include "sim/scenario/fabric_faults.hpp"
#include "sim/units/ids.hpp"
#include "sim/units/require.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace qianka {

enum class LinkKind {
  scale_up,
  pcie,
  host_bridge,
  nic,
  leaf_up,
  leaf_down,
  spine_up,
  spine_down,
  storage,
  cable  // between two switches of a fabric that is not a Clos
};

struct Link {
  LinkKind kind;
  Bandwidth nominal;   // as the data sheet has it
  Bandwidth capacity;  // what large messages reach: nominal x the efficiencies of part and cluster
  Seconds latency;
};

/// One line of the bill of materials.
struct Material {
  std::string what;  // "leaf switch", "NIC", "cable, leaf to spine", "optical module"
  std::string part;  // catalogue id
  std::int64_t count;
};

/// Two cards that a job needs to talk cannot reach each other; the text says who is on which side.
struct FabricCut : RunFailed {
  using RunFailed::RunFailed;
};

class Topology {
 public:
  Topology(Topology&&) noexcept;
  Topology& operator=(Topology&&) noexcept;
  ~Topology();

  int nodes() const;  // the job's nodes and the spares
  int cards_per_node() const;
  NodeId node_of(CardId card) const;
  std::span<const Link> links() const;
  Routing routing() const;
  CongestionSpec congestion() const;

  /// Appends the links from one card to another (from != to). `entropy` stands for the ports of the
  /// flow: under Routing::ecmp it chooses among equal-cost paths by a hash of (from, to, entropy),
  /// the same on every machine.
  void route(CardId from, CardId to, std::uint64_t entropy, std::vector<LinkId>& into) const;
  /// As many ways as short as this one lead over the fabric, from NIC to NIC.
  std::uint64_t equal_ways(std::span<const LinkId> route) const;
  /// From now on rates are lower and routes go round what is down; FabricCut where there is no way.
  /// InputError when a name is not of this fabric.
  void damage(std::span<const FabricFault> faults, bool nic_failover);
  /// Appends the links a node's checkpoint traffic crosses; one flow per node.
  void route_to_storage(NodeId from, std::vector<LinkId>& into) const;
  void route_from_storage(NodeId to, std::vector<LinkId>& into) const;
  /// Sum of the links' latencies, and of the fabric's message latency where the route leaves the
  /// node.
  Seconds latency(std::span<const LinkId> route) const;

  std::string card_name(CardId card) const;  // "node3.card5"
  std::string link_name(LinkId link) const;  // "node3.card5 -> node3.crossbar", made on demand
  /// Nodes of one leaf (or rail group), and leaf groups of one pod: how far a replacement is.
  int leaf_group_of(NodeId node) const;
  int pod_of(NodeId node) const;

  /// Nodes of one scale-up domain have the same number.
  int domain_of(NodeId node) const;

  /// What the lower half of the nodes can send to the upper half at once, over the fabric: nominal.
  Bandwidth bisection() const;
  /// Cables on the shortest way between the NICs of the two nodes that are farthest apart.
  int diameter() const;
  /// Ways from one node's NICs to the other's that share no cable.
  int disjoint_paths(NodeId a, NodeId b) const;
  int path_diversity() const;  // the least of them, from node 0 to any other

  std::vector<Material> bill_of_materials() const;
  std::string dot() const;  // one of each kind written out, the rest counted

 private:
  friend Topology build_topology(const ClusterSpec&);
  struct Impl;
  explicit Topology(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Wires spec.nodes + spec.spares nodes. Infeasible when ports do not suffice (with the arithmetic)
/// or a figure it needs is unknown.
Topology build_topology(const ClusterSpec& spec);

}  // namespace qianka
