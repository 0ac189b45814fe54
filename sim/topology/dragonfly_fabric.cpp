// SPDX-License-Identifier: Apache-2.0
// kind dragonfly: Kim et al. 2008 (ISCA); with spines, dragonfly+: Shpiner et al. 2017 (HiPINEB).
// Every two groups are joined by as many cables as the global ports allow; those of a pair are
// spread over the routers. A way over one cable between groups is cheaper than any over two.
#include "sim/language/language.hpp"
#include "sim/topology/fabric_graph.hpp"
#include "sim/units/require.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

/// More than the two local hops at most before and behind it: then two global hops never pay.
constexpr std::uint32_t global_cost = 3;

class Dragonfly {
 public:
  explicit Dragonfly(const ClusterSpec& spec)
      : spec_(spec),
        shape_(spec.fabric.dragonfly.value_or(DragonflySpec{})),
        devices_(shape_.routers + shape_.spines),
        outer_(shape_.spines > 0 ? shape_.spines : shape_.routers) {}

  FabricGraph build() {
    for (int group = 0; group < shape_.groups; ++group) add_group(group);
    join_nodes();
    join_groups();
    return std::move(built_);
  }

 private:
  std::uint32_t number(int group, int device) const {
    return static_cast<std::uint32_t>(group * devices_ + device);
  }
  /// The switch that has the group's i-th global port.
  std::uint32_t outer(int group, int port) const {
    return number(group, (shape_.spines > 0 ? shape_.routers : 0) + port / shape_.global_ports);
  }

  void join(std::uint32_t lower, std::uint32_t upper, int count, std::uint32_t cost) {
    FabricCable cable;
    cable.lower = lower;
    cable.upper = upper;
    cable.rate = rate_between(*built_.switches[lower].part, *built_.switches[upper].part);
    cable.latency = spec_.fabric.cable_latency;
    cable.count = static_cast<std::uint32_t>(count);
    cable.cost = cost;
    built_.cables.push_back(cable);
  }

  void add_group(int group) {
    for (int i = 0; i < shape_.routers; ++i) {
      built_.switches.push_back({fmt::format("group{}.router{}", group, i), &spec_.fabric.leaf});
    }
    for (int i = 0; i < shape_.spines; ++i) {
      built_.switches.push_back({fmt::format("group{}.spine{}", group, i), &spec_.fabric.spine});
    }
    for (int i = 0; i < shape_.routers; ++i) {
      const int first = shape_.spines > 0 ? shape_.routers : i + 1;
      for (int k = first; k < devices_; ++k) {
        join(number(group, i), number(group, k), shape_.local_cables, 1);
      }
    }
  }

  void join_nodes() {
    const int nodes = spec_.nodes + spec_.spares, below = spec_.fabric.nodes_per_leaf;
    const std::int64_t room = std::int64_t{shape_.groups} * shape_.routers * below;
    if (nodes > room) {
      throw Infeasible(say("{} groups x {} routers x {} nodes = {}, but the cluster has {}",
                           shape_.groups, shape_.routers, below, room, nodes));
    }
    FabricCable cable;
    cable.rate = rate_between(spec_.node.nic, spec_.fabric.leaf);
    cable.latency = spec_.fabric.cable_latency;
    for (int node = 0; node < nodes; ++node) {
      const int router = node / below;
      cable.node = static_cast<std::uint32_t>(node);
      cable.upper = number(router / shape_.routers, router % shape_.routers);
      for (int nic = 0; nic < spec_.node.nics; ++nic) {
        cable.lower = static_cast<std::uint32_t>(nic);
        built_.cables.push_back(cable);
      }
    }
  }

  /// Group g and the group d further on (counted in a circle) meet at ports d - 1, d - 1 + (groups
  /// - 1), … of g: neighbouring ports lead to different groups.
  void join_groups() {
    const int others = shape_.groups - 1, ports = outer_ * shape_.global_ports;
    if (others == 0) return;
    if (ports < others) {
      throw Infeasible(say("a group reaches {} others, but {} x {} global ports are {}", others,
                           outer_, shape_.global_ports, ports));
    }
    for (int low = 0; low < shape_.groups; ++low) {
      for (int high = low + 1; high < shape_.groups; ++high) {
        const int there = high - low - 1, back = others - (high - low);
        for (int i = 0; i < ports / others; ++i) {
          join(outer(low, i * others + there), outer(high, i * others + back), 1, global_cost);
        }
      }
    }
  }

  const ClusterSpec& spec_;
  DragonflySpec shape_;
  int devices_;  // of a group
  int outer_;    // of them, those with cables to other groups
  FabricGraph built_;
};

}  // namespace

FabricGraph dragonfly_fabric(const ClusterSpec& spec) { return Dragonfly(spec).build(); }

}  // namespace qianka
