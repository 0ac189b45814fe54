// SPDX-License-Identifier: Apache-2.0
// Everything a Topology knows, private to this module and to its tests: the graph, a table of links
// beside it, and where each tier begins.
#pragma once
#include "sim/topology/fabric_graph.hpp"
#include "sim/topology/fabric_plan.hpp"
#include "sim/topology/fabric_routes.hpp"
#include "sim/topology/graph.hpp"
#include "sim/topology/node_template.hpp"
#include "sim/topology/topology.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

struct LinkEnds {
  VertexId from, to;
  std::uint32_t cables = 1;  // under Routing::spray a bundle stands for several
};

/// Half-open range of vertices.
struct VertexRange {
  VertexId begin = 0, end = 0;
  std::uint32_t size() const { return end - begin; }
  bool contains(VertexId v) const { return begin <= v && v < end; }
};

/// Filled in place: a Boost graph can be copied but not moved.
struct Wiring {
  /// Plans, builds and joins everything. Infeasible as for build_topology.
  explicit Wiring(const ClusterSpec& cluster);
  Wiring(const Wiring&) = delete;
  Wiring& operator=(const Wiring&) = delete;

  ClusterSpec spec;
  FabricPlan plan;
  NodeTemplate node;
  Graph graph;
  std::vector<Link> links;
  std::vector<LinkEnds> ends;
  VertexRange leaves, spines, cores;  // spines set by set, cores plane by plane; none but in a Clos
  VertexRange switches;               // all of them
  VertexRange domains;                // scale-up domains of several nodes
  FabricGraph listed;                 // what is not a Clos: as it is built,
  FabricGraph fabric;                 // as it is wired, bundled under Routing::spray,
  std::unique_ptr<FabricRoutes> routes;  // the ways across it,
  std::vector<std::uint32_t> groups;     // and the leaf group of each node
  std::uint32_t spines_of_set = 0;       // vertices: one under Routing::spray
  VertexId storage_network = 0, storage = 0;
  LinkId storage_write = no_link, storage_read = no_link;

  std::uint32_t vertices_of_node() const { return static_cast<std::uint32_t>(node.devices.size()); }
  std::uint32_t links_of_node() const { return static_cast<std::uint32_t>(node.links.size()); }
  VertexId vertex(std::uint32_t of_node, VertexId device) const {
    return of_node * vertices_of_node() + device;
  }
  LinkId link(std::uint32_t of_node, std::uint32_t number) const {
    return LinkId{of_node * links_of_node() + number};
  }
  std::uint32_t group_of(std::uint32_t of_node) const {
    if (!groups.empty()) return groups[of_node];
    return of_node / static_cast<std::uint32_t>(spec.fabric.nodes_per_leaf);
  }
  std::uint32_t domain_of(std::uint32_t of_node) const {
    return spec.node.domain ? of_node / static_cast<std::uint32_t>(spec.node.domain->nodes)
                            : of_node;
  }
  /// The spines that serve a leaf: those of its pod, or of its rail in the pod.
  VertexRange spines_above(VertexId leaf) const {
    const std::uint32_t pod = graph[leaf].place / static_cast<std::uint32_t>(plan.groups_per_pod);
    const auto sets = static_cast<std::uint32_t>(plan.spine_sets_per_pod);
    const std::uint32_t set = pod * sets + (sets > 1 ? graph[leaf].index : 0);
    return {spines.begin + set * spines_of_set, spines.begin + (set + 1) * spines_of_set};
  }
};

/// The links out of `from` that end in `to`, as a range of its out-edges (graph.hpp: they are
/// sorted).
std::pair<std::size_t, std::size_t> edges_between(const Graph& graph, VertexId from,
                                                  VertexRange to);
LinkId link_at(const Graph& graph, VertexId from, std::size_t edge);

/// Of a fabric that is not a Clos: cables and routes; and the leaf group of each node, by the first
/// switch above it.
void wire_fabric(Wiring& wiring);
std::vector<std::uint32_t> leaf_groups_of(const Wiring& wiring);

void route_cards(const Wiring& wiring, CardId from, CardId to, std::uint64_t entropy,
                 std::vector<LinkId>& into);
void route_node_to_storage(const Wiring& wiring, NodeId from, std::vector<LinkId>& into);
void route_storage_to_node(const Wiring& wiring, NodeId to, std::vector<LinkId>& into);
Seconds route_latency(const Wiring& wiring, std::span<const LinkId> route);

std::string vertex_name(const Wiring& wiring, VertexId v);
std::vector<Material> materials(const Wiring& wiring);
std::string draw(const Wiring& wiring);

}  // namespace qianka
