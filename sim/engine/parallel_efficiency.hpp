// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace qianka {

/// Throughput per card over that of the smallest run that fits: the same tensor x context x
/// pipeline x expert layout, data = 1 (or the least divisor of `data` that fits in memory), the
/// batch in proportion (weak scaling).
EfficiencySummary parallel_efficiency(const Scenario& scenario, const StepSummary& step);

}  // namespace qianka
