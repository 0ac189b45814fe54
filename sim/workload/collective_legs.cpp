// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/collective_legs.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"
#include "sim/workload/collective_rounds.hpp"
#include "sim/workload/collective_tree.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace qianka {
namespace {

using Nodes = std::vector<std::vector<CardId>>;
using Group = std::span<const CardId>;

double passes_of(CollectiveKind kind) { return kind == CollectiveKind::all_reduce ? 2 : 1; }

bool reduces_or_gathers(CollectiveKind kind) {
  return kind == CollectiveKind::all_reduce || kind == CollectiveKind::reduce_scatter ||
         kind == CollectiveKind::all_gather;
}

bool equal_nodes(const Nodes& nodes) {
  return std::ranges::all_of(
      nodes, [&](const auto& cards) { return cards.size() == nodes.front().size(); });
}

/// One long flow a neighbour pair (docs/model.md, "Rings"). Each time round, a message crosses
/// between nodes as often as there are nodes.
Leg ring_leg(CollectiveKind kind, Group group, const Machine& machine) {
  Leg leg;
  leg.transfers =
      collective_phases(kind, Algorithm::ring, group, machine.cards_per_node).front().transfers;
  const auto nodes = static_cast<double>(cards_by_node(group, machine.cards_per_node).size());
  const auto n = static_cast<double>(group.size());
  leg.across = nodes > 1 ? passes_of(kind) * (nodes - 1) : 0;
  leg.inside = passes_of(kind) * (n - 1) - leg.across;
  return leg;
}

/// A ring for each step that comes round all cards: on a mesh they share no link.
Leg multi_ring_leg(CollectiveKind kind, Group group, const Machine& machine) {
  const std::size_t n = group.size();
  Leg leg;
  std::vector<std::size_t> steps;
  for (std::size_t step = 1; step < std::max<std::size_t>(2, n); ++step)
    if (std::gcd(step, n) == 1) steps.push_back(step);
  const double share = passes_of(kind) * static_cast<double>(n - 1) / static_cast<double>(n) /
                       static_cast<double>(steps.size());
  for (const std::size_t step : steps)
    for (std::size_t i = 0; i < n; ++i)
      leg.transfers.push_back({group[i], group[(i + step) % n], share});
  count_hops(leg, machine, passes_of(kind) * static_cast<double>(n - 1));
  return leg;
}

Leg direct_leg(Group group, double passes, const Machine& machine) {
  Leg leg;
  for (const CardId from : group)
    for (const CardId to : group)
      if (from != to)
        leg.transfers.push_back({from, to, passes / static_cast<double>(group.size())});
  count_hops(leg, machine, passes);
  return leg;
}

/// What every card of a node gives to and takes from the switch, as a ring that loads the links
/// alike. An all-reduce: its data, and a reduced part; the same back.
void add_node_switch(Leg& leg, CollectiveKind kind, const Nodes& nodes, double rate) {
  for (const auto& cards : nodes) {
    const auto n = static_cast<double>(cards.size());
    const double share = (kind == CollectiveKind::all_reduce ? 1 + 1 / n : 1) / rate;
    for (std::size_t i = 0; i < cards.size() && cards.size() > 1; ++i)
      leg.transfers.push_back({cards[i], cards[(i + 1) % cards.size()], share});
  }
  leg.inside = passes_of(kind);
  leg.in_switch = passes_of(kind);
}

Leg nvls_leg(CollectiveKind kind, Group group, const Machine& machine) {
  Leg leg;
  add_node_switch(leg, kind, cards_by_node(group, machine.cards_per_node), machine.node_reduction);
  return leg;
}

Leg nvls_tree_leg(Group group, const Machine& machine) {
  const Nodes nodes = cards_by_node(group, machine.cards_per_node);
  Leg leg;
  add_node_switch(leg, CollectiveKind::all_reduce, nodes,
                  machine.node_reduction * machine.switch_tree_share);
  add_trees(leg, nodes, nodes.front().size());
  return leg;
}

/// Every rail's switches reduce: a card gives its part once and takes it back once. On the links
/// that is a ring over the rail of one pass.
Leg sharp_leg(Group group, const Machine& machine) {
  const Nodes nodes = cards_by_node(group, machine.cards_per_node);
  const std::size_t local = nodes.front().size();
  Leg leg;
  if (local > 1 && machine.node_reduction > 0) {
    add_node_switch(leg, CollectiveKind::all_reduce, nodes, machine.node_reduction);
  } else {
    for (const auto& cards : nodes) {
      if (local == 1) break;
      const Leg ring = ring_leg(CollectiveKind::all_reduce, cards, machine);
      leg.transfers.insert(leg.transfers.end(), ring.transfers.begin(), ring.transfers.end());
      leg.inside = ring.inside;
    }
  }
  const double share = 1 / static_cast<double>(local) / machine.fabric_reduction;
  for (std::size_t k = 0; k < local; ++k)
    for (std::size_t i = 0; i < nodes.size(); ++i)
      leg.transfers.push_back({nodes[i][k], nodes[(i + 1) % nodes.size()][k], share});
  leg.across = 2;
  leg.in_switch += 1;
  return leg;
}

/// Joins what runs at the same moment in different places.
void join(std::vector<Leg>& legs, const std::vector<Leg>& others, double scale) {
  if (legs.size() < others.size()) legs.resize(others.size());
  for (std::size_t i = 0; i < others.size(); ++i) {
    for (Transfer transfer : others[i].transfers) {
      transfer.share *= scale;
      legs[i].transfers.push_back(transfer);
    }
    legs[i].inside = std::max(legs[i].inside, others[i].inside);
    legs[i].across = std::max(legs[i].across, others[i].across);
  }
}

/// Reduce-scatter inside the nodes, `between` over equal ranks, all-gather inside.
std::vector<Leg> two_levels(CollectiveKind kind, Method inside, Method between, Group group,
                            const Machine& machine) {
  const Nodes nodes = cards_by_node(group, machine.cards_per_node);
  const std::size_t local = nodes.front().size();
  std::vector<Leg> within, across;
  if (local > 1)
    for (const auto& cards : nodes)
      join(within, legs_of(CollectiveKind::reduce_scatter, inside, cards, machine), 1);
  for (std::size_t k = 0; k < local && nodes.size() > 1; ++k) {
    std::vector<CardId> peers;
    for (const auto& cards : nodes) peers.push_back(cards[k]);
    join(across, legs_of(kind, between, peers, machine), 1 / static_cast<double>(local));
  }
  std::vector<Leg> legs;
  if (kind != CollectiveKind::all_gather) legs = within;
  legs.insert(legs.end(), across.begin(), across.end());
  if (kind != CollectiveKind::reduce_scatter) legs.insert(legs.end(), within.begin(), within.end());
  return legs;
}

/// All legs at once, each waiting only for the first pieces of the one before.
std::vector<Leg> at_once(const std::vector<Leg>& legs) {
  Leg all;
  for (const Leg& leg : legs) {
    all.transfers.insert(all.transfers.end(), leg.transfers.begin(), leg.transfers.end());
    all.inside += leg.inside, all.across += leg.across;
  }
  return {all};
}

/// A pipelined ring that ends before the root; every channel of it starts there.
std::vector<Leg> broadcast_legs(Group group, const Machine& machine) {
  Leg leg = ring_leg(CollectiveKind::all_gather, group, machine);
  const auto n = static_cast<double>(group.size());
  std::erase_if(leg.transfers, [&](const Transfer& t) { return t.to == group.front(); });
  for (Transfer& transfer : leg.transfers) transfer.share *= n / (n - 1);
  return {leg};
}

/// First to the card of the node that is on the right rail, then along the rail.
std::vector<Leg> rail_legs(Group group, const Machine& machine) {
  const Nodes nodes = cards_by_node(group, machine.cards_per_node);
  std::vector<Leg> within, across;
  for (const auto& cards : nodes)
    if (cards.size() > 1) join(within, {direct_leg(cards, 1, machine)}, 1);
  for (std::size_t k = 0; k < nodes.front().size() && nodes.size() > 1; ++k) {
    std::vector<CardId> peers;
    for (const auto& cards : nodes) peers.push_back(cards[k]);
    join(across, {direct_leg(peers, 1, machine)}, 1);
  }
  within.insert(within.end(), across.begin(), across.end());
  return at_once(within);
}

}  // namespace

std::string_view method_name(Method method) {
  for (const auto& [name, known] : method_names)
    if (known == method) return name;
  throw Bug("unknown method");
}

std::vector<std::vector<CardId>> cards_by_node(Group group, int cards_per_node) {
  const auto node = [&](CardId card) {
    return index_of(card) / static_cast<std::size_t>(cards_per_node);
  };
  Nodes nodes;
  for (const CardId card : group) {
    if (nodes.empty() || node(nodes.back().front()) != node(card)) nodes.emplace_back();
    nodes.back().push_back(card);
  }
  return nodes;
}

std::string why_not(CollectiveKind kind, Method method, Group group, const Machine& machine) {
  const Nodes nodes = cards_by_node(group, machine.cards_per_node);
  const std::string it(method_name(method));
  const auto no = [&](std::string_view why) { return fmt::format("{} {}", it, why); };
  const bool all_to_all = kind == CollectiveKind::all_to_all;
  switch (method) {
    case Method::ring:
      return all_to_all ? no(tr("is no way to do an all-to-all")) : "";
    case Method::direct:
      return kind == CollectiveKind::broadcast ? no(tr("is no way to do a broadcast")) : "";
    case Method::pairwise:
    case Method::bruck:
      return all_to_all ? "" : no(tr("is a way to do an all-to-all"));
    case Method::rail:
      if (!all_to_all) return no(tr("is a way to do an all-to-all"));
      return equal_nodes(nodes) ? "" : no(tr("needs as many cards in every node"));
    case Method::tree:
      if (kind != CollectiveKind::all_reduce) return no(tr("is a way to do an all-reduce"));
      return nodes.size() > 1 ? "" : no(tr("needs more than one node"));
    case Method::nvls:
    case Method::nvls_tree:
      if (machine.node_reduction <= 0)
        return no(tr("needs a switch between the cards that reduces (scale_up_reduction)"));
      if (method == Method::nvls)
        return !reduces_or_gathers(kind) ? no(tr("reduces or gathers"))
               : nodes.size() > 1        ? no(tr("needs all cards in one node"))
                                         : "";
      if (kind != CollectiveKind::all_reduce) return no(tr("is a way to do an all-reduce"));
      if (nodes.size() < 2 || !equal_nodes(nodes) || nodes.front().size() < 2)
        return no(tr("needs several nodes with as many cards in each, more than one"));
      return "";
    case Method::sharp:
      if (machine.fabric_reduction <= 0)
        return no(tr("needs fabric switches that reduce (reduction)"));
      if (kind != CollectiveKind::all_reduce) return no(tr("is a way to do an all-reduce"));
      return nodes.size() > 1 && equal_nodes(nodes)
                 ? ""
                 : no(tr("needs several nodes with as many cards in each"));
    default:
      break;
  }
  if (!reduces_or_gathers(kind)) return no(tr("reduces or gathers"));
  const bool levels = method == Method::hierarchical || method == Method::mesh_ring ||
                      method == Method::mesh_halving_doubling || method == Method::mesh_nhr ||
                      method == Method::mesh_pipelined;
  return levels && !equal_nodes(nodes) ? no(tr("needs as many cards in every node")) : "";
}

std::vector<Leg> legs_of(CollectiveKind kind, Method method, Group group, const Machine& machine) {
  require(group.size() >= 2, "a collective needs two cards");
  if (kind == CollectiveKind::point_to_point) {
    Leg leg{.transfers = {{group[0], group[1], 1}}};
    count_hops(leg, machine);
    return {leg};
  }
  const Method mesh = machine.scale_up == ScaleUp::mesh ? Method::direct : Method::ring;
  switch (method) {
    case Method::ring:
      if (kind == CollectiveKind::broadcast) return broadcast_legs(group, machine);
      return {ring_leg(kind, group, machine)};
    case Method::multi_ring:
      return {multi_ring_leg(kind, group, machine)};
    case Method::direct:
      return {direct_leg(group, kind == CollectiveKind::all_to_all ? 1 : passes_of(kind), machine)};
    case Method::tree:
      return {tree_leg(group, machine)};
    case Method::nvls:
      return {nvls_leg(kind, group, machine)};
    case Method::nvls_tree:
      return {nvls_tree_leg(group, machine)};
    case Method::sharp:
      return {sharp_leg(group, machine)};
    case Method::halving_doubling:
      return halving_doubling_legs(kind, group, machine);
    case Method::nhr:
      return nhr_legs(kind, group, machine);
    case Method::hierarchical:
      return two_levels(kind, Method::ring, Method::ring, group, machine);
    case Method::mesh_ring:
      return two_levels(kind, mesh, Method::ring, group, machine);
    case Method::mesh_halving_doubling:
      return two_levels(kind, mesh, Method::halving_doubling, group, machine);
    case Method::mesh_nhr:
      return two_levels(kind, mesh, Method::nhr, group, machine);
    case Method::mesh_pipelined:
      return at_once(two_levels(kind, mesh, Method::ring, group, machine));
    case Method::pairwise:
      return pairwise_legs(group, machine);
    case Method::bruck:
      return bruck_legs(group, machine);
    case Method::rail:
      return rail_legs(group, machine);
  }
  throw Bug("unknown method");
}

}  // namespace qianka
