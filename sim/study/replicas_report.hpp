// SPDX-License-Identifier: Apache-2.0
// What many seeds came to, as text and as JSON (docs/json.md).
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/replicas.hpp"

#include <cstdint>
#include <string>

namespace qianka {

std::string replicas_text(const ReplicaFigures& figures);
Json replicas_json(const ReplicaFigures& figures);
/// For pictures: the median over all seeds, and what each seed came to, of at most the first 2,000.
Json replicas_by_seed_json(const ReplicaFigures& figures, std::uint64_t first_seed);
Json spread_json(const SeedSpread& spread);

}  // namespace qianka
