// SPDX-License-Identifier: Apache-2.0
// What a search for layouts found, as text and as JSON (docs/json.md).
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/tune.hpp"

#include <string>

namespace qianka {

std::string tune_text(const TuneStudy& study, const Scenario& scenario);
Json tune_json(const TuneStudy& study, const Scenario& scenario);

/// Where a layout spends more and where less than the best one: "+1.20 s bubble, -0.31 s
/// recompute", the largest first, what matters.
std::string against(const TunedLayout& layout, const TunedLayout& best);

}  // namespace qianka
