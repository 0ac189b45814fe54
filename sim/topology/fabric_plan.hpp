// SPDX-License-Identifier: Apache-2.0
// How many switches of each tier a cluster needs, from rates, oversubscription and ports:
// arithmetic only, no graph. Rules, for both kinds of fabric:
// - A leaf has ceil(rate of its NICs / oversubscription / rate of an uplink) uplinks, spread evenly
// over
//   the spines of its pod. The spines of a pod serve all its leaves, whatever their rail.
// - A pod has the fewest spines that divide a leaf's uplinks evenly and have enough ports; of
// switches
//   with an unknown number of ports, one for each uplink.
// - Spines of equal index in all pods form a plane with cores of its own; each plane has the fewest
//   cores that divide a spine's uplinks evenly, by the same rules.
// - Several slow ends share one fast port, and a fast end takes several slow ports (breakout
// cables). Nodes below a single leaf group need no spines, leaf groups of a single pod no cores.
#pragma once
#include "sim/scenario/cluster_spec.hpp"

#include <string>

namespace qianka {

struct FabricPlan {
  int nodes = 0;             // spares included
  int groups = 0;            // leaf groups; the last may be partly filled
  int leaves_per_group = 0;  // one, or one a rail
  int groups_per_pod = 0;
  int pods = 0;
  int spines_per_pod = 0;    // 0 = none are needed
  int cables_per_spine = 0;  // from one leaf to one spine
  int cores_per_plane = 0;   // 0 = none are needed
  int cables_per_core = 0;   // from one spine to one core
  Bandwidth spine_cable{0};  // one cable between leaf and spine, nominal
  Bandwidth core_cable{0};   // one cable between spine and core, nominal

  int leaves() const { return groups * leaves_per_group; }
  int spines() const { return pods * spines_per_pod; }
  int cores() const { return spines_per_pod * cores_per_plane; }
};

/// What messages call a part: its name, else its id, else what it is.
std::string part_name(const std::string& name, const std::string& id, const char* otherwise);

/// Infeasible, with the arithmetic, when ports do not suffice or a rate it needs is unknown.
FabricPlan plan_fabric(const ClusterSpec& spec);

}  // namespace qianka
