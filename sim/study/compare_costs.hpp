// SPDX-License-Identifier: Apache-2.0
// Money and energy of a comparison, as text and as JSON.
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/compare.hpp"
#include "sim/study/costs.hpp"

#include <string>

namespace qianka {

std::string costs_text(const ComparisonResult& result, const CostModel& model);
/// `first`: the side that break-even prices are against.
Json costs_json(const SideResult& side, const SideResult& first, const CostModel& model);

}  // namespace qianka
