// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/measures.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>

namespace qianka {
namespace {

using Capacity = std::int64_t;  // bits a second, or cables
using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;

struct FlowEdge {
  Capacity capacity = 0, residual = 0;
  Traits::edge_descriptor reverse;
};
using FlowGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, FlowEdge>;

/// The fabric without the insides of nodes, and how much of something passes it.
class MaxFlow {
 public:
  explicit MaxFlow(std::size_t vertices) : graph_(vertices) {}

  void join(std::size_t from, std::size_t to, Capacity capacity) {
    const auto there = add_edge(from, to, graph_).first, back = add_edge(to, from, graph_).first;
    graph_[there] = {capacity, 0, back};
    graph_[back] = {0, 0, there};
  }

  Capacity between(std::size_t from, std::size_t to) {
    return push_relabel_max_flow(graph_, from, to, get(&FlowEdge::capacity, graph_),
                                 get(&FlowEdge::residual, graph_), get(&FlowEdge::reverse, graph_),
                                 get(boost::vertex_index, graph_));
  }

 private:
  FlowGraph graph_;
};

bool across(const Link& link) {
  return link.kind == LinkKind::nic || link.kind == LinkKind::leaf_up ||
         link.kind == LinkKind::leaf_down || link.kind == LinkKind::spine_up ||
         link.kind == LinkKind::spine_down || link.kind == LinkKind::cable;
}

/// Calls `take` with each link of the fabric and its two ends.
void for_each_cable(const Wiring& wiring,
                    const std::function<void(const Link&, const LinkEnds&)>& take) {
  for (std::size_t i = 0; i < wiring.links.size(); ++i) {
    if (across(wiring.links[i])) take(wiring.links[i], wiring.ends[i]);
  }
}

/// 1 TB/s: more than any NIC has, and a million of them add up without overflow.
constexpr Capacity no_limit = 8'000'000'000'000;

std::vector<VertexId> nics_of(const Wiring& wiring, std::uint32_t node) {
  std::vector<VertexId> nics;
  for (const NodePort& port : wiring.node.nics) nics.push_back(wiring.vertex(node, port.device));
  return nics;
}

/// The switches that a NIC hangs below.
std::set<VertexId> switches_above(const Wiring& wiring, VertexId nic) {
  std::set<VertexId> above;
  const auto [first, last] = edges_between(wiring.graph, nic, wiring.switches);
  for (std::size_t i = first; i < last; ++i) {
    above.insert(wiring.ends[index_of(link_at(wiring.graph, nic, i))].to);
  }
  return above;
}

std::set<VertexId> switches_above_node(const Wiring& wiring, std::uint32_t node) {
  std::set<VertexId> above;
  for (const VertexId nic : nics_of(wiring, node)) above.merge(switches_above(wiring, nic));
  return above;
}

/// Switch to switch, numbered from 0; one vertex more, where a search begins.
using SwitchGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

SwitchGraph switch_graph(const Wiring& wiring) {
  SwitchGraph graph(wiring.switches.size() + std::size_t{1});
  for_each_cable(wiring, [&](const Link& link, const LinkEnds& ends) {
    if (link.kind == LinkKind::nic) return;
    add_edge(ends.from - wiring.switches.begin, ends.to - wiring.switches.begin, graph);
  });
  return graph;
}

}  // namespace

Bandwidth bisection_of(const Wiring& wiring) {
  const auto nodes = static_cast<std::uint32_t>(wiring.plan.nodes);
  const std::size_t all = num_vertices(wiring.graph);
  MaxFlow flow(all + 2);
  for_each_cable(wiring, [&](const Link& link, const LinkEnds& ends) {
    flow.join(ends.from, ends.to, std::llround(link.nominal.value * 8));
  });
  // Of an odd number the node in the middle belongs to neither half.
  for (std::uint32_t i = 0; i < nodes / 2; ++i) {
    for (const VertexId nic : nics_of(wiring, i)) flow.join(all, nic, no_limit);
    for (const VertexId nic : nics_of(wiring, nodes - 1 - i)) flow.join(nic, all + 1, no_limit);
  }
  return Bandwidth{static_cast<double>(flow.between(all, all + 1)) / 8};
}

int diameter_of(const Wiring& wiring) {
  if (wiring.switches.size() == 0 || wiring.plan.nodes < 2) return 0;
  // A Clos is as deep as its tiers; anything else is searched from every NIC.
  if (!wiring.routes)
    return 2 + (wiring.spines.size() > 0 ? 2 : 0) + (wiring.cores.size() > 0 ? 2 : 0);
  std::set<std::set<VertexId>> homes;
  for (std::uint32_t node = 0; node < static_cast<std::uint32_t>(wiring.plan.nodes); ++node) {
    for (const VertexId nic : nics_of(wiring, node)) homes.insert(switches_above(wiring, nic));
  }
  SwitchGraph graph = switch_graph(wiring);
  const std::size_t root = wiring.switches.size();
  constexpr int apart = std::numeric_limits<int>::max();
  std::vector<int> distance(root + 1);
  int most = 0;
  for (const std::set<VertexId>& from : homes) {
    std::ranges::fill(distance, apart);
    distance[root] = 1;  // the NIC's own cable is the second
    for (const VertexId leaf : from) add_edge(root, leaf - wiring.switches.begin, graph);
    const auto record = boost::record_distances(distance.data(), boost::on_tree_edge());
    breadth_first_search(graph, root, visitor(boost::make_bfs_visitor(record)));
    clear_out_edges(root, graph);
    for (const std::set<VertexId>& to : homes) {
      int least = apart;
      for (const VertexId leaf : to) {
        least = std::min(least, distance[leaf - wiring.switches.begin]);
      }
      if (least != apart) most = std::max(most, least);
    }
    if (wiring.listed.alike) break;
  }
  return most;
}

int disjoint_paths_of(const Wiring& wiring, std::uint32_t a, std::uint32_t b) {
  // Switches are numbered from 0; a and b follow, each all of its NICs. Other nodes pass nothing
  // on.
  const std::size_t ends_of[] = {wiring.switches.size(), wiring.switches.size() + std::size_t{1}};
  const auto number = [&](VertexId device) -> std::optional<std::size_t> {
    if (wiring.switches.contains(device)) return device - wiring.switches.begin;
    const std::uint32_t node = wiring.graph[device].place;
    if (node == a) return ends_of[0];
    if (node == b) return ends_of[1];
    return std::nullopt;
  };
  MaxFlow flow(wiring.switches.size() + std::size_t{2});
  for_each_cable(wiring, [&](const Link&, const LinkEnds& ends) {
    const auto from = number(ends.from), to = number(ends.to);
    if (from && to) flow.join(*from, *to, ends.cables);
  });
  return static_cast<int>(flow.between(ends_of[0], ends_of[1]));
}

namespace {

/// Switch by switch, cables from those above a node.
std::vector<int> distances_from(const Wiring& wiring, std::uint32_t node) {
  SwitchGraph graph = switch_graph(wiring);
  const std::size_t root = wiring.switches.size();
  for (const VertexId above : switches_above_node(wiring, node))
    add_edge(root, above - wiring.switches.begin, graph);
  std::vector<int> distance(root + 1, 0);
  const auto record = boost::record_distances(distance.data(), boost::on_tree_edge());
  breadth_first_search(graph, root, visitor(boost::make_bfs_visitor(record)));
  return distance;
}

/// One node of each kind as seen from node 0: as far away, and below switches of as many cables.
std::set<std::uint32_t> partners(const Wiring& wiring) {
  const std::vector<int> distance = distances_from(wiring, 0);
  std::set<std::vector<std::pair<int, std::size_t>>> kinds;
  std::set<std::uint32_t> found;
  for (std::uint32_t node = 1; node < static_cast<std::uint32_t>(wiring.plan.nodes); ++node) {
    std::vector<std::pair<int, std::size_t>> kind;
    for (const VertexId above : switches_above_node(wiring, node))
      kind.emplace_back(distance[above - wiring.switches.begin], out_degree(above, wiring.graph));
    std::ranges::sort(kind);
    if (kinds.insert(std::move(kind)).second) found.insert(node);
  }
  return found;
}

}  // namespace

int path_diversity_of(const Wiring& wiring) {
  std::optional<int> least;
  for (const std::uint32_t node : partners(wiring)) {
    const int ways = disjoint_paths_of(wiring, 0, node);
    least = std::min(least.value_or(ways), ways);
  }
  return least.value_or(0);
}

}  // namespace qianka
