// SPDX-License-Identifier: Apache-2.0
// A comparison as text and as JSON (docs/compare.md).
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/compare.hpp"
#include "sim/study/costs.hpp"

#include <string>

namespace qianka {

/// `costs` may be missing: then nothing is said of money.
std::string compare_text(const ComparisonResult& result, const CostModel* costs);
Json compare_json(const ComparisonResult& result, const CostModel* costs);

}  // namespace qianka
