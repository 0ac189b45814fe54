// SPDX-License-Identifier: Apache-2.0
// What `qianka show route` and `qianka show contention` print.
#pragma once
#include "sim/metrics/contention_summary.hpp"
#include "sim/report/json.hpp"
#include "sim/topology/topology.hpp"

#include <span>
#include <string>

namespace qianka {

/// The links of flow 0 one by one, then where the first `flows` flows go.
std::string route_text(const Topology& topology, CardId from, CardId to, int flows);
Json route_json(const Topology& topology, CardId from, CardId to, int flows);

std::string contention_text(std::span<const Contention> kinds);
Json contention_json(std::span<const Contention> kinds);

}  // namespace qianka
