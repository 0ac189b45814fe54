// SPDX-License-Identifier: Apache-2.0
// What limits a run, as text and as JSON (docs/explain.md).
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/explain.hpp"

#include <string>

namespace qianka {

std::string explain_text(const Explanation& explanation);
Json explain_json(const Explanation& explanation);

}  // namespace qianka
