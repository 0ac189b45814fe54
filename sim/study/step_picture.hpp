// SPDX-License-Identifier: Apache-2.0
// The timeline of a step for a picture: one replica, a column for each property of its operations.
#pragma once
#include "sim/metrics/step_timeline.hpp"
#include "sim/report/json.hpp"

namespace qianka {

/// docs/report.md has the keys.
Json step_picture(const StepTimeline& timeline);

}  // namespace qianka
