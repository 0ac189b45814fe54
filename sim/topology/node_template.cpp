// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/node_template.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/fabric_plan.hpp"
#include "sim/topology/node_routes.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace qianka {
namespace {

/// Rate of a link as the data sheet has it, and the share of it that is reached.
struct Rate {
  Bandwidth nominal;
  double efficiency = 1;
};

class NodeBuilder {
 public:
  explicit NodeBuilder(const ClusterSpec& spec)
      : spec_(spec),
        node_(spec.node),
        cards_(static_cast<std::uint32_t>(node_.cards)),
        nics_(static_cast<std::uint32_t>(node_.nics)) {}

  NodeTemplate build();

 private:
  VertexId add_device(VertexKind kind, std::uint32_t index);
  std::uint32_t add_link(LinkKind kind, Rate rate, Seconds latency);
  void join(VertexId from, VertexId to, LinkKind kind, std::optional<Rate> rate, Seconds latency);
  void join_both_ways(VertexId a, VertexId b, LinkKind kind, std::optional<Rate> rate,
                      Seconds latency = {});

  Rate scale_up_rate() const;
  void add_crossbar();
  void add_mesh();
  void add_listed_links();
  void add_packages();
  void add_pcie_tree();
  void share_nics();
  void add_slots(std::optional<Rate> slot);
  void add_nics();
  bool needs_fabric() const;
  void add_ports();
  void add_storage_way();

  const ClusterSpec& spec_;
  const NodeSpec& node_;
  std::uint32_t cards_, nics_;
  std::vector<VertexId> slot_of_card_;  // the PCIe switch above each card
  NodeTemplate built_;
};

VertexId NodeBuilder::add_device(VertexKind kind, std::uint32_t index) {
  built_.devices.push_back({kind, 0, index, 1});
  return static_cast<VertexId>(built_.devices.size() - 1);
}

std::uint32_t NodeBuilder::add_link(LinkKind kind, Rate rate, Seconds latency) {
  built_.links.push_back({kind, rate.nominal, rate.nominal * rate.efficiency, latency});
  return static_cast<std::uint32_t>(built_.links.size() - 1);
}

void NodeBuilder::join(VertexId from, VertexId to, LinkKind kind, std::optional<Rate> rate,
                       Seconds latency) {
  const LinkId link = rate ? LinkId{add_link(kind, *rate, latency)} : no_link;
  built_.edges.push_back({from, to, link});
}

void NodeBuilder::join_both_ways(VertexId a, VertexId b, LinkKind kind, std::optional<Rate> rate,
                                 Seconds latency) {
  join(a, b, kind, rate, latency);
  join(b, a, kind, rate, latency);
}

Rate NodeBuilder::scale_up_rate() const {
  const std::string name =
      part_name(node_.accelerator.name, node_.accelerator.id, tr("the accelerator"));
  const Bandwidth nominal = needed(node_.accelerator.scale_up, name, marked("scale-up rate"));
  if (node_.scale_up_efficiency) return {nominal, *node_.scale_up_efficiency};
  return {nominal,
          needed(node_.accelerator.scale_up_efficiency, name, marked("scale-up efficiency"))};
}

/// A link up and a link down for each card; the two halves of a hop share its latency.
void NodeBuilder::add_crossbar() {
  const VertexId crossbar = add_device(VertexKind::crossbar, 0);
  const Rate rate = scale_up_rate();
  for (VertexId card = 0; card < cards_; ++card) {
    if (node_.domain) {
      built_.to_crossbar.push_back(static_cast<std::uint32_t>(built_.links.size()));
      built_.from_crossbar.push_back(built_.to_crossbar.back() + 1);
    }
    join_both_ways(card, crossbar, LinkKind::scale_up, rate, node_.scale_up_latency / 2);
  }
  if (!node_.domain) return;
  NodePort way{crossbar};
  if (node_.domain->link) {
    way.out = add_link(LinkKind::scale_up, {*node_.domain->link, rate.efficiency}, {});
    way.in = add_link(LinkKind::scale_up, {*node_.domain->link, rate.efficiency}, {});
  }
  built_.domain.push_back(way);
}

/// n(n-1) one-way links, each the (n-1)th part of what a card has.
void NodeBuilder::add_mesh() {
  Rate rate = scale_up_rate();
  rate.nominal = rate.nominal / (node_.cards - 1);
  for (VertexId from = 0; from < cards_; ++from) {
    for (VertexId to = 0; to < cards_; ++to) {
      if (from != to) join(from, to, LinkKind::scale_up, rate, node_.scale_up_latency);
    }
  }
}

/// One link each way for all cables side by side. A cable is the share of a card's rate that the
/// card with most of them gives it.
void NodeBuilder::add_listed_links() {
  std::vector<int> links_of(cards_);
  for (const CardLink& link : node_.links) {
    links_of[static_cast<std::size_t>(link.from)] += link.count;
    links_of[static_cast<std::size_t>(link.to)] += link.count;
  }
  const Rate card = scale_up_rate();
  for (const CardLink& link : node_.links) {
    Rate rate = card;
    rate.nominal = card.nominal * link.count / *std::ranges::max_element(links_of);
    join_both_ways(static_cast<VertexId>(link.from), static_cast<VertexId>(link.to),
                   LinkKind::scale_up, rate, node_.scale_up_latency);
  }
}

/// Dies of one package reach each other over links of their own, which are the shorter way.
void NodeBuilder::add_packages() {
  Rate rate{needed(node_.package->link, tr("the package"), marked("link between its dies"))};
  rate.efficiency =
      node_.package->efficiency ? *node_.package->efficiency : scale_up_rate().efficiency;
  const auto size = static_cast<VertexId>(node_.package->cards);
  for (VertexId from = 0; from < cards_; ++from) {
    for (VertexId to = 0; to < cards_; ++to) {
      if (from == to || from / size != to / size) continue;
      join(from, to, LinkKind::scale_up, rate, node_.scale_up_latency);
    }
  }
}

/// Cards below PCIe switches, switches below one of two processors, a bridge between these. Each
/// edge is one slot of the card's generation; a hop between two cards has its latency at the cards.
void NodeBuilder::add_pcie_tree() {
  const std::string name =
      part_name(node_.accelerator.name, node_.accelerator.id, tr("the accelerator"));
  const Rate slot{needed(node_.accelerator.pcie, name, marked("PCIe rate")),
                  node_.scale_up_efficiency.value_or(1)};
  const auto below = static_cast<std::uint32_t>(std::max(1, node_.cards_per_pcie_switch));
  const std::uint32_t switches = (cards_ + below - 1) / below;
  std::vector<VertexId> pcie_switch, cpu;
  for (std::uint32_t i = 0; i < switches; ++i) {
    pcie_switch.push_back(add_device(VertexKind::pcie_switch, i));
  }
  for (std::uint32_t i = 0; i < std::min(switches, 2U); ++i) {
    cpu.push_back(add_device(VertexKind::cpu, i));
  }
  for (VertexId card = 0; card < cards_; ++card) {
    slot_of_card_.push_back(pcie_switch[card / below]);
    join_both_ways(card, slot_of_card_.back(), LinkKind::pcie, slot, node_.scale_up_latency / 2);
  }
  for (std::uint32_t i = 0; i < switches && switches > 1; ++i) {
    join_both_ways(pcie_switch[i], cpu[i < (switches + 1) / 2 ? 0 : 1], LinkKind::pcie, slot);
  }
  if (cpu.size() == 2) {
    const Rate bridge{needed(node_.host_bridge, tr("the node"), marked("host bridge rate")),
                      slot.efficiency};
    join_both_ways(cpu[0], cpu[1], LinkKind::host_bridge, bridge);
  }
}

/// Card c uses NIC floor(c x NICs / cards); with more NICs than cards, one of those k with
/// floor(k x cards / NICs) = c, by the hash of the flow.
void NodeBuilder::share_nics() {
  for (std::uint32_t card = 0; card <= cards_; ++card) {
    const std::uint32_t first =
        nics_ <= cards_ ? card * nics_ / cards_ : (card * nics_ + cards_ - 1) / cards_;
    built_.first_nic.push_back(first);
  }
  for (std::uint32_t nic = 0; nic < nics_; ++nic) {
    built_.nic_owner.push_back(nics_ <= cards_ ? (nic * cards_ + nics_ - 1) / nics_
                                               : nic * cards_ / nics_);
  }
}

/// One PCIe switch for the cards that share a NIC: what nodes have whose cards meet over other
/// links.
void NodeBuilder::add_slots(std::optional<Rate> slot) {
  std::uint32_t switches = 0;
  for (VertexId card = 0; card < cards_; ++card) {
    const bool shares =
        card > 0 && nics_ <= cards_ && built_.first_nic[card] == built_.first_nic[card - 1];
    slot_of_card_.push_back(shares ? slot_of_card_.back()
                                   : add_device(VertexKind::pcie_switch, switches++));
    join_both_ways(card, slot_of_card_.back(), LinkKind::pcie, slot);
  }
}

/// A NIC hangs below the PCIe switch of its first card; a slot of unknown rate does not limit.
void NodeBuilder::add_nics() {
  share_nics();
  std::optional<Rate> slot;
  if (node_.accelerator.pcie) slot = Rate{*node_.accelerator.pcie};
  if (slot && node_.scale_up == ScaleUp::pcie) {
    slot->efficiency = node_.scale_up_efficiency.value_or(1);
  }
  if (node_.scale_up != ScaleUp::pcie) add_slots(slot);
  for (std::uint32_t i = 0; i < nics_; ++i) {
    const VertexId nic = add_device(VertexKind::nic, i);
    built_.nics.push_back({nic, 0, 0});
    join_both_ways(slot_of_card_[built_.nic_owner[i]], nic, LinkKind::pcie, slot);
  }
}

/// NIC to leaf and back. The adapter's own latency is on both, each switch's on the link it feeds.
void NodeBuilder::add_ports() {
  const FabricSpec& fabric = spec_.fabric;
  if (!is_clos(fabric.kind)) return;  // its cables are not alike in all nodes
  const std::string name = part_name(node_.nic.name, node_.nic.id, tr("the NIC"));
  const Rate rate{needed(node_.nic.rate, name, marked("line rate")), fabric_efficiency(spec_)};
  const Seconds adapter = node_.nic.latency.value_or(Seconds{});
  const Seconds leaf = fabric.leaf.latency.value_or(Seconds{});
  for (NodePort& port : built_.nics) {
    port.out = add_link(LinkKind::nic, rate, fabric.cable_latency + adapter);
    port.in = add_link(LinkKind::nic, rate, fabric.cable_latency + adapter + leaf);
  }
}

/// The node's own network for storage, or NIC 0; what one client reaches of the storage caps
/// either.
void NodeBuilder::add_storage_way() {
  built_.host = add_device(VertexKind::host, 0);
  const std::optional<Bandwidth> write = spec_.storage.node_write, read = spec_.storage.node_read;
  const auto capped = [](std::optional<Bandwidth> cap) {
    return cap ? std::optional(Rate{*cap}) : std::nullopt;
  };
  if (spec_.storage_link.value > 0 || built_.nics.empty()) {
    const auto both = [&](std::optional<Bandwidth> cap) {
      const Bandwidth own = spec_.storage_link.value > 0 ? spec_.storage_link : *cap;
      return Rate{own, cap ? std::min(1.0, *cap / own) : 1.0};
    };
    if (spec_.storage_link.value <= 0 && (!write || !read)) return;
    const std::uint32_t out = add_link(LinkKind::storage, both(write), {});
    const std::uint32_t in = add_link(LinkKind::storage, both(read), {});
    built_.storage.push_back({built_.host, out, in});
    return;
  }
  join(built_.host, built_.nics[0].device, LinkKind::storage, capped(write), {});
  join(built_.nics[0].device, built_.host, LinkKind::storage, capped(read), {});
}

/// A node alone needs its NICs for storage at most.
bool NodeBuilder::needs_fabric() const {
  if (spec_.nodes + spec_.spares > 1) return true;
  const bool known = node_.nic.rate && node_.nic.efficiency;
  return known && spec_.storage_link.value <= 0 && (spec_.storage.write || spec_.storage.read);
}

NodeTemplate NodeBuilder::build() {
  for (std::uint32_t card = 0; card < cards_; ++card) add_device(VertexKind::card, card);
  const bool meets = cards_ > 1 || node_.domain;
  if (meets && node_.scale_up == ScaleUp::crossbar) add_crossbar();
  if (cards_ > 1 && node_.scale_up == ScaleUp::mesh) add_mesh();
  if (cards_ > 1 && node_.scale_up == ScaleUp::listed) add_listed_links();
  if (cards_ > 1 && node_.package) add_packages();
  if (node_.scale_up == ScaleUp::pcie) add_pcie_tree();
  const bool wired = nics_ > 0 && needs_fabric();
  if (wired) add_nics();
  add_storage_way();
  if (wired) add_ports();
  find_routes(built_, cards_, node_.scale_up);
  return std::move(built_);
}

}  // namespace

double fabric_efficiency(const ClusterSpec& spec) {
  const std::string name = part_name(spec.node.nic.name, spec.node.nic.id, tr("the NIC"));
  return needed(spec.node.nic.efficiency, name, marked("payload efficiency")) *
         spec.fabric.transport_efficiency;
}

NodeTemplate build_node(const ClusterSpec& spec) {
  if (spec.node.cards < 1 || spec.nodes + spec.spares < 1) {
    throw Infeasible(tr("a cluster needs at least one node of at least one card"));
  }
  return NodeBuilder(spec).build();
}

}  // namespace qianka
