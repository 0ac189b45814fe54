// SPDX-License-Identifier: Apache-2.0
// How often to save, found by simulation: replicas with the same seeds at every interval, so that
// each meets the same faults.
//
// How much work a failure destroys depends on when in the interval it strikes, which is another
// moment for every interval: common seeds do not take that noise away, and a search that believes
// single points, as Brent's does, follows it. So the valley is bracketed in powers of two first;
// then a parabola in the logarithm of the interval is laid through points over the valley's floor,
// which is symmetric there (delta / tau + tau / 2M), and its lowest point is the answer.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/metrics/checkpoint_plan_summary.hpp"

namespace qianka {

/// Infeasible when nothing is saved, or nothing fails. What the scenario says of `every` does not
/// matter. Deterministic.
CheckpointPlan plan_checkpoints(const CampaignInput& input);

/// The interval as the scenario would have it, in place of what stands there.
void save_every(Checkpoint& checkpoint, Seconds every);

}  // namespace qianka
