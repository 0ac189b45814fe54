// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/fabric_graph.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/fabric_plan.hpp"

#include <algorithm>
#include <map>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <fmt/format.h>

namespace qianka {
namespace {

std::uint32_t nodes_of(const ClusterSpec& spec) {
  return static_cast<std::uint32_t>(spec.nodes + spec.spares);
}

void check_ports(const FabricGraph& fabric) {
  std::vector<std::map<double, int>> cables(fabric.switches.size());  // by rate
  for (const FabricCable& cable : fabric.cables) {
    const int count = static_cast<int>(cable.count);
    cables[cable.upper][cable.rate.value] += count;
    if (!cable.from_nic()) cables[cable.lower][cable.rate.value] += count;
  }
  for (std::size_t i = 0; i < cables.size(); ++i) {
    const FabricSwitch& device = fabric.switches[i];
    if (device.in_node || !device.part->ports) continue;
    int ports = 0;
    std::string sum;
    for (const auto& [rate, count] : cables[i]) {
      ports += ports_for(count, Bandwidth{rate}, device.part->port_rate);
      sum += say("{}{} cables of {}", sum.empty() ? "" : tr(" and "), count,
                 gigabits(Bandwidth{rate}));
    }
    if (ports <= *device.part->ports) continue;
    throw Infeasible(say("{} has {}: {} ports, but {} has {}", device.name, sum, ports,
                         part_name(device.part->name, device.part->id, tr("the switch")),
                         *device.part->ports));
  }
}

/// Which part of the fabric each switch and each NIC belongs to, and whether all nodes have a NIC
/// in each: a node may change rails inside before it sends, not after it has received.
class Reach {
 public:
  Reach(const ClusterSpec& spec, const FabricGraph& fabric)
      : fabric_(fabric),
        nodes_(nodes_of(spec)),
        nics_(static_cast<std::uint32_t>(spec.node.nics)),
        switches_(static_cast<std::uint32_t>(fabric.switches.size())),
        part_(switches_ + std::size_t{nodes_} * nics_) {}

  void check() {
    find_parts();
    std::vector<std::uint32_t> seen(parts_, ~0U), sharers(parts_);
    for (std::uint32_t node = 0; node < nodes_; ++node) {
      for (std::uint32_t nic = 0; nic < nics_; ++nic) {
        const std::size_t part = part_of(node, nic);
        if (seen[part] != node) ++sharers[part];
        seen[part] = node;
      }
    }
    for (std::uint32_t nic = 0; nic < nodes_ * nics_; ++nic) {
      if (sharers[part_[switches_ + nic]] < nodes_) refuse(nic / nics_, nic % nics_);
    }
  }

 private:
  std::size_t part_of(std::uint32_t node, std::uint32_t nic) const {
    return part_[switches_ + std::size_t{node} * nics_ + nic];
  }

  void find_parts() {
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS> joined(part_.size());
    std::vector<bool> wired(part_.size());
    for (const FabricCable& cable : fabric_.cables) {
      const std::size_t lower = cable.from_nic()
                                    ? switches_ + std::size_t{cable.node} * nics_ + cable.lower
                                    : cable.lower;
      add_edge(lower, cable.upper, joined);
      wired[lower] = true;
    }
    for (std::size_t i = switches_; i < wired.size(); ++i) {
      if (wired[i]) continue;
      const std::size_t nic = i - switches_;
      throw Infeasible(say("node{}.nic{} has no cable, but the cluster has {} nodes of {} {}",
                           nic / nics_, nic % nics_, nodes_, nics_, nics_ == 1 ? "NIC" : "NICs"));
    }
    parts_ = connected_components(joined, part_.data());
  }

  [[noreturn]] void refuse(std::uint32_t node, std::uint32_t nic) const {
    const std::size_t part = part_of(node, nic);
    std::uint32_t other = 0;
    for (std::uint32_t i = 0; i < nodes_; ++i) {
      bool meets = false;
      for (std::uint32_t k = 0; k < nics_; ++k) meets = meets || part_of(i, k) == part;
      if (!meets) {
        other = i;
        break;
      }
    }
    throw Infeasible(
        say("node{} cannot reach node{}.nic{}: the fabric is in {} parts, and {} joins no "
            "NIC of node{}",
            other, node, nic, parts_, switches_in(part), other));
  }

  std::string switches_in(std::size_t part) const {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < switches_; ++i) {
      if (part_[i] == part) names.push_back(fabric_.switches[i].name);
    }
    if (names.size() == 1) return say("that of {}", names[0]);
    return say("that of {}, {}{}", names[0], names[1],
               names.size() > 2 ? say(" and {} more", names.size() - 2) : "");
  }

  const FabricGraph& fabric_;
  std::uint32_t nodes_, nics_, switches_;
  std::vector<std::size_t> part_;  // by switch, then by NIC
  std::size_t parts_ = 0;
};

FabricGraph build(const ClusterSpec& spec) {
  switch (spec.fabric.kind) {
    case FabricKind::rail_only:
    case FabricKind::dual_tor:
    case FabricKind::dual_plane:
    case FabricKind::multi_plane:
      return planes_fabric(spec);
    case FabricKind::dragonfly:
      return dragonfly_fabric(spec);
    case FabricKind::torus:
      return torus_fabric(spec);
    case FabricKind::free:
      return free_fabric(spec);
    case FabricKind::rail_optimised:
    case FabricKind::leaf_spine:
      break;
  }
  throw Bug("a Clos is planned, not listed");
}

}  // namespace

FabricGraph fabric_graph(const ClusterSpec& spec) {
  FabricGraph fabric = build(spec);
  check_ports(fabric);
  Reach(spec, fabric).check();
  return fabric;
}

Bandwidth rate_between(const Switch& lower, const Switch& upper) {
  return cable_rate(lower, "a switch", upper);
}

Bandwidth rate_between(const Nic& nic, const Switch& leaf) {
  const Bandwidth own =
      needed(nic.rate, part_name(nic.name, nic.id, tr("the NIC")), marked("line rate"));
  return leaf.port_rate ? std::min(own, *leaf.port_rate) : own;
}

}  // namespace qianka
