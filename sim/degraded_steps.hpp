// SPDX-License-Identifier: Apache-2.0
// The step of a job that lacks replicas, or has a slow node.
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace qianka {

/// The time of one whole global batch without so many data-parallel replicas. The batch stays as it
/// is where it divides among the others; otherwise a step trains on as much as divides, and takes
/// its share of the batch's time. A layout that cannot have fewer replicas (whole expert or shard
/// groups, memory) counts as if all its time were the replicas'.
Seconds step_with_fewer_replicas(const Scenario& scenario, Seconds whole, int lost);

/// What a step takes longer when one node runs at so many percent of its speed: every card waits
/// for it wherever it computes.
Seconds slowed_by(const StepSummary& step, int percent);

}  // namespace qianka
