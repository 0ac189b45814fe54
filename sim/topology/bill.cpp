// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/bill.hpp"

#include "sim/topology/blast_radius.hpp"
#include "sim/topology/fabric_plan.hpp"
#include "sim/topology/topology.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace qianka {
namespace {

class Counter {
 public:
  explicit Counter(const ClusterSpec& cluster)
      : cluster_(cluster), fabric_(fabric_only(device_graph(cluster))) {}

  Bill count() {
    bill_.cluster = cluster_.name.empty() ? cluster_.id : cluster_.name;
    bill_.nodes = fabric_.nodes;
    bill_.cards = std::int64_t{fabric_.nodes} * fabric_.cards_per_node;
    count_nodes();
    count_switches();
    count_cables();
    add_up();
    measure();
    bill_.blast = blast_radii(fabric_);
    return std::move(bill_);
  }

 private:
  void add(const std::string& what, const std::string& part, std::int64_t count,
           const std::optional<Power>& each, const std::optional<Price>& price) {
    if (count > 0) bill_.items.push_back({what, part, count, each, price});
  }
  template <class Part>
  void add(const std::string& what, const Part& part, std::int64_t count) {
    add(what, part.id, count, part.power, part.price);
  }
  void count_nodes();
  void count_switches();
  void count_cables();
  void count_storage_cables();
  void count_front_end_switches(const FrontEnd& front);
  CableLength length_above(int tier) const;
  void add_prices();
  void add_up();
  void measure();
  const Switch* part_named(const std::string& id) const;

  const ClusterSpec& cluster_;
  DeviceGraph fabric_;
  Bill bill_;
};

void Counter::count_nodes() {
  const NodeSpec& node = cluster_.node;
  const std::int64_t nodes = fabric_.nodes;
  add("node", cluster_.id, nodes, {}, {});
  add("card", node.accelerator, bill_.cards);
  add("NIC", node.nic, nodes * fabric_.nics_per_node);
  if (const auto& front = cluster_.front_end) {
    add("front-end NIC", front->nic, nodes * front->nics);
  } else if (cluster_.storage_link.value > 0) {
    add("NIC to storage", "", nodes, {}, {});
  }
  if (const auto& storage = cluster_.storage_nodes) {
    add("storage node", cluster_.storage.id, storage->count, {}, {});
    add("NIC of a storage node", storage->nic, std::int64_t{storage->count} * storage->nics);
  }
}

const Switch* Counter::part_named(const std::string& id) const {
  const FabricSpec& fabric = cluster_.fabric;
  for (const Switch* part : {&fabric.leaf, &fabric.spine, &fabric.core})
    if (part->id == id) return part;
  for (const SwitchSet& set : fabric.switches)
    if (set.part.id == id) return &set.part;
  return nullptr;
}

void Counter::count_switches() {
  bill_.tiers.resize(static_cast<std::size_t>(fabric_.tiers()));
  std::map<std::pair<int, std::string>, std::int64_t> parts;
  for (const Device& device : fabric_.devices) {
    if (device.tier == 0 || device.in_node) continue;
    BillTier& tier = bill_.tiers[static_cast<std::size_t>(device.tier - 1)];
    const Switch* part = part_named(device.part);
    const bool known = part != nullptr && part->ports.has_value();
    if (tier.switches++ == 0) tier.ports = 0;
    tier.ports = known && tier.ports ? std::optional(*tier.ports + *part->ports) : std::nullopt;
    ++parts[{device.tier, device.part}];
  }
  for (std::size_t i = 0; i < bill_.tiers.size(); ++i)
    bill_.tiers[i].name = tier_name(static_cast<int>(i) + 1);
  for (const auto& [key, count] : parts) {
    const Switch* part = part_named(key.second);
    add(tier_name(key.first) + " switch", key.second, count,
        part == nullptr ? std::nullopt : part->power, part == nullptr ? std::nullopt : part->price);
  }
  // Ports: several slow cables may share one, a fast one may take several (fabric_plan.hpp).
  std::map<std::pair<std::uint32_t, double>, std::int64_t> ends;
  for (const DeviceCable& cable : fabric_.cables)
    for (const std::uint32_t end : {cable.lower, cable.upper})
      if (fabric_.devices[end].tier > 0) ends[{end, cable.rate.value}] += cable.count;
  for (const auto& [key, count] : ends) {
    const Device& device = fabric_.devices[key.first];
    if (device.in_node) continue;
    const Switch* part = part_named(device.part);
    bill_.tiers[static_cast<std::size_t>(device.tier - 1)].ports_used +=
        ports_for(static_cast<int>(count), Bandwidth{key.second},
                  part == nullptr ? std::nullopt : part->port_rate);
  }
}

void Counter::count_cables() {
  std::map<std::tuple<int, int, double>, BillCables> kinds;
  for (const DeviceCable& cable : fabric_.cables) {
    const Device &lower = fabric_.devices[cable.lower], &upper = fabric_.devices[cable.upper];
    const Bandwidth all = cable.rate * static_cast<double>(cable.count);
    if (upper.tier > lower.tier) {
      bill_.tiers[static_cast<std::size_t>(upper.tier - 1)].down += all;
      if (lower.tier > 0) bill_.tiers[static_cast<std::size_t>(lower.tier - 1)].up += all;
    }
    if (lower.kind == DeviceKind::nic && upper.in_node) continue;  // inside the node
    BillCables& kind = kinds[{lower.tier, upper.tier, cable.rate.value}];
    kind.between = fmt::format("{} to {}", tier_name(lower.tier), tier_name(upper.tier));
    kind.rate = cable.rate;
    kind.length = length_above(lower.tier);
    kind.count += cable.count;
  }
  for (auto& [key, kind] : kinds) {
    if (cluster_.fabric.cable_latency.value > 0) kind.delay = cluster_.fabric.cable_latency;
    bill_.cables.push_back(kind);
  }
  count_storage_cables();
  for (BillCables& kind : bill_.cables) {
    kind.modules = kind.length == CableLength::rack ? 0 : 2 * kind.count;
    add("optical module, " + kind.between, cluster_.fabric.optic, kind.modules);
  }
  for (std::size_t i = 0; i + 1 < bill_.tiers.size(); ++i)
    if (bill_.tiers[i].up.value > 0)
      bill_.tiers[i].oversubscription = bill_.tiers[i].down / bill_.tiers[i].up;
}

/// Storage nodes on the compute fabric hang below leaves of their own, which are not counted.
void Counter::count_storage_cables() {
  const auto add_kind = [this](const char* between, const Nic& nic, std::int64_t count) {
    bill_.cables.push_back({.between = between,
                            .rate = nic.rate.value_or(Bandwidth{0}),
                            .delay = {},
                            .count = count,
                            .length = length_above(0)});
  };
  if (const auto& front = cluster_.front_end) {
    add_kind("node to front-end network", front->nic, std::int64_t{fabric_.nodes} * front->nics);
    count_front_end_switches(*front);
  } else if (cluster_.storage_link.value > 0) {
    bill_.cables.push_back({.between = "node to storage",
                            .rate = cluster_.storage_link,
                            .delay = {},
                            .count = fabric_.nodes});
  }
  if (const auto& storage = cluster_.storage_nodes)
    add_kind(storage->on_compute_fabric ? "storage node to leaf" : "storage node to front-end",
             storage->nic, std::int64_t{storage->count} * storage->nics);
}

/// As many as their ports ask for: what hangs below them, and the uplinks that are left above the
/// first one.
void Counter::count_front_end_switches(const FrontEnd& front) {
  if (!front.leaf.ports) return;
  std::int64_t below = std::int64_t{fabric_.nodes} * front.nics;
  if (cluster_.storage_nodes && !cluster_.storage_nodes->on_compute_fabric)
    below += std::int64_t{cluster_.storage_nodes->count} * cluster_.storage_nodes->nics;
  const std::int64_t ports = *front.leaf.ports;
  const auto for_nodes = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(static_cast<double>(ports) * front.oversubscription /
                                   (1 + front.oversubscription)));
  const std::int64_t room = below <= ports ? ports : for_nodes;
  add("front-end switch", front.leaf, (below + room - 1) / room);
}

CableLength Counter::length_above(int tier) const {
  const CableLengths lengths = cluster_.fabric.cable_lengths.value_or(CableLengths{});
  return tier == 0 ? lengths.node : tier == 1 ? lengths.leaf : lengths.spine;
}

void Counter::add_prices() {
  std::map<Currency, double> sums;
  for (const BillItem& item : bill_.items) {
    if (item.what == "node" || item.what == "storage node") continue;
    bill_.pieces += item.count;
    if (item.price) {
      bill_.priced += item.count;
      sums[item.price->currency] += item.price->value * static_cast<double>(item.count);
    } else {
      bill_.without_price.push_back(item.what);
    }
  }
  for (const BillCables& kind : bill_.cables) bill_.pieces += kind.count;
  if (!bill_.cables.empty()) bill_.without_price.emplace_back("cables");  // nobody prints any
  for (const auto& [currency, value] : sums) bill_.prices.push_back({currency, value});
}

void Counter::add_up() {
  add_prices();
  for (const BillItem& item : bill_.items) {
    if (item.each) {
      bill_.power.value += item.each->value * static_cast<double>(item.count);
    } else {
      bill_.without_power.push_back(item.what);
    }
  }
}

void Counter::measure() {
  if (fabric_.nics_per_node == 0 || fabric_.nodes < 2) return;
  ClusterSpec nominal = cluster_;  // what is not measured does not matter to these
  nominal.node.scale_up_efficiency = nominal.node.nic.efficiency = 1;
  nominal.fabric.routing = Routing::spray;  // bundles: the same measures, found sooner
  const Topology topology = build_topology(nominal);
  bill_.bisection = topology.bisection();
  bill_.diameter = topology.diameter();
  bill_.disjoint_paths = topology.path_diversity();
  for (const DeviceCable& cable : fabric_.cables) {
    const Device& lower = fabric_.devices[cable.lower];
    if (lower.kind == DeviceKind::nic && lower.node < fabric_.nodes / 2)
      bill_.injection += cable.rate * static_cast<double>(cable.count);
  }
}

}  // namespace

Bill bill_of(const ClusterSpec& cluster) { return Counter(cluster).count(); }

}  // namespace qianka
