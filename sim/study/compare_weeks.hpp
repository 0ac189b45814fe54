// SPDX-License-Identifier: Apache-2.0
// The weeks of a comparison: what failures, checkpoints and spares leave of each side's rate.
#pragma once
#include "sim/study/compare.hpp"

namespace qianka {

/// One cluster and one stack, whatever the job's size and layout: what the model is off by is off
/// on both sides alike, and cancels.
bool share_an_error(const Scenario& a, const Scenario& b);
/// Of ln(side / first), by the model.
double error_variance(const SideResult& side, const SideResult& first);

/// Runs every side under the same seeds, with the faults of its own and, where nobody has counted
/// them, with assumed ones. All sides train for a time.
void run_weeks(ComparisonResult& result, int seeds);

/// Rates end to end, over the first side's.
void compare_weeks(SideResult& side, const SideResult& first);

}  // namespace qianka
