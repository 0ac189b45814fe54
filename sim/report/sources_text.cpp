// SPDX-License-Identifier: Apache-2.0
#include "sim/report/sources_text.hpp"

#include "sim/language/language.hpp"
#include "sim/report/table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace qianka {
namespace {

/// "my.yaml:10" -> "my.yaml" and "10"; what has no line stays whole.
std::pair<std::string, std::string> file_and_line(const std::string& where) {
  const std::size_t colon = where.rfind(':');
  const bool has_line = colon != std::string::npos && colon + 1 < where.size() &&
                        where.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  if (!has_line) return {where, ""};
  return {where.substr(0, colon), where.substr(colon + 1)};
}

}  // namespace

std::string sources_text(std::span<const SourcedValue> values) {
  std::vector<std::string> sources;
  TextTable table{
      .columns = {{tr("value")}, {tr("source"), Align::right}, {tr("line"), Align::right}, {""}}};
  for (const SourcedValue& value : values) {
    const auto [file, line] = file_and_line(value.where);
    const std::string source = file.empty() ? value.source : file + ": " + value.source;
    auto known = std::ranges::find(sources, source);
    if (known == sources.end()) known = sources.insert(sources.end(), source);
    table.rows.push_back(
        {value.path, fmt::format("[{}]", known - sources.begin() + 1), line, value.value});
  }
  TextTable notes{.columns = {{"", Align::right}, {""}}};
  for (std::size_t i = 0; i < sources.size(); ++i) {
    notes.rows.push_back({fmt::format("[{}]", i + 1), sources[i]});
  }
  return render(table) + "\n" + render(notes);
}

}  // namespace qianka
