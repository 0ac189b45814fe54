// SPDX-License-Identifier: Apache-2.0
// What -vv adds to the log of a run: the files it rests on, the steps that were simulated, every
// failure of the weeks.
#pragma once
#include "sim/simulate.hpp"

namespace qianka {

/// Nothing when such lines are not asked for. The same for the same run: no times of the clock on
/// the wall.
void log_run(const Scenario& scenario, const Results& run);

}  // namespace qianka
