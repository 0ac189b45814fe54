// SPDX-License-Identifier: Apache-2.0
// A summary as JSON. Every key and its unit stand in docs/json.md, and a test compares the two. The
// order of keys is fixed; numbers have at most nine significant digits, except those that must add
// up.
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"

#include <span>

#include <nlohmann/json.hpp>

namespace qianka {

using Json = nlohmann::ordered_json;

/// Without `sources` the key is left out.
Json json_report(const Summary& summary, std::span<const SourcedValue> sources = {});
Json json_sources(std::span<const SourcedValue> sources);

/// At most nine significant digits; null for what JSON cannot say.
Json rounded(double value);

/// Indented, with a line end; text that is not UTF-8 is replaced, never an error.
std::string json_text(const Json& json);

}  // namespace qianka
