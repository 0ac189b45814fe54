// SPDX-License-Identifier: Apache-2.0
// How large a cluster must be, as text and as JSON (docs/size.md).
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/size.hpp"

#include <string>

namespace qianka {

std::string size_text(const SizeStudy& study, const Scenario& scenario, const SizeGoal& goal,
                      const CostModel& costs);
Json size_json(const SizeStudy& study, const Scenario& scenario, const SizeGoal& goal,
               const CostModel& costs);

}  // namespace qianka
