// SPDX-License-Identifier: Apache-2.0
// kinds rail-only, dual-tor, dual-plane, multi-plane: tiers cut into parts. A group of nodes has
// one leaf for each rail and each port of a NIC. Leaves share their spines with all others
// (dual-tor), with those of their rail (rail-only) or with those of their port (planes): Wang et
// al. 2023 (arXiv:2307.12169), Qian et al. 2024 (Alibaba HPN, SIGCOMM). With three tiers each pod
// has spines of its own, and cores join the like spines of all pods, within the same part.
#include "sim/language/language.hpp"
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
        groups_((nodes_ + spec.fabric.nodes_per_leaf - 1) / spec.fabric.nodes_per_leaf),
        groups_of_pod_(spec.fabric.tiers > 2 && spec.fabric.leaf_groups_per_pod > 0
                           ? std::min(groups_, spec.fabric.leaf_groups_per_pod)
                           : groups_),
        pods_((groups_ + groups_of_pod_ - 1) / groups_of_pod_) {}

  FabricGraph build() {
    add_leaves();
    join_nodes();
    if ((leaves_in_set() > 1 || pods_ > 1) && spec_.fabric.tiers > 1) add_spines();
    return std::move(built_);
  }

 private:
  int sets() const {
    if (kind_ == FabricKind::rail_only) return rails_;
    return kind_ == FabricKind::dual_tor ? 1 : ports_;
  }
  /// Of one pod.
  int leaves_in_set() const { return groups_of_pod_ * rails_ * ports_ / sets(); }
  /// Group by group, rail by rail, port by port.
  int leaf(int group, int rail, int port) const { return (group * rails_ + rail) * ports_ + port; }
  int set_of(int rail, int port) const {
    if (kind_ == FabricKind::rail_only) return rail;
    return kind_ == FabricKind::dual_tor ? 0 : port;
  }

  Bandwidth port_rate() const {
    const Nic& nic = spec_.node.nic;
    return needed(nic.rate, part_name(nic.name, nic.id, tr("the NIC")), marked("line rate")) /
           ports_;
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

  /// The fewest switches above that divide `uplinks` of each of `below` evenly and have ports
  /// enough, those upwards included.
  int switches_for(int below, int uplinks, Bandwidth rate, const Switch& above,
                   int ports_up) const {
    if (!above.ports) return uplinks;
    for (int number = 1; number <= uplinks; ++number) {
      const int cables = below * (uplinks / number);
      if (uplinks % number == 0 &&
          ports_for(cables, rate, above.port_rate) + ports_up <= *above.ports) {
        return number;
      }
    }
    const bool spine = &above == &spec_.fabric.spine;
    throw Infeasible(
        say("a {} joins {} {}, one of the {} uplinks of each: {} ports, but {} has {}",
            spine ? tr("spine") : tr("core"), below, spine ? tr("leaves") : tr("spines"), uplinks,
            ports_for(below, rate, above.port_rate) + ports_up,
            part_name(above.name, above.id, spine ? tr("the spine switch") : tr("the core switch")),
            *above.ports));
  }

  void add_spines() {
    FabricCable cable;
    cable.rate = rate_between(spec_.fabric.leaf, spec_.fabric.spine);
    cable.latency = spec_.fabric.cable_latency;
    const double down = spec_.fabric.nodes_per_leaf * port_rate().value;
    const int uplinks = uplinks_for(down / spec_.fabric.leaf_oversubscription, cable.rate);
    const int spines = spines_for(uplinks, cable.rate);
    cable.count = static_cast<std::uint32_t>(uplinks / spines);
    const auto first = static_cast<std::uint32_t>(built_.switches.size());
    for (int i = 0; i < pods_ * sets() * spines; ++i) {
      const int set = i / spines;
      built_.switches.push_back(
          {spine_name(set / sets(), set % sets(), i % spines), &spec_.fabric.spine});
    }
    for (int i = 0; i < groups_ * rails_ * ports_; ++i) {
      cable.lower = static_cast<std::uint32_t>(i);
      const int set = set_of(i / ports_ % rails_, i % ports_);
      const int pod = i / ports_ / rails_ / groups_of_pod_;
      for (int spine = 0; spine < spines; ++spine) {
        cable.upper = first + static_cast<std::uint32_t>((pod * sets() + set) * spines + spine);
        built_.cables.push_back(cable);
      }
    }
    if (pods_ > 1) add_cores(first, spines, uplinks / spines * cable.rate.value);
  }

  static int uplinks_for(double rate, Bandwidth cable) {
    return std::max(1, static_cast<int>(std::ceil(rate / cable.value - 1e-9)));
  }

  /// More spines where a pod's leaves and what leads to the cores need the ports.
  int spines_for(int uplinks, Bandwidth rate) const {
    const Switch &spine = spec_.fabric.spine, &core = spec_.fabric.core;
    if (pods_ == 1 || !spine.ports) return switches_for(leaves_in_set(), uplinks, rate, spine, 0);
    const Bandwidth up = rate_between(spine, core);
    for (int spines = 1; spines <= uplinks; ++spines) {
      if (uplinks % spines != 0) continue;
      const int cables = leaves_in_set() * (uplinks / spines);
      const int ports_up = ports_for(core_uplinks(cables * rate.value, up), up, spine.port_rate);
      if (ports_for(cables, rate, spine.port_rate) + ports_up <= *spine.ports) return spines;
    }
    const int least = core_uplinks(leaves_in_set() * rate.value, up);
    return switches_for(leaves_in_set(), uplinks, rate, spine,
                        ports_for(least, up, spine.port_rate));
  }

  int core_uplinks(double down, Bandwidth up) const {
    return uplinks_for(down / spec_.fabric.spine_oversubscription, up);
  }

  /// `down` is what a leaf sends to one spine.
  void add_cores(std::uint32_t first_spine, int spines, double down) {
    FabricCable cable;
    cable.rate = rate_between(spec_.fabric.spine, spec_.fabric.core);
    cable.latency = spec_.fabric.cable_latency;
    const int uplinks = core_uplinks(leaves_in_set() * down, cable.rate);
    const int cores = switches_for(pods_, uplinks, cable.rate, spec_.fabric.core, 0);
    cable.count = static_cast<std::uint32_t>(uplinks / cores);
    const auto first = static_cast<std::uint32_t>(built_.switches.size());
    for (int i = 0; i < sets() * spines * cores; ++i)
      built_.switches.push_back(
          {part_of(i / cores / spines) + fmt::format("core{}", i % (spines * cores)),
           &spec_.fabric.core});
    for (int i = 0; i < pods_ * sets() * spines; ++i) {
      cable.lower = first_spine + static_cast<std::uint32_t>(i);
      for (int core = 0; core < cores; ++core) {
        cable.upper = first + static_cast<std::uint32_t>(i % (sets() * spines) * cores + core);
        built_.cables.push_back(cable);
      }
    }
  }

  /// "plane1.", "rail3."; nothing where all is one part.
  std::string part_of(int set) const {
    if (kind_ == FabricKind::dual_tor) return "";
    return fmt::format("{}{}.", kind_ == FabricKind::rail_only ? "rail" : "plane", set);
  }
  std::string spine_name(int pod, int set, int spine) const {
    const std::string of_pod = pods_ > 1 ? fmt::format("pod{}.", pod) : "";
    return of_pod + part_of(set) + fmt::format("spine{}", spine);
  }
  const ClusterSpec& spec_;
  FabricKind kind_;
  int nodes_, rails_, ports_, groups_, groups_of_pod_, pods_;
  FabricGraph built_;
};

}  // namespace

FabricGraph planes_fabric(const ClusterSpec& spec) { return Planes(spec).build(); }

}  // namespace qianka
