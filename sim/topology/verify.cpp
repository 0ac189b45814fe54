// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/verify.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <boost/graph/strong_components.hpp>
#include <fmt/format.h>

namespace qianka {
namespace {

using Complaints = std::vector<std::string>;

std::string link_between(const Wiring& wiring, VertexId from, VertexId to) {
  return fmt::format("{} -> {}", vertex_name(wiring, from), vertex_name(wiring, to));
}

void check_connected(const Wiring& wiring, Complaints& complaints) {
  std::vector<int> component(num_vertices(wiring.graph));
  strong_components(wiring.graph, boost::make_iterator_property_map(
                                      component.begin(), get(boost::vertex_index, wiring.graph)));
  for (VertexId v = 0; v < component.size(); ++v) {
    if (wiring.graph[v].kind == VertexKind::card && component[v] != component[0]) {
      complaints.push_back(fmt::format("{} and {} cannot reach each other", vertex_name(wiring, v),
                                       vertex_name(wiring, 0)));
    }
  }
}

/// The table of links and the graph say the same.
void check_table(const Wiring& wiring, Complaints& complaints) {
  std::vector<int> edges_of(wiring.links.size());
  for (VertexId v = 0; v < num_vertices(wiring.graph); ++v) {
    for (auto [edge, end] = out_edges(v, wiring.graph); edge != end; ++edge) {
      const LinkId link = wiring.graph[*edge].link;
      if (link == no_link) continue;
      const LinkEnds& ends = wiring.ends.at(index_of(link));
      ++edges_of[index_of(link)];
      if (ends.from == v && ends.to == target(*edge, wiring.graph)) continue;
      complaints.push_back(link_between(wiring, ends.from, ends.to) + " is wired elsewhere");
    }
  }
  for (std::size_t i = 0; i < edges_of.size(); ++i) {
    if (edges_of[i] == 1) continue;
    const std::string name = link_between(wiring, wiring.ends[i].from, wiring.ends[i].to);
    complaints.push_back(fmt::format("{} is {} edges", name, edges_of[i]));
  }
}

void check_rates(const Wiring& wiring, Complaints& complaints) {
  for (std::size_t i = 0; i < wiring.links.size(); ++i) {
    const Link& link = wiring.links[i];
    if (!(link.capacity.value > 0) || link.capacity > link.nominal * (1 + 1e-12)) {
      const std::string name = link_between(wiring, wiring.ends[i].from, wiring.ends[i].to);
      complaints.push_back(name + " has a capacity of nothing, or of more than nominal");
    }
  }
}

/// As many cables of each rate one way as the other. Storage may write and read at unlike rates.
void check_twins(const Wiring& wiring, Complaints& complaints) {
  std::map<std::tuple<VertexId, VertexId, double>, int> balance;
  for (std::size_t i = 0; i < wiring.links.size(); ++i) {
    if (wiring.links[i].kind == LinkKind::storage) continue;
    const auto [from, to, cables] = wiring.ends[i];
    const double rate = wiring.links[i].capacity.value;
    balance[{std::min(from, to), std::max(from, to), rate}] += from < to ? 1 : -1;
  }
  for (const auto& [key, difference] : balance) {
    if (difference == 0) continue;
    const auto& [a, b, rate] = key;
    complaints.push_back(link_between(wiring, a, b) + " is not the same in both directions");
  }
}

void check_sorted(const Wiring& wiring, Complaints& complaints) {
  for (VertexId v = wiring.switches.begin; v < wiring.switches.end; ++v) {
    const auto [first, last] = adjacent_vertices(v, wiring.graph);
    if (!std::is_sorted(first, last)) {
      complaints.push_back(vertex_name(wiring, v) + " has its edges out of order");
    }
  }
}

/// Whether ways that never limit lead from `at` to `goal`.
bool passes(const Graph& graph, VertexId at, VertexId goal, int depth = 0) {
  if (at == goal) return true;
  if (depth == 3) return false;
  for (auto [edge, end] = out_edges(at, graph); edge != end; ++edge) {
    const auto next = static_cast<VertexId>(target(*edge, graph));
    if (graph[*edge].link == no_link && passes(graph, next, goal, depth + 1)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> verify(const Wiring& wiring) {
  Complaints complaints;
  check_connected(wiring, complaints);
  check_table(wiring, complaints);
  check_rates(wiring, complaints);
  check_twins(wiring, complaints);
  check_sorted(wiring, complaints);
  return complaints;
}

std::vector<std::string> verify_route(const Wiring& wiring, CardId from, CardId to,
                                      std::span<const LinkId> route) {
  Complaints complaints;
  const auto vertex_of = [&](CardId card) {
    const auto number = static_cast<std::uint32_t>(card);
    return wiring.vertex(number / wiring.node.cards(), number % wiring.node.cards());
  };
  const auto check = [&](VertexId here, VertexId next) {
    if (passes(wiring.graph, here, next)) return;
    complaints.push_back("no way " + link_between(wiring, here, next) + " between two links");
  };
  VertexId at = vertex_of(from);
  for (const LinkId link : route) {
    check(at, wiring.ends.at(index_of(link)).from);
    at = wiring.ends[index_of(link)].to;
  }
  check(at, vertex_of(to));
  if (std::set<LinkId>(route.begin(), route.end()).size() != route.size()) {
    complaints.push_back("a link is crossed twice");
  }
  return complaints;
}

}  // namespace qianka
