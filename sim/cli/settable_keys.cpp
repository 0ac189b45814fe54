// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/settable_keys.hpp"

#include "sim/cli/kinds.hpp"
#include "sim/scenario/scenario_format.hpp"

#include <algorithm>

namespace qianka {
namespace {

using Form = FieldInfo::Form;

/// What lists the names of such a thing; "" where only files have them.
std::string list_of(const TableInfo& table) {
  for (const Kind& kind : kinds()) {
    if (std::ranges::find(kind.catalogue, table.name) == kind.catalogue.end()) continue;
    return "@" + kind.many + (kind.catalogue.size() > 1 ? "/" + table.name : "");
  }
  return "";
}

/// A shell takes the words apart at spaces.
std::vector<std::string> plain(const std::vector<std::string>& words) {
  std::vector<std::string> some;
  std::ranges::copy_if(words, std::back_inserter(some), [](const std::string& word) {
    return !word.empty() && word.find_first_of(" '\"\\@$`") == std::string::npos;
  });
  return some;
}

void collect(const TableInfo& table, const std::string& path, std::vector<const TableInfo*>& above,
             std::vector<SettableKey>& all) {
  if (std::ranges::find(above, &table) != above.end()) return;
  above.push_back(&table);
  for (const FieldInfo& field : table.fields) {
    const std::string own = below(path, field.key);
    if (field.form == Form::scalar) {
      const bool truth = field.scalar.json == ScalarInfo::Json::boolean;
      all.push_back(
          {own, truth ? std::vector<std::string>{"true", "false"} : plain(field.scalar.choices)});
    } else if (field.form == Form::reference) {
      const std::string list = list_of(*field.table);
      all.push_back({own, list.empty() ? std::vector<std::string>{} : std::vector{list}});
    }
    if (field.form == Form::section || field.form == Form::reference)
      collect(*field.table, own, above, all);
  }
  above.pop_back();
}

}  // namespace

std::vector<SettableKey> settable_keys() {
  std::vector<const TableInfo*> above;
  std::vector<SettableKey> all;
  collect(scenario_table().info(), "", above, all);
  return all;
}

std::string settable_keys_text() {
  std::string text;
  for (const SettableKey& key : settable_keys()) {
    text += key.path;
    for (const std::string& word : key.words) text += " " + word;
    text += "\n";
  }
  return text;
}

}  // namespace qianka
