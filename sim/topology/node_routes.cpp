// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/node_routes.hpp"

#include <algorithm>
#include <vector>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/filtered_graph.hpp>

namespace qianka {
namespace {

/// Which edges a search may take. Default constructible, as boost::filtered_graph demands.
struct Ways {
  const NodeTemplate* node = nullptr;
  const Graph* graph = nullptr;
  bool scale_up = true, pcie = true, storage = false;

  bool operator()(const Graph::edge_descriptor& edge) const {
    const LinkId link = (*graph)[edge].link;
    const VertexId from = static_cast<VertexId>(source(edge, *graph));
    const VertexId to = static_cast<VertexId>(target(edge, *graph));
    if (from == node->host || to == node->host) return storage;
    if (link == no_link) return pcie;
    return node->links[index_of(link)].kind == LinkKind::scale_up ? scale_up : pcie;
  }
};

class Search {
 public:
  Search(const Graph& graph, const Ways& ways, VertexId root)
      : graph_(graph), root_(root), came_by_(num_vertices(graph)), reached_(came_by_.size()) {
    const boost::filtered_graph<Graph, Ways> allowed(graph, ways);
    reached_[root] = true;
    const auto record = boost::record_edge_predecessors(came_by_.data(), boost::on_tree_edge());
    breadth_first_search(allowed, root, visitor(boost::make_bfs_visitor(record)));
    // A vertex that was reached has a predecessor edge that ends at it.
    for (std::size_t v = 0; v < came_by_.size(); ++v) {
      if (came_by_[v] != Graph::edge_descriptor{} && target(came_by_[v], graph) == v) {
        reached_[v] = true;
      }
    }
  }

  /// The links on the way, passages left out; nothing if there is no way.
  std::vector<std::uint32_t> route_to(VertexId to) const {
    std::vector<std::uint32_t> route;
    if (!reached_[to]) return route;
    for (VertexId at = to; at != root_;) {
      const LinkId link = graph_[came_by_[at]].link;
      if (link != no_link) route.push_back(static_cast<std::uint32_t>(index_of(link)));
      at = static_cast<VertexId>(source(came_by_[at], graph_));
    }
    std::ranges::reverse(route);
    return route;
  }

 private:
  const Graph& graph_;
  VertexId root_;
  std::vector<Graph::edge_descriptor> came_by_;
  std::vector<bool> reached_;
};

class Tables {
 public:
  explicit Tables(const NodeTemplate& node) : node_(node), graph_(node.devices.size()) {
    for (const NodeEdge& edge : node.edges) add_edge(edge.from, edge.to, Edge{edge.link}, graph_);
  }

  RouteTable between(const std::vector<VertexId>& from, const std::vector<VertexId>& to,
                     Ways ways) const {
    ways.node = &node_;
    ways.graph = &graph_;
    RouteTable routes;
    routes.columns = static_cast<std::uint32_t>(to.size());
    for (const VertexId root : from) {
      const Search search(graph_, ways, root);
      for (const VertexId end : to) routes.add(search.route_to(end));
    }
    return routes;
  }

 private:
  const NodeTemplate& node_;
  Graph graph_;
};

}  // namespace

void find_routes(NodeTemplate& node, std::uint32_t cards, ScaleUp scale_up) {
  std::vector<VertexId> card, nic;
  for (VertexId i = 0; i < cards; ++i) card.push_back(i);
  for (const NodePort& port : node.nics) nic.push_back(port.device);
  const Tables tables(node);
  const bool box = scale_up == ScaleUp::pcie;
  node.card_to_card = tables.between(card, card, {.scale_up = true, .pcie = box});
  const Ways by_pcie{.scale_up = false, .pcie = true};
  node.card_to_nic = tables.between(card, nic, by_pcie);
  node.nic_to_card = tables.between(nic, card, by_pcie);
  if (nic.empty()) return;
  const Ways by_storage{.scale_up = false, .pcie = false, .storage = true};
  node.host_to_nic = tables.between({node.host}, {nic[0]}, by_storage);
  node.nic_to_host = tables.between({nic[0]}, {node.host}, by_storage);
}

}  // namespace qianka
