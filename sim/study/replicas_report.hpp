// SPDX-License-Identifier: Apache-2.0
// What many seeds came to, as text and as JSON (docs/json.md).
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/replicas.hpp"

#include <string>

namespace qianka {

std::string replicas_text(const ReplicaFigures& figures);
Json replicas_json(const ReplicaFigures& figures);
Json spread_json(const SeedSpread& spread);

}  // namespace qianka
