// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/fabric_plan.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double slack = 1e-9;  // a ratio this close to a whole number is one

int round_up(double ratio) { return static_cast<int>(std::ceil(ratio - slack)); }

std::string name_of(const Switch& part, const char* tier) {
  return part_name(part.name, part.id, tier);
}

/// In ascending order. Among switches of an unknown number of ports each takes one cable: n alone.
std::vector<int> shares(int n, std::optional<int> ports) {
  if (!ports) return {n};
  std::vector<int> divisors;
  for (int i = 1; i <= n; ++i) {
    if (n % i == 0) divisors.push_back(i);
  }
  return divisors;
}

struct PortCount {
  int down, up;
};

class Planner {
 public:
  explicit Planner(const ClusterSpec& spec) : fabric_(spec.fabric), spec_(spec) {}

  FabricPlan plan();

 private:
  void check_nics() const;
  void count_groups();
  bool has_spines() const;
  void check_single_leaf() const;
  int plan_leaf();
  int leaves_per_set() const;
  int spine_uplinks(int downlinks) const;
  PortCount spine_ports(int downlinks) const;
  bool spread_over_spines(int uplinks);
  void plan_spines(int uplinks);
  int core_ports(int planes, int cores, int uplinks) const;
  void plan_cores(int uplinks);

  const FabricSpec& fabric_;
  const ClusterSpec& spec_;
  FabricPlan plan_;
};

/// Nodes of one scale-up domain need none.
void Planner::check_nics() const {
  const int nodes = spec_.nodes + spec_.spares;
  if (spec_.node.nics > 0 || nodes <= (spec_.node.domain ? spec_.node.domain->nodes : 1)) return;
  throw Infeasible(say("{} nodes without a NIC cannot reach each other", nodes));
}

void Planner::count_groups() {
  plan_.nodes = spec_.nodes + spec_.spares;
  const int size = fabric_.nodes_per_leaf;
  if (size < 1) throw Infeasible(tr("a leaf must serve at least one node"));
  plan_.groups = (plan_.nodes + size - 1) / size;
  plan_.leaves_per_group = fabric_.kind == FabricKind::rail_optimised ? spec_.node.nics : 1;
  const bool pods = fabric_.tiers >= 3 && fabric_.leaf_groups_per_pod > 0;
  plan_.groups_per_pod = pods ? fabric_.leaf_groups_per_pod : plan_.groups;
  plan_.pods = (plan_.groups + plan_.groups_per_pod - 1) / plan_.groups_per_pod;
  if (plan_.groups > 1 && fabric_.tiers < 2) {
    throw Infeasible(
        say("one tier of leaves holds {} nodes, but the cluster has {}", size, plan_.nodes));
  }
}

/// One leaf needs no spines, and neither do the rails of one group when they are not asked for.
bool Planner::has_spines() const {
  if (plan_.groups > 1) return true;
  const bool known = fabric_.leaf.port_rate || fabric_.spine.port_rate;
  return plan_.nodes > 1 && plan_.leaves() > 1 && fabric_.tiers > 1 && known;
}

void Planner::check_single_leaf() const {
  const bool rails = fabric_.kind == FabricKind::rail_optimised;
  const int used = plan_.nodes * (rails ? 1 : spec_.node.nics);
  const std::optional<Bandwidth> nic = spec_.node.nic.rate;
  const int ports = nic ? ports_for(used, *nic, fabric_.leaf.port_rate) : used;
  if (!fabric_.leaf.ports || ports <= *fabric_.leaf.ports) return;
  throw Infeasible(say("a leaf joins {} NICs, which take {} ports, but {} has {}", used, ports,
                       name_of(fabric_.leaf, tr("the leaf switch")), *fabric_.leaf.ports));
}

/// Uplinks of a leaf, which is built for a full group: a partly filled one has the same cables.
int Planner::plan_leaf() {
  const bool rails = fabric_.kind == FabricKind::rail_optimised;
  const int below = fabric_.nodes_per_leaf * (rails ? 1 : spec_.node.nics);
  const Switch& leaf = fabric_.leaf;
  plan_.spine_cable = cable_rate(leaf, tr("the leaf switch"), fabric_.spine);
  const Nic& nic = spec_.node.nic;
  const Bandwidth downlink =
      needed(nic.rate, part_name(nic.name, nic.id, tr("the NIC")), marked("line rate"));
  const int uplinks =
      round_up(below * downlink.value / fabric_.leaf_oversubscription / plan_.spine_cable.value);
  const int down_ports = ports_for(below, downlink, leaf.port_rate);
  const int up_ports = ports_for(uplinks, plan_.spine_cable, leaf.port_rate);
  if (leaf.ports && down_ports + up_ports > *leaf.ports) {
    throw Infeasible(say(
        "a leaf joins {} NICs of {} and, at an oversubscription of {}, {} uplinks of {}: {} + {} = "
        "{} ports, but {} has {}",
        below, gigabits(downlink), fabric_.leaf_oversubscription, uplinks,
        gigabits(plan_.spine_cable), down_ports, up_ports, down_ports + up_ports,
        name_of(leaf, tr("the leaf switch")), *leaf.ports));
  }
  return uplinks;
}

int Planner::leaves_per_set() const {
  return plan_.groups_per_pod * plan_.leaves_per_group / plan_.spine_sets_per_pod;
}

int Planner::spine_uplinks(int downlinks) const {
  if (plan_.core_cable.value <= 0) return 0;
  return round_up(downlinks * plan_.spine_cable.value / fabric_.spine_oversubscription /
                  plan_.core_cable.value);
}

PortCount Planner::spine_ports(int downlinks) const {
  const std::optional<Bandwidth> rate = fabric_.spine.port_rate;
  return {ports_for(downlinks, plan_.spine_cable, rate),
          ports_for(spine_uplinks(downlinks), plan_.core_cable, rate)};
}

/// A job in one pod of a three-tier cluster meets the spines of that cluster: their uplinks take
/// ports even where the cores are not needed.
bool Planner::spread_over_spines(int uplinks) {
  const Switch& spine = fabric_.spine;
  const bool third_tier = fabric_.tiers >= 3 && fabric_.leaf_groups_per_pod > 0;
  const bool known = spine.port_rate || fabric_.core.port_rate;
  if (plan_.spine_sets() > 1 || (third_tier && known)) {
    plan_.core_cable = cable_rate(spine, tr("the spine switch"), fabric_.core);
  }
  for (const int spines : shares(uplinks, spine.ports)) {
    const PortCount ports = spine_ports(leaves_per_set() * (uplinks / spines));
    if (spine.ports && ports.down + ports.up > *spine.ports) continue;
    plan_.spines_per_set = spines;
    plan_.cables_per_spine = uplinks / spines;
    return true;
  }
  return false;
}

void Planner::plan_spines(int uplinks) {
  if (spread_over_spines(uplinks)) return;
  if (fabric_.tiers >= 3 && plan_.leaves_per_group > 1) {
    plan_.spine_sets_per_pod = plan_.leaves_per_group;
    if (spread_over_spines(uplinks)) return;
  }
  const PortCount ports = spine_ports(leaves_per_set());
  const std::string sum =
      ports.up == 0 ? fmt::format(": {}", ports.down)
                    : say(", and has {} uplinks: {} + {} = {}", spine_uplinks(leaves_per_set()),
                          ports.down, ports.up, ports.down + ports.up);
  throw Infeasible(
      say("a spine joins {} leaves, one of the {} uplinks of each{} ports, but {} has {}",
          leaves_per_set(), uplinks, sum, name_of(fabric_.spine, tr("the spine switch")),
          fabric_.spine.ports.value_or(0)));
}

int Planner::core_ports(int planes, int cores, int uplinks) const {
  const int cables = plan_.spine_sets() * (plan_.spines_per_set / planes) * (uplinks / cores);
  return ports_for(cables, plan_.core_cable, fabric_.core.port_rate);
}

/// Cores of a plane divide the uplinks of a spine, planes divide the spines of a set.
void Planner::plan_cores(int uplinks) {
  const Switch& core = fabric_.core;
  for (const int cores : shares(uplinks, core.ports)) {
    for (const int planes : shares(plan_.spines_per_set, core.ports)) {
      const bool fewer = plan_.cores() == 0 || planes * cores < plan_.cores();
      if (!fewer || (core.ports && core_ports(planes, cores, uplinks) > *core.ports)) continue;
      plan_.planes = planes;
      plan_.cores_per_plane = cores;
      plan_.cables_per_core = uplinks / cores;
    }
  }
  if (plan_.cores() > 0) return;
  throw Infeasible(say(
      "a core joins {} spines, one of the {} uplinks of each: {} ports, but {} has {}",
      plan_.spine_sets(), uplinks, ports_for(plan_.spine_sets(), plan_.core_cable, core.port_rate),
      name_of(core, tr("the core switch")), core.ports.value_or(0)));
}

FabricPlan Planner::plan() {
  check_nics();
  if (!is_clos(fabric_.kind) || spec_.node.nics < 1) {
    plan_.nodes = spec_.nodes + spec_.spares;
    return plan_;
  }
  count_groups();
  if (!has_spines()) {
    check_single_leaf();
    return plan_;
  }
  const int uplinks = plan_leaf();
  plan_spines(uplinks);
  if (plan_.spine_sets() > 1) plan_cores(spine_uplinks(leaves_per_set() * plan_.cables_per_spine));
  return plan_;
}

}  // namespace

std::string part_name(const std::string& name, const std::string& id, const char* otherwise) {
  if (!name.empty()) return name;
  return id.empty() ? otherwise : id;
}

std::string gigabits(Bandwidth rate) { return fmt::format("{:.6g} Gb/s", rate.value * 8e-9); }

int ports_for(int cables, Bandwidth cable, std::optional<Bandwidth> port) {
  if (!port || cables == 0) return cables;
  if (cable > *port * (1 + slack)) return cables * round_up(cable / *port);
  const int cables_per_port = static_cast<int>(std::floor(*port / cable + slack));
  return (cables + cables_per_port - 1) / cables_per_port;
}

Bandwidth cable_rate(const Switch& lower, const char* lower_tier, const Switch& upper) {
  if (!lower.port_rate && upper.port_rate) return *upper.port_rate;
  const Bandwidth own = needed(lower.port_rate, name_of(lower, lower_tier), marked("port rate"));
  return upper.port_rate ? std::min(own, *upper.port_rate) : own;
}

FabricPlan plan_fabric(const ClusterSpec& spec) { return Planner(spec).plan(); }

}  // namespace qianka
