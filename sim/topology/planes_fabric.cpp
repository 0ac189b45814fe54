// SPDX-License-Identifier: Apache-2.0
// kinds rail-only, dual-tor, dual-plane, multi-plane: two tiers cut into parts. A group of nodes
// has one leaf for each rail and each port of a NIC. Leaves share their spines with all others
// (dual-tor), with those of their rail (rail-only) or with those of their port (planes): Wang et
// al. 2023 (arXiv:2307.12169), Qian et al. 2024 (Alibaba HPN, SIGCOMM).
#include "sim/scenario/scenario.hpp"
#include "sim/topology/fabric_graph.hpp"
#include "sim/topology/fabric_plan.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

class Planes {
 public:
  explicit Planes(const ClusterSpec& spec)
      : spec_(spec),
        kind_(spec.fabric.kind),
        nodes_(spec.nodes + spec.spares),
        rails_(spec.node.nics),
        ports_(kind_ == FabricKind::rail_only     ? 1
               : kind_ == FabricKind::multi_plane ? spec.fabric.planes.value_or(2)
                                                  : 2),
        groups_((nodes_ + spec.fabric.nodes_per_leaf - 1) / spec.fabric.nodes_per_leaf) {}

  FabricGraph build() {
    add_leaves();
    join_nodes();
    if (leaves_in_set() > 1 && spec_.fabric.tiers > 1) add_spines();
    return std::move(built_);
  }

 private:
  int sets() const {
    if (kind_ == FabricKind::rail_only) return rails_;
    return kind_ == FabricKind::dual_tor ? 1 : ports_;
  }
  int leaves_in_set() const { return groups_ * rails_ * ports_ / sets(); }
  /// Group by group, rail by rail, port by port.
  int leaf(int group, int rail, int port) const { return (group * rails_ + rail) * ports_ + port; }
  int set_of(int rail, int port) const {
    if (kind_ == FabricKind::rail_only) return rail;
    return kind_ == FabricKind::dual_tor ? 0 : port;
  }

  Bandwidth port_rate() const {
    const Nic& nic = spec_.node.nic;
    return needed(nic.rate, part_name(nic.name, nic.id, "the NIC"), "line rate") / ports_;
  }

  void add_leaves() {
    for (int i = 0; i < groups_ * rails_ * ports_; ++i) {
      std::string name = fmt::format("group{}.rail{}", i / ports_ / rails_, i / ports_ % rails_);
      name += ports_ > 1 ? fmt::format(".leaf{}", i % ports_) : ".leaf";
      built_.switches.push_back({std::move(name), &spec_.fabric.leaf});
    }
  }

  void join_nodes() {
    FabricCable cable;
    cable.rate = port_rate();
    cable.latency = spec_.fabric.cable_latency;
    for (int node = 0; node < nodes_; ++node) {
      for (int rail = 0; rail < rails_; ++rail) {
        for (int port = 0; port < ports_; ++port) {
          cable.node = static_cast<std::uint32_t>(node);
          cable.lower = static_cast<std::uint32_t>(rail);
          cable.upper =
              static_cast<std::uint32_t>(leaf(node / spec_.fabric.nodes_per_leaf, rail, port));
          built_.cables.push_back(cable);
        }
      }
    }
  }

  /// The fewest spines that divide a leaf's uplinks evenly and have ports enough.
  int spines_for(int uplinks, Bandwidth rate) const {
    const Switch& spine = spec_.fabric.spine;
    if (!spine.ports) return uplinks;
    for (int spines = 1; spines <= uplinks; ++spines) {
      const int cables = leaves_in_set() * (uplinks / spines);
      if (uplinks % spines == 0 && ports_for(cables, rate, spine.port_rate) <= *spine.ports) {
        return spines;
      }
    }
    throw Infeasible(fmt::format(
        "a spine joins {} leaves, one of the {} uplinks of each: {} ports, but {} has {}",
        leaves_in_set(), uplinks, ports_for(leaves_in_set(), rate, spine.port_rate),
        part_name(spine.name, spine.id, "the spine switch"), *spine.ports));
  }

  void add_spines() {
    FabricCable cable;
    cable.rate = rate_between(spec_.fabric.leaf, spec_.fabric.spine);
    cable.latency = spec_.fabric.cable_latency;
    const double down = spec_.fabric.nodes_per_leaf * port_rate().value;
    const int uplinks = std::max(
        1, static_cast<int>(
               std::ceil(down / spec_.fabric.leaf_oversubscription / cable.rate.value - 1e-9)));
    const int spines = spines_for(uplinks, cable.rate);
    cable.count = static_cast<std::uint32_t>(uplinks / spines);
    const auto first = static_cast<std::uint32_t>(built_.switches.size());
    for (int i = 0; i < sets() * spines; ++i) {
      built_.switches.push_back({spine_name(i / spines, i % spines), &spec_.fabric.spine});
    }
    for (int i = 0; i < groups_ * rails_ * ports_; ++i) {
      cable.lower = static_cast<std::uint32_t>(i);
      const int set = set_of(i / ports_ % rails_, i % ports_);
      for (int spine = 0; spine < spines; ++spine) {
        cable.upper = first + static_cast<std::uint32_t>(set * spines + spine);
        built_.cables.push_back(cable);
      }
    }
  }

  std::string spine_name(int set, int spine) const {
    if (kind_ == FabricKind::dual_tor) return fmt::format("spine{}", spine);
    const char* part = kind_ == FabricKind::rail_only ? "rail" : "plane";
    return fmt::format("{}{}.spine{}", part, set, spine);
  }

  const ClusterSpec& spec_;
  FabricKind kind_;
  int nodes_, rails_, ports_, groups_;
  FabricGraph built_;
};

}  // namespace

FabricGraph planes_fabric(const ClusterSpec& spec) { return Planes(spec).build(); }

}  // namespace qianka
