// SPDX-License-Identifier: Apache-2.0
// What was found about how often to save.
#pragma once
#include "sim/metrics/checkpoint_plan_summary.hpp"
#include "sim/report/json.hpp"

#include <string>

namespace qianka {

std::string checkpoint_plan_text(const CheckpointPlan& plan);
Json checkpoint_plan_json(const CheckpointPlan& plan);

}  // namespace qianka
