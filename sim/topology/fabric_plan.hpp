// SPDX-License-Identifier: Apache-2.0
// How many switches of each tier a cluster needs, from rates, oversubscription and ports:
// arithmetic only, no graph. Rules, for both kinds of fabric:
// - A leaf has ceil(rate of its NICs / oversubscription / rate of an uplink) uplinks, spread evenly
// over
//   its spines. The spines of a pod serve all its leaves, whatever their rail. Where that takes
//   more ports than a spine has and there is a third tier, each rail has spines of its own and the
//   rails meet at the cores, as in the DGX A100 SuperPOD.
// - There are the fewest spines that divide a leaf's uplinks evenly and have enough ports; of
// switches
//   with an unknown number of ports, one for each uplink.
// - The cores form planes; those of a plane join the spines of equal index (or of several indices,
// where
//   ports are left) of all pods and rails. There are the fewest cores that divide evenly, as for
//   spines.
// - Several slow ends share one fast port, and a fast end takes several slow ports (breakout
// cables). A single leaf needs no spines, a single pod no cores. The rails of a single group have
// spines, unless the fabric has one tier or no port rate is known: traffic between rails then goes
// over the node's scale-up links to a card on the right rail.
#pragma once
#include "sim/scenario/cluster_spec.hpp"

#include <optional>
#include <string>

namespace qianka {

struct FabricPlan {
  int nodes = 0;             // spares included
  int groups = 0;            // leaf groups; the last may be partly filled
  int leaves_per_group = 0;  // one, or one a rail
  int groups_per_pod = 0;
  int pods = 0;
  int spine_sets_per_pod = 1;  // one, or one a rail
  int spines_per_set = 0;      // 0 = none are needed
  int cables_per_spine = 0;    // from one leaf to one of its spines
  int planes = 0;
  int cores_per_plane = 0;   // 0 = none are needed
  int cables_per_core = 0;   // from one spine to one core of its plane
  Bandwidth spine_cable{0};  // one cable between leaf and spine, nominal
  Bandwidth core_cable{0};   // one cable between spine and core, nominal

  int leaves() const { return groups * leaves_per_group; }
  int spine_sets() const { return pods * spine_sets_per_pod; }
  int spines() const { return spine_sets() * spines_per_set; }
  int cores() const { return planes * cores_per_plane; }
  int leaf_uplinks() const { return spines_per_set * cables_per_spine; }
  int spine_uplinks() const { return cores_per_plane * cables_per_core; }
};

/// What messages call a part: its name, else its id, else what it is.
std::string part_name(const std::string& name, const std::string& id, const char* otherwise);

/// Ports of `port` each that `cables` of `cable` each take. A port of unknown rate takes one cable.
int ports_for(int cables, Bandwidth cable, std::optional<Bandwidth> port);

/// What a cable between two switches carries: the slower of its two ports. `lower_tier` stands for
/// the name of a lower one without. Infeasible when neither rate is known.
Bandwidth cable_rate(const Switch& lower, const char* lower_tier, const Switch& upper);

std::string gigabits(Bandwidth rate);  // "400 Gb/s"

/// Of a Clos; of any other fabric, only the nodes are counted (fabric_graph.hpp has the rest).
/// Infeasible, with the arithmetic, when ports do not suffice or a rate it needs is unknown.
FabricPlan plan_fabric(const ClusterSpec& spec);

}  // namespace qianka
