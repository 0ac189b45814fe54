// SPDX-License-Identifier: Apache-2.0
// Where a fabric was written, for messages about its sizes, and whether it was written at all.
#pragma once
#include "sim/input/diagnostics.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/scenario.hpp"

#include <optional>
#include <span>

namespace qianka {

/// The line of the first figure below `section` ("cluster.fabric"), the scenario's own before the
/// catalogue's; nothing when all of them are defaults.
std::optional<SourcePos> place_of(std::span<const SourcedValue> figures, std::string_view section);

/// What is said when there is none.
inline constexpr const char* fabric_assumed = marked(
    "the cluster says nothing of its fabric: two tiers of switches, rail-optimised and not "
    "oversubscribed, without latency, are assumed");

}  // namespace qianka
