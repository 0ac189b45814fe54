// SPDX-License-Identifier: Apache-2.0
// The step of a scenario, operation by operation.
#pragma once
#include "sim/metrics/step_timeline.hpp"
#include "sim/scenario/scenario.hpp"

namespace qianka {

/// Of the step that simulate() reports, to the last bit. Refuses what simulate() refuses.
StepTimeline timeline_of(const Scenario& scenario);

}  // namespace qianka
