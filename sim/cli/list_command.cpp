// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/kinds.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/report/json.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/catalogue.hpp"

namespace qianka {
namespace {

struct Listed {
  std::string id, kind, name;
};

std::vector<Listed> entries_of(const Kind& kind) {
  std::vector<Listed> result;
  for (const std::string& catalogue : kind.catalogue) {
    for (const CatalogueEntry& entry : list_catalogue(catalogue)) {
      result.push_back({entry.id, entry.kind, entry.name});
    }
  }
  if (kind.catalogue.empty()) {
    for (const ShippedScenario& scenario : shipped_scenarios()) {
      result.push_back({scenario.id, "scenario", tr("question", scenario.question.c_str())});
    }
  }
  return result;
}

Json json_of(const std::vector<Listed>& entries) {
  Json result = Json::array();
  for (const Listed& entry : entries) {
    result.push_back({{"id", entry.id}, {"kind", entry.kind}, {"name", entry.name}});
  }
  return result;
}

/// Parts are of several kinds: these get a column.
std::string text_of(const Kind& kind, const std::vector<Listed>& entries) {
  const bool several = kind.catalogue.size() > 1;
  TextTable table{.columns = {{""}, {""}}};
  if (several) table.columns.push_back({""});
  for (const Listed& entry : entries) {
    table.rows.push_back(several ? std::vector{entry.id, entry.kind, entry.name}
                                 : std::vector{entry.id, entry.name});
  }
  return kind.many + "\n" + render(table);
}

}  // namespace

int list_command(const ListOptions& options) {
  require_data();
  Json json = Json::object();
  std::string text;
  const Kind* const chosen = options.kind.empty() ? nullptr : &kind_named(options.kind, true);
  for (const Kind& kind : kinds()) {
    if (chosen != nullptr && chosen->many != kind.many) continue;
    const std::vector<Listed> entries = entries_of(kind);
    json[kind.many] = json_of(entries);
    text += (text.empty() ? "" : "\n") + text_of(kind, entries);
  }
  print_report(options.json ? json_text(json) : text);
  return exit_ok;
}

}  // namespace qianka
