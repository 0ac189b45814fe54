// SPDX-License-Identifier: Apache-2.0
// The table of `qianka collective`, for people and for programs.
#pragma once
#include "sim/metrics/collective_table.hpp"
#include "sim/report/json.hpp"

#include <string>

namespace qianka {

std::string collective_text(const CollectiveTable& table);
/// Every key stands in docs/json.md.
Json collective_json(const CollectiveTable& table);

}  // namespace qianka
