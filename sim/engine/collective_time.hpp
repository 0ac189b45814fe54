// SPDX-License-Identifier: Apache-2.0
// One collective on the fabric, with every group that runs it at the same moment.
#pragma once
#include "sim/engine/flow_set.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/card_groups.hpp"
#include "sim/workload/collective.hpp"

namespace qianka {

/// Simulates the groups together and reports the slowest. Ten thousands of groups are fine
/// (engine/flow_set.hpp). `rings` as in collective_phases.
CollectiveRecord time_collective(const Topology& topology, CollectiveKind kind, Algorithm algorithm,
                                 const CardGroups& groups, Bytes bytes, int rings = 0);

}  // namespace qianka
