// SPDX-License-Identifier: Apache-2.0
// JSON as values that know where they stand: nlohmann-json reads it, and we count what it takes,
// because it keeps no places. Comments, last commas and Infinity, which such files have, are
// passed over with a warning.
#pragma once
#include "sim/input/value.hpp"
#include "sim/interchange/source_text.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// Strings are quoted scalars, numbers, true and false plain ones. Throws InputError when the text
/// is no JSON.
Value read_json(const SourceText& source, std::vector<Diagnostic>& warnings);

/// The whole number of a scalar, quoted or not: 8, "8", 8.0, 1e3; nothing for anything else, and
/// for what is beyond `most`.
std::optional<long long> whole_number(const Value& value, long long most = 1'000'000'000'000);

/// True for the words true and "true".
bool is_true(const Value& value);

}  // namespace qianka
