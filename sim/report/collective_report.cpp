// SPDX-License-Identifier: Apache-2.0
#include "sim/report/collective_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

std::string words(const CollectiveRow& row) {
  return row.protocol.empty() ? row.algorithm : fmt::format("{}, {}", row.algorithm, row.protocol);
}

std::string head(const CollectiveTable& table) {
  std::string text =
      say("{} on {}: {} on {}, {}", table.collective, table.cluster, counted(table.ranks, "rank"),
          counted(table.nodes, "node"), table.placement);
  if (table.groups > 1) text += say("; {} at once", counted(table.groups, "group"));
  return paragraph(text + say(". Library: {}.", table.library), 0);
}

/// Why, at the sizes where the algorithm changes.
std::string reasons(const CollectiveTable& table) {
  std::string text;
  const CollectiveRow* before = nullptr;
  for (const CollectiveRow& row : table.rows) {
    if (before == nullptr || words(*before) != words(row))
      text += paragraph(say("from {}: {}. {}", format_bytes(row.size), words(row), row.reason));
    before = &row;
  }
  return text.empty() ? "" : tr("\nWhy\n") + text;
}

}  // namespace

std::string collective_text(const CollectiveTable& table) {
  TextTable lines{.columns = {{tr("size"), Align::right},
                              {tr("time"), Align::right},
                              {tr("algbw"), Align::right},
                              {tr("busbw"), Align::right},
                              {tr("algorithm")},
                              {tr("limited by")}}};
  for (const CollectiveRow& row : table.rows)
    lines.rows.push_back({format_bytes(row.size), format_time(row.time),
                          format_bandwidth(row.algorithm_bandwidth),
                          format_bandwidth(row.bus_bandwidth), words(row), row.limit});
  std::string text = head(table) + "\n" + render(lines) + reasons(table);
  if (!table.cautions.empty()) text += tr("\nCautions\n");
  for (const std::string& caution : table.cautions) text += paragraph(caution);
  return text;
}

Json collective_json(const CollectiveTable& table) {
  Json rows = Json::array();
  for (const CollectiveRow& row : table.rows)
    rows.push_back({{"size_bytes", rounded(row.size.value)},
                    {"time_s", row.time.value},
                    {"algbw", row.algorithm_bandwidth.value},
                    {"busbw", row.bus_bandwidth.value},
                    {"algorithm", row.algorithm},
                    {"protocol", row.protocol},
                    {"limit", row.limit},
                    {"reason", row.reason}});
  return {{"collective", table.collective},
          {"cluster", table.cluster},
          {"library", table.library},
          {"placement", table.placement},
          {"ranks", table.ranks},
          {"nodes", table.nodes},
          {"groups", table.groups},
          {"flows", table.flows},
          {"classes", table.classes},
          {"cautions", table.cautions},
          {"rows", rows}};
}

}  // namespace qianka
