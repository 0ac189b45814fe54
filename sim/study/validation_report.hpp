// SPDX-License-Identifier: Apache-2.0
// A validation as text, Markdown, JSON or CSV. The keys of the JSON stand in docs/json.md.
#pragma once
#include "sim/study/validation_summary.hpp"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace qianka {

std::string validation_text(const ValidationSummary& summary, const std::vector<RowResult>& results,
                            const std::vector<const RowResult*>& worst);
nlohmann::ordered_json validation_json(const ValidationSummary& summary,
                                       const std::vector<RowResult>& results);
/// Sections of docs/validation.md.
std::string validation_markdown(const ValidationSummary& summary,
                                const std::vector<RowResult>& results,
                                const std::vector<const RowResult*>& worst_rows,
                                const Rules& rules);
/// The table that stands in the READMEs: all rows, by cards, by vendor.
std::string validation_headline(const ValidationSummary& summary);
/// One line a row.
std::string validation_csv(const std::vector<RowResult>& results);

/// What `--row` prints: the scenario file, with the measurement and the other choices as comments.
std::string row_text(const RowResult& result);

}  // namespace qianka
