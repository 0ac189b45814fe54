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

/// Flows of one phase over all groups; `links` is the topology's. A flow of `rounds` rounds pays
/// the mean latency of its group's transfers once a round.
FlowSet phase_flows(const Topology& topology, const std::vector<Phase>& of_groups, Bytes bytes);

/// Simulates the groups together and reports the slowest. Ten thousands of groups are fine
/// (engine/flow_set.hpp).
CollectiveRecord time_collective(const Topology& topology, CollectiveKind kind, Algorithm algorithm,
                                 const CardGroups& groups, Bytes bytes);

}  // namespace qianka
