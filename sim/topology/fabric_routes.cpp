// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/fabric_routes.hpp"

#include "sim/units/require.hpp"

#include <algorithm>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>

namespace qianka {

FabricRoutes::FabricRoutes(std::uint32_t switches, std::uint32_t nodes, std::uint32_t nics_per_node,
                           const std::vector<WiredCable>& cables)
    : graph_(switches + 1), ports_(std::size_t{nodes} * nics_per_node) {
  for (const WiredCable& wired : cables) {
    const FabricCable& cable = wired.cable;
    even_ = even_ && cable.cost == 1;
    for (std::uint32_t i = 0; i < wired.links; ++i) {
      const LinkId up{static_cast<std::uint32_t>(index_of(wired.up)) + i};
      const LinkId down{static_cast<std::uint32_t>(index_of(wired.down)) + i};
      if (cable.from_nic()) {
        ports_[std::size_t{cable.node} * nics_per_node + cable.lower].push_back(
            {cable.upper, up, down, cable.cost});
      } else {
        add_edge(cable.lower, cable.upper, Way{up, cable.cost, cable.up_rank}, graph_);
        add_edge(cable.upper, cable.lower, Way{down, cable.cost, cable.down_rank}, graph_);
      }
    }
  }
  home();
}

void FabricRoutes::home() {
  std::map<Homing, std::uint32_t> numbers;
  for (const std::vector<Port>& ports : ports_) {
    Homing homing;
    for (const Port& port : ports) homing.emplace_back(port.leaf, port.cost);
    std::ranges::sort(homing);
    homing.erase(std::unique(homing.begin(), homing.end()), homing.end());
    const auto number = static_cast<std::uint32_t>(homings_.size());
    const auto [at, fresh] = numbers.try_emplace(std::move(homing), number);
    if (fresh) homings_.push_back(at->first);
    homing_of_.push_back(at->second);
  }
  tables_.resize(homings_.size());
}

/// From the destination outwards: a cable costs the same both ways.
std::vector<FabricRoutes::Distance> FabricRoutes::search(const Homing& homing) {
  const std::size_t root = num_vertices(graph_) - 1;
  for (const auto& [leaf, cost] : homing) add_edge(root, leaf, Way{no_link, cost, 0}, graph_);
  std::vector<std::uint32_t> found(root + 1, unreachable);
  found[root] = 0;
  if (even_) {
    const auto record = boost::record_distances(found.data(), boost::on_tree_edge());
    breadth_first_search(graph_, root, visitor(boost::make_bfs_visitor(record)));
  } else {
    dijkstra_shortest_paths(graph_, root,
                            weight_map(get(&Way::cost, graph_)).distance_map(found.data()));
  }
  clear_out_edges(root, graph_);
  std::vector<Distance> distances;
  for (const std::uint32_t distance : found) {
    distances.push_back(static_cast<Distance>(std::min<std::uint32_t>(distance, unreachable)));
  }
  return distances;
}

const std::vector<FabricRoutes::Distance>& FabricRoutes::table(std::uint32_t to) {
  const std::uint32_t homing = homing_of_[to];
  if (tables_[homing].empty()) tables_[homing] = search(homings_[homing]);
  return tables_[homing];
}

FabricRoutes::Distance FabricRoutes::distance(std::uint32_t from, std::uint32_t to) {
  const std::vector<Distance>& left = table(to);
  std::uint32_t least = unreachable;
  for (const Port& port : ports_[from]) {
    if (left[port.leaf] != unreachable) least = std::min(least, port.cost + left[port.leaf]);
  }
  return static_cast<Distance>(least);
}

void FabricRoutes::route(std::uint32_t from, std::uint32_t to, const Pick& pick,
                         std::vector<LinkId>& into) {
  const std::vector<Distance>& left = table(to);
  const auto end = static_cast<std::uint32_t>(num_vertices(graph_) - 1);
  std::vector<Step> steps;
  const auto consider = [&](std::uint32_t all, std::uint32_t cost, const Step& step) {
    if (cost + left[step.next] != all) return;
    if (!steps.empty() && step.rank < steps[0].rank) steps.clear();
    if (steps.empty() || step.rank == steps[0].rank) steps.push_back(step);
  };
  const std::uint32_t all = distance(from, to);
  require(all != unreachable, "a route across the fabric joins two NICs that have one");
  for (const Port& port : ports_[from]) consider(all, port.cost, {port.out, port.leaf, 0});
  for (std::uint32_t hop = 0;; ++hop) {
    const Step step = steps[steps.size() == 1 ? 0 : pick(hop, steps.size())];
    into.push_back(step.link);
    if (step.next == end) return;
    steps.clear();
    for (auto [edge, last] = out_edges(step.next, graph_); edge != last; ++edge) {
      const Way& way = graph_[*edge];
      const auto next = static_cast<std::uint32_t>(target(*edge, graph_));
      consider(left[step.next], way.cost, {way.link, next, way.rank});
    }
    for (const Port& port : ports_[to]) {
      if (port.leaf == step.next) consider(left[step.next], port.cost, {port.in, end, 0});
    }
    require(!steps.empty(), "the ways of least cost lead on");
  }
}

}  // namespace qianka
