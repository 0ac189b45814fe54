// SPDX-License-Identifier: Apache-2.0
// The wiring as a Boost graph, private to this module. A vertex is a device, an edge one direction
// of a cable, port or bus. Vertices are numbered in the order node 0, node 1, …, leaves, spines,
// cores, storage, and edges are added so that each vertex's out-edges are sorted by target: finding
// the ways from a switch to a range of devices is a binary search (edges_between()).
#pragma once
#include "sim/units/ids.hpp"

#include <cstdint>

#include <boost/graph/adjacency_list.hpp>

namespace qianka {

enum class VertexKind : std::uint8_t {
  card,
  crossbar,
  pcie_switch,
  cpu,
  host,  // where checkpoint traffic of a node begins and ends
  nic,
  leaf,
  spine,
  core,
  fabric_switch,  // of a fabric that is not a Clos
  domain,         // what joins the crossbars of a scale-up domain
  storage_network,
  storage
};

struct Vertex {
  VertexKind kind = VertexKind::card;
  std::uint32_t place = 0;  // node; leaf group; set of spines; plane of cores
  std::uint32_t index = 0;  // within the place; of a fabric_switch, in Wiring::fabric
  std::uint32_t count =
      1;  // devices it stands for: under Routing::spray a set of spines is one vertex
};

/// An edge without a link is a way that never limits (a PCIe slot of unknown rate, the wiring
/// between leaves and storage): routes go through it, and no id is spent on it.
constexpr LinkId no_link{~0U};

struct Edge {
  LinkId link = no_link;
};

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, Vertex, Edge>;
using VertexId = std::uint32_t;  // a vertex descriptor in half the room

}  // namespace qianka
