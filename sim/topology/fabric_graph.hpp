// SPDX-License-Identifier: Apache-2.0
// A fabric of any form as plain data: switches, and cables between two of them or between a NIC and
// one. Each family that is not a Clos fills one of these in a file of its own; wiring, routes and
// the bill of materials take it from there.
#pragma once
#include "sim/scenario/cluster_spec.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace qianka {

struct FabricSwitch {
  std::string name;
  const Switch* part;                     // lives as long as the ClusterSpec
  std::uint32_t count = 1;                // devices it stands for: see bundled()
  bool in_node = false;                   // part of a node, not a box of its own
  std::vector<std::string> members = {};  // of a bundle: the names of all it stands for
};

struct FabricCable {
  static constexpr std::uint32_t no_node = ~0U;

  std::uint32_t node = no_node;  // the lower end is a NIC of this node, or a switch
  std::uint32_t lower = 0;       // number of the NIC, or of the switch
  std::uint32_t upper = 0;       // always a switch
  Bandwidth rate{0};             // of one cable, nominal, each direction
  Seconds latency{0};            // propagation
  std::uint32_t count = 1;       // side by side
  std::uint32_t cost = 1;
  // Of the ways of least cost only those of the lowest rank are taken: upwards, and downwards.
  std::uint32_t up_rank = 0, down_rank = 0;

  bool from_nic() const { return node != no_node; }
};

struct FabricGraph {
  std::vector<FabricSwitch> switches;
  std::vector<FabricCable> cables;
  /// Least cost from switch to switch where arithmetic says it; empty = it is searched for.
  std::function<std::uint32_t(std::uint32_t, std::uint32_t)> distance = {};
  bool alike = false;  // every NIC sees the same fabric
};

/// The fabric of a cluster that is not a Clos. Infeasible when a switch has too few ports, a NIC no
/// cable, or two nodes no way to each other.
FabricGraph fabric_graph(const ClusterSpec& spec);

/// What sprayed traffic sees: switches that have the same neighbours are one switch that stands for
/// several, and the cables between two such are one bundle. Even shares over the cables of a bundle
/// load each alike, so a bundle is exact; where ways that are not alike have equal cost, the hash
/// of the flow still chooses among bundles.
FabricGraph bundled(const FabricGraph& fabric);

/// One builder a family.
FabricGraph free_fabric(const ClusterSpec& spec);
FabricGraph planes_fabric(const ClusterSpec& spec);  // rail-only, dual-tor, dual-plane, multi-plane
FabricGraph dragonfly_fabric(const ClusterSpec& spec);
FabricGraph torus_fabric(const ClusterSpec& spec);

/// One direction of a cable whose rate is left out.
Bandwidth rate_between(const Switch& lower, const Switch& upper);
Bandwidth rate_between(const Nic& nic, const Switch& leaf);

}  // namespace qianka
