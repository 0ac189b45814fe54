// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/ways.hpp"

#include "sim/topology/flow_hash.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <ranges>
#include <tuple>
#include <utility>

namespace qianka {
namespace {

// What it costs to go through a card, or through a processor, in hops: more than any way round
// in the fabric, so that a neighbour's NIC is used only where there is no way from the own one.
constexpr std::uint32_t through_card = 1000, through_cpu = 10'000;

/// Devices of nodes are below all switches.
int tier(VertexKind kind) {
  switch (kind) {
    case VertexKind::leaf:
    case VertexKind::fabric_switch:  // of a fabric without tiers: any way is allowed
      return 1;
    case VertexKind::spine:
      return 2;
    case VertexKind::core:
      return 3;
    default:
      return 0;
  }
}

}  // namespace

Ways::Ways(const Wiring& wiring, VertexId start, VertexId goal, Inside inside)
    : wiring_(wiring),
      start_(start),
      goal_(goal),
      inside_(inside),
      cost_(2 * num_vertices(wiring.graph), unreachable) {
  search();
}

/// Whether ways may lead through or end at a device.
bool Ways::entered(VertexId v) const {
  const VertexKind kind = wiring_.graph[v].kind;
  if (kind == VertexKind::host || kind == VertexKind::storage ||
      kind == VertexKind::storage_network)
    return false;
  if (tier(kind) > 0 || v == start_ || v == goal_ || inside_ == Inside::all_nodes) return true;
  const std::uint32_t node = v / wiring_.vertices_of_node();
  return inside_ == Inside::two_nodes && (node == start_ / wiring_.vertices_of_node() ||
                                          node == goal_ / wiring_.vertices_of_node());
}

std::uint32_t Ways::price(VertexId entering) const {
  if (entering == goal_) return 1;
  const VertexKind kind = wiring_.graph[entering].kind;
  if (kind == VertexKind::card) return 1 + through_card;
  return kind == VertexKind::cpu ? 1 + through_cpu : 1;
}

/// Dijkstra from the goal. Links come in pairs, so the ways into a device are those out of it.
void Ways::search() {
  using Entry = std::tuple<std::uint32_t, VertexId, bool>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  const auto offer = [&](State state, std::uint32_t cost) {
    if (cost >= cost_of(state)) return;
    cost_of(state) = cost;
    open.emplace(cost, state.at, state.climbs);
  };
  offer({goal_, false}, 0);
  while (!open.empty()) {
    const auto [cost, at, climbs] = open.top();
    open.pop();
    if (cost > cost_of({at, climbs})) continue;
    const int here = tier(wiring_.graph[at].kind);
    for (auto [edge, end] = out_edges(at, wiring_.graph); edge != end; ++edge) {
      const auto before = static_cast<VertexId>(target(*edge, wiring_.graph));
      const LinkId link = wiring_.graph[*edge].link;
      if (!entered(before) || (link != no_link && wiring_.broken.is_dead(link))) continue;
      const int there = tier(wiring_.graph[before].kind);
      if (climbs && there > here) continue;  // would descend, then climb
      offer({before, climbs || there < here}, cost + price(at));
    }
  }
}

Ways::State Ways::begin() const { return {start_, cost_[2 * start_ + 1] < cost_[2 * start_]}; }

/// The hops that begin a shortest way from here.
std::vector<Ways::Onward> Ways::onward(State state) const {
  std::vector<Onward> hops;
  const int here = tier(wiring_.graph[state.at].kind);
  for (auto [edge, end] = out_edges(state.at, wiring_.graph); edge != end; ++edge) {
    const auto next = static_cast<VertexId>(target(*edge, wiring_.graph));
    const LinkId link = wiring_.graph[*edge].link;
    if (link != no_link && wiring_.broken.is_dead(link)) continue;
    const int there = tier(wiring_.graph[next].kind);
    for (const bool climbs : {false, true}) {
      if (climbs && there < here) continue;  // as in search()
      if ((climbs || there > here) != state.climbs) continue;
      const std::uint32_t rest = cost_of({next, climbs});
      if (rest != unreachable && rest + price(next) == cost_of(state))
        hops.push_back({link, {next, climbs}});
    }
  }
  return hops;
}

void Ways::walk(CardId from, CardId to, std::uint64_t entropy, std::vector<LinkId>& into) const {
  const Flow flow(from, to, entropy);
  const std::uint32_t inside = wiring_.vertices_of_node(), cards = wiring_.node.cards();
  const auto distance = [&](const Onward& hop) {
    const Vertex& device = wiring_.graph[hop.next.at];
    const bool is_card = device.kind == VertexKind::card;
    if (!is_card && device.kind != VertexKind::nic) return 0U;
    const auto near =
        static_cast<std::uint32_t>(hop.next.at / inside == start_ / inside ? from : to);
    return (is_card ? device.index : wiring_.node.nic_owner[device.index]) ^ (near % cards);
  };
  auto tier_of_choice = static_cast<std::uint64_t>(Choice::detour);
  for (State state = begin(); state.at != goal_;) {
    std::vector<Onward> hops = onward(state);
    require(!hops.empty(), "a shortest way goes on");
    const std::uint32_t nearest = std::ranges::min(hops | std::views::transform(distance));
    std::erase_if(hops, [&](const Onward& hop) { return distance(hop) > nearest; });
    const Onward hop = hops[flow.pick(Choice{tier_of_choice++}, hops.size())];
    if (hop.link != no_link) into.push_back(hop.link);
    state = hop.next;
  }
}

std::uint64_t Ways::count() const {
  if (!reaches(start_)) return 0;
  std::map<std::pair<VertexId, bool>, std::uint64_t> known;
  const std::function<std::uint64_t(State)> from = [&](State state) -> std::uint64_t {
    if (state.at == goal_) return 1;
    const auto found = known.find({state.at, state.climbs});
    if (found != known.end()) return found->second;
    std::uint64_t ways = 0;
    for (const Onward& hop : onward(state)) ways += from(hop.next);
    return known[{state.at, state.climbs}] = ways;
  };
  return from(begin());
}

}  // namespace qianka
