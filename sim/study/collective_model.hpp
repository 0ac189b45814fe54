// SPDX-License-Identifier: Apache-2.0
// What the simulation says of runs that somebody measured: the same collective, over as many cards
// of as many nodes, on a cluster. This is what calibration inverts; it has no formula of its own.
#pragma once
#include "sim/engine/collective_time.hpp"
#include "sim/scenario/cluster_spec.hpp"
#include "sim/study/measured_run.hpp"

#include <span>
#include <vector>

namespace qianka {

/// One point of one run.
struct PointOf {
  const MeasuredRun* run;
  const MeasuredPoint* point;
};

/// The ranks as cards: node 0 is the first host, device 0 its first card. Rings are made node by
/// node, whatever the order of the ranks, as NCCL and HCCL do; sendrecv keeps it, each rank sending
/// to the next at once.
CardGroups groups_of(const MeasuredRun& run, int cards_per_node);

/// In the order given. The nodes of a run are neighbours. Of many sizes of one run only some are
/// simulated when these lie on a line, which they do where all transfers wait equally long.
/// Infeasible when a figure that it needs is unknown.
std::vector<Seconds> simulate_points(const ClusterSpec& cluster, std::span<const PointOf> points);

}  // namespace qianka
