// SPDX-License-Identifier: Apache-2.0
// A time that no simulated step of a layout is below: the longest of some chains of operations that
// every run of the step's program has to go through, with each operation as short as it can be. The
// passes are those of the simulator (workload/step_plan.hpp); what they wait for is in
// docs/tune.md, "The bound".
#pragma once
#include "sim/study/least_times.hpp"
#include "sim/workload/step_plan.hpp"

namespace qianka {

/// `plan` was made with `least`'s times of collectives.
Seconds least_step_time(const StepPlan& plan, LeastTimes& least);

}  // namespace qianka
