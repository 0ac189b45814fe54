// SPDX-License-Identifier: Apache-2.0
// One collective on the fabric, with every group that runs it at the same moment.
#pragma once
#include "sim/engine/flow_set.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/collective.hpp"

#include <string>
#include <vector>

namespace qianka {

using CardGroups = std::vector<std::vector<CardId>>;

/// Simulates the groups together and reports the slowest. Ten thousands of groups are fine
/// (engine/flow_set.hpp).
CollectiveRecord time_collective(const Topology& topology, CollectiveKind kind, Algorithm algorithm,
                                 const CardGroups& groups, Bytes bytes);

}  // namespace qianka
