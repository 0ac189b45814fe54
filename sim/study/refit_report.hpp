// SPDX-License-Identifier: Apache-2.0
// A refit as text or JSON (docs/json.md), and as two tables of CSV that docs/calibration.md is made
// of: a refit takes minutes, a page must not.
#pragma once
#include "sim/study/refit.hpp"

#include <string>

#include <nlohmann/json.hpp>

namespace qianka {

std::string refit_text(const Constants& constants, const Refit& refit);
nlohmann::ordered_json refit_json(const Constants& constants, const Refit& refit);

inline constexpr const char* constants_csv = "refit_constants.csv";
inline constexpr const char* sources_csv = "refit_sources.csv";
std::string constants_table(const Constants& constants, const Refit& refit);
std::string sources_table(const Refit& refit);

/// Markdown: the constants with the catalogue's values and what the table says of them; the errors
/// by source. Throws InputError when a table is not one that refit writes.
std::string constants_markdown(const Constants& constants, const ConstantPlaces& places,
                               const std::string& table, const std::string& name);
std::string sources_markdown(const std::string& table, const std::string& name);

}  // namespace qianka
