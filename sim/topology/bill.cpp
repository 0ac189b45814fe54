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
    add_power();
    measure();
    bill_.blast = blast_radii(fabric_);
    return std::move(bill_);
  }

 private:
  void add(const std::string& what, const std::string& part, std::int64_t count,
           const std::optional<Power>& each) {
    if (count > 0) bill_.items.push_back({what, part, count, each});
  }
  void count_nodes();
  void count_switches();
  void count_cables();
  void add_power();
  void measure();
  const Switch* part_named(const std::string& id) const;

  const ClusterSpec& cluster_;
  DeviceGraph fabric_;
  Bill bill_;
};

void Counter::count_nodes() {
  const NodeSpec& node = cluster_.node;
  const std::int64_t nodes = fabric_.nodes;
  add("node", cluster_.id, nodes, {});
  add("card", node.accelerator.id, bill_.cards, node.accelerator.power);
  add("NIC", node.nic.id, nodes * fabric_.nics_per_node, node.nic.power);
  if (cluster_.storage_link.value > 0) add("NIC to storage", "", nodes, {});
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
        part == nullptr ? std::nullopt : part->power);
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
    kind.count += cable.count;
  }
  for (auto& [key, kind] : kinds) {
    if (cluster_.fabric.cable_latency.value > 0) kind.delay = cluster_.fabric.cable_latency;
    bill_.cables.push_back(kind);
  }
  if (cluster_.storage_link.value > 0)
    bill_.cables.push_back({"node to storage", cluster_.storage_link, {}, fabric_.nodes, 0});
  for (BillCables& kind : bill_.cables) {
    kind.modules = 2 * kind.count;
    add("optical module, " + kind.between, cluster_.fabric.optic.id, kind.modules,
        cluster_.fabric.optic.power);
  }
  for (std::size_t i = 0; i + 1 < bill_.tiers.size(); ++i)
    if (bill_.tiers[i].up.value > 0)
      bill_.tiers[i].oversubscription = bill_.tiers[i].down / bill_.tiers[i].up;
}

void Counter::add_power() {
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
  const Topology topology = build_topology(nominal);
  const auto last = static_cast<std::uint32_t>(fabric_.nodes - 1);
  bill_.bisection = topology.bisection();
  bill_.diameter = topology.diameter();
  bill_.disjoint_paths = topology.disjoint_paths(NodeId{0}, NodeId{last});
  for (const DeviceCable& cable : fabric_.cables) {
    const Device& lower = fabric_.devices[cable.lower];
    if (lower.kind == DeviceKind::nic && lower.node < fabric_.nodes / 2)
      bill_.injection += cable.rate * static_cast<double>(cable.count);
  }
}

}  // namespace

Bill bill_of(const ClusterSpec& cluster) { return Counter(cluster).count(); }

}  // namespace qianka
