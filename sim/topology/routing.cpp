// SPDX-License-Identifier: Apache-2.0
// Routes across the fabric: out of the node, up until the two cards have a switch in common, down
// again. Wherever several cables lead on equally well, a hash of the flow and of the tier chooses;
// under Routing::spray the builder has left one bundle, so that there is nothing to choose.
#include "sim/language/language.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/flow_hash.hpp"
#include "sim/topology/wiring.hpp"

#include <algorithm>
#include <array>

namespace qianka {
namespace {

class Walk {
 public:
  Walk(const Wiring& wiring, const Flow& flow, std::vector<LinkId>& into)
      : wiring_(wiring), flow_(flow), into_(into) {}

  /// Goes on from `from` over one of the cables into `to`; returns where that ends.
  VertexId hop(VertexId from, VertexRange to, Choice tier) {
    const auto [first, last] = edges_between(wiring_.graph, from, to);
    require(first < last, "a switch on the way has no cable onwards");
    const LinkId link = link_at(wiring_.graph, from, first + flow_.pick(tier, last - first));
    into_.push_back(link);
    return wiring_.ends[index_of(link)].to;
  }

  void inside(std::uint32_t node, std::span<const std::uint32_t> route) {
    for (const std::uint32_t number : route) into_.push_back(wiring_.link(node, number));
  }

 private:
  const Wiring& wiring_;
  const Flow& flow_;
  std::vector<LinkId>& into_;
};

std::uint32_t nic_of(const Wiring& wiring, std::uint32_t card, const Flow& flow) {
  const std::vector<std::uint32_t>& first = wiring.node.first_nic;
  if (wiring.node.nics.size() <= wiring.node.cards()) return first[card];
  const std::uint32_t own = first[card + 1] - first[card];
  return first[card] + static_cast<std::uint32_t>(flow.pick(Choice::nic, own));
}

void climb_and_descend(const Wiring& wiring, Walk& walk, VertexId from, VertexId to) {
  const VertexRange above_from = wiring.spines_above(from), above_to = wiring.spines_above(to);
  VertexId at = walk.hop(from, above_from, Choice::spine);
  if (!above_to.contains(at)) {
    at = walk.hop(at, wiring.cores, Choice::core);
    at = walk.hop(at, above_to, Choice::descent);
  }
  walk.hop(at, {to, to + 1}, Choice::leaf);
}

/// The NIC of the sending node that is nearest to the receiving one: its own if that leads there.
std::uint32_t nic_towards(const Wiring& wiring, std::uint32_t node, std::uint32_t own,
                          std::uint32_t goal) {
  const auto nics = static_cast<std::uint32_t>(wiring.node.nics.size());
  const auto distance = [&](std::uint32_t nic) {
    return wiring.routes->distance(node * nics + nic, goal);
  };
  if (distance(own) != FabricRoutes::unreachable) return own;
  std::uint32_t nearest = goal % nics;
  for (std::uint32_t nic = 0; nic < nics; ++nic) {
    if (distance(nic) < distance(nearest)) nearest = nic;
  }
  return nearest;
}

/// Across a fabric that is not a Clos. Where no way leads on from a card's own NIC, first to the
/// card of one that has a way, as NCCL does (PXN).
void route_over_graph(const Wiring& wiring, const Flow& flow, std::array<std::uint32_t, 2> node,
                      std::array<std::uint32_t, 2> card, Walk& walk, std::vector<LinkId>& into) {
  const NodeTemplate& inside = wiring.node;
  const auto nics = static_cast<std::uint32_t>(inside.nics.size());
  const std::uint32_t nic_there = nic_of(wiring, card[1], flow);
  const std::uint32_t goal = node[1] * nics + nic_there;
  const std::uint32_t own = nic_of(wiring, card[0], flow);
  const std::uint32_t nic = nic_towards(wiring, node[0], own, goal);
  const std::uint32_t exit = nic == own ? card[0] : inside.nic_owner[nic];
  if (exit != card[0]) walk.inside(node[0], inside.card_to_card.at(card[0], exit));
  walk.inside(node[0], inside.card_to_nic.at(exit, nic));
  wiring.routes->route(
      node[0] * nics + nic, goal,
      [&flow](std::uint32_t hop, std::size_t among) {
        return flow.pick(Choice{static_cast<std::uint64_t>(Choice::hop) + hop}, among);
      },
      into);
  walk.inside(node[1], inside.nic_to_card.at(nic_there, card[1]));
}

void route_nodes(const Wiring& wiring, const Flow& flow, std::array<std::uint32_t, 2> node,
                 std::array<std::uint32_t, 2> card, Walk& walk, std::vector<LinkId>& into) {
  const NodeTemplate& inside = wiring.node;
  std::array<std::uint32_t, 2> nic{nic_of(wiring, card[0], flow), nic_of(wiring, card[1], flow)};
  const LinkId down = wiring.link(node[1], inside.nics[nic[1]].in);
  const auto leaf_above = [&] {
    return wiring.ends[index_of(wiring.link(node[0], inside.nics[nic[0]].out))].to;
  };
  const VertexId there = wiring.ends[index_of(down)].from;
  std::uint32_t exit = card[0];
  if (leaf_above() != there && wiring.spines.size() == 0) {
    // Rails without spines: first to the card on the right rail, as NCCL does (PXN).
    nic[0] = nic[1];
    exit = inside.nic_owner[nic[0]];
    if (exit != card[0]) walk.inside(node[0], inside.card_to_card.at(card[0], exit));
  }
  walk.inside(node[0], inside.card_to_nic.at(exit, nic[0]));
  into.push_back(wiring.link(node[0], inside.nics[nic[0]].out));
  const VertexId here = leaf_above();
  if (here != there) climb_and_descend(wiring, walk, here, there);
  into.push_back(down);
  walk.inside(node[1], inside.nic_to_card.at(nic[1], card[1]));
}

/// From crossbar to crossbar of one scale-up domain.
void route_in_domain(const Wiring& wiring, std::array<std::uint32_t, 2> node,
                     std::array<std::uint32_t, 2> card, std::vector<LinkId>& into) {
  const NodeTemplate& inside = wiring.node;
  const NodePort& way = inside.domain[0];
  into.push_back(wiring.link(node[0], inside.to_crossbar[card[0]]));
  if (way.out != NodePort::no_number) {
    into.push_back(wiring.link(node[0], way.out));
    into.push_back(wiring.link(node[1], way.in));
  }
  into.push_back(wiring.link(node[1], inside.from_crossbar[card[1]]));
}

PinnedPort pinned_port(const Wiring& wiring, std::uint32_t node, std::uint32_t card) {
  const FabricSpec& fabric = wiring.spec.fabric;
  const std::uint32_t below = node % static_cast<std::uint32_t>(fabric.nodes_per_leaf);
  const auto nics = static_cast<std::uint32_t>(wiring.node.nics.size());
  const std::uint32_t place =
      fabric.kind == FabricKind::leaf_spine ? below * nics + wiring.node.first_nic[card] : below;
  return {place, static_cast<std::uint32_t>(std::max(1, wiring.plan.leaf_uplinks()))};
}

std::string storage_name(const Wiring& wiring) {
  return part_name(wiring.spec.storage.name, wiring.spec.storage.id, "the storage");
}

/// NIC 0's way out or in; the first one if it has several.
LinkId nic_link(const Wiring& wiring, std::uint32_t node, bool out) {
  const NodePort& nic = wiring.node.nics[0];
  if (!wiring.routes) return wiring.link(node, out ? nic.out : nic.in);
  const VertexId device = wiring.vertex(node, nic.device);
  const auto up = edges_between(wiring.graph, device, wiring.switches).first;
  const LinkId first = link_at(wiring.graph, device, up);
  if (out) return first;
  const VertexId leaf = wiring.ends[index_of(first)].to;
  return link_at(wiring.graph, leaf, edges_between(wiring.graph, leaf, {device, device + 1}).first);
}

bool inside_node(LinkKind kind) {
  return kind == LinkKind::scale_up || kind == LinkKind::pcie || kind == LinkKind::host_bridge;
}

}  // namespace

std::pair<std::size_t, std::size_t> edges_between(const Graph& graph, VertexId from,
                                                  VertexRange to) {
  const auto edges = out_edges(from, graph).first;
  const auto first_at_least = [&](VertexId bound, std::size_t low) {
    std::size_t high = out_degree(from, graph);
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (target(*(edges + static_cast<std::ptrdiff_t>(middle)), graph) < bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  };
  const std::size_t first = first_at_least(to.begin, 0);
  return {first, first_at_least(to.end, first)};
}

LinkId link_at(const Graph& graph, VertexId from, std::size_t edge) {
  return graph[*(out_edges(from, graph).first + static_cast<std::ptrdiff_t>(edge))].link;
}

void route_cards(const Wiring& wiring, CardId from, CardId to, std::uint64_t entropy,
                 std::vector<LinkId>& into) {
  const std::uint32_t cards = wiring.node.cards();
  const auto a = static_cast<std::uint32_t>(from), b = static_cast<std::uint32_t>(to);
  require(a != b && a / cards < static_cast<std::uint32_t>(wiring.plan.nodes) &&
              b / cards < static_cast<std::uint32_t>(wiring.plan.nodes),
          "a route joins two different cards of the cluster");
  Flow flow(from, to, entropy);
  if (wiring.spec.fabric.routing == Routing::static_rail && !wiring.node.nics.empty())
    flow.pin(pinned_port(wiring, a / cards, a % cards));
  Walk walk(wiring, flow, into);
  if (a / cards == b / cards) {
    walk.inside(a / cards, wiring.node.card_to_card.at(a % cards, b % cards));
    return;
  }
  if (wiring.domains.size() > 0 && wiring.domain_of(a / cards) == wiring.domain_of(b / cards)) {
    return route_in_domain(wiring, {a / cards, b / cards}, {a % cards, b % cards}, into);
  }
  if (wiring.routes) {
    return route_over_graph(wiring, flow, {a / cards, b / cards}, {a % cards, b % cards}, walk,
                            into);
  }
  route_nodes(wiring, flow, {a / cards, b / cards}, {a % cards, b % cards}, walk, into);
}

void route_node_to_storage(const Wiring& wiring, NodeId from, std::vector<LinkId>& into) {
  needed(wiring.spec.storage.write, storage_name(wiring), marked("write rate"));
  const auto node = static_cast<std::uint32_t>(from);
  const NodeTemplate& inside = wiring.node;
  if (!inside.storage.empty()) {
    into.push_back(wiring.link(node, inside.storage[0].out));
  } else if (!inside.nics.empty()) {
    for (const std::uint32_t number : inside.host_to_nic.at(0, 0)) {
      into.push_back(wiring.link(node, number));
    }
    into.push_back(nic_link(wiring, node, true));
  }
  into.push_back(wiring.storage_write);
}

void route_storage_to_node(const Wiring& wiring, NodeId to, std::vector<LinkId>& into) {
  needed(wiring.spec.storage.read, storage_name(wiring), marked("read rate"));
  const auto node = static_cast<std::uint32_t>(to);
  const NodeTemplate& inside = wiring.node;
  into.push_back(wiring.storage_read);
  if (!inside.storage.empty()) {
    into.push_back(wiring.link(node, inside.storage[0].in));
  } else if (!inside.nics.empty()) {
    into.push_back(nic_link(wiring, node, false));
    for (const std::uint32_t number : inside.nic_to_host.at(0, 0)) {
      into.push_back(wiring.link(node, number));
    }
  }
}

/// The message latency was measured between cards of two nodes: the way from card to NIC is in it.
Seconds route_latency(const Wiring& wiring, std::span<const LinkId> route) {
  Seconds within{0}, outside{0};
  bool leaves = false;
  for (const LinkId id : route) {
    const Link& link = wiring.links[index_of(id)];
    (inside_node(link.kind) ? within : outside) += link.latency;
    leaves = leaves || !inside_node(link.kind);
  }
  return leaves ? outside + wiring.spec.fabric.message_latency : within;
}

}  // namespace qianka
