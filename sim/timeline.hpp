// SPDX-License-Identifier: Apache-2.0
// The step of a scenario, operation by operation, and its weeks, change by change.
#pragma once
#include "sim/metrics/job_log.hpp"
#include "sim/metrics/step_timeline.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate.hpp"

namespace qianka {

/// Of the step that simulate() reports, to the last bit. Refuses what simulate() refuses.
StepTimeline timeline_of(const Scenario& scenario);

/// Of the campaign in these results, which simulate() found for the scenario; no step is simulated.
JobLog log_of(const Scenario& scenario, const Results& run);

}  // namespace qianka
