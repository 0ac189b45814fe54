// SPDX-License-Identifier: Apache-2.0
#include "sim/input/field_info.hpp"

#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

std::vector<std::string> keys_of(const TableInfo& table) {
  std::vector<std::string> keys;
  keys.reserve(table.fields.size());
  for (const FieldInfo& field : table.fields) keys.push_back(field.key);
  return keys;
}

/// The path of a table below `table` that has this very key; "" if none. Shallow ones first.
std::string home_of(const std::string& key, const TableInfo& table, const std::string& path,
                    int depth) {
  const auto has = [&](const TableInfo& t) {
    return std::ranges::find(t.fields, key, &FieldInfo::key) != t.fields.end();
  };
  if (!path.empty() && has(table)) return path;
  if (depth == 0) return "";
  for (const FieldInfo& field : table.fields) {
    if (field.table == nullptr || field.form == FieldInfo::Form::list) continue;
    std::string found = home_of(key, *field.table, below(path, field.key), depth - 1);
    if (!found.empty()) return found;
  }
  return "";
}

std::string unknown_key_hint(const std::string& key, const TableInfo& table, const Reader& reader) {
  if (key == "<<") return tr("'use:' takes what another thing has");
  const std::vector<std::string> keys = keys_of(table);
  std::string ascii = half_width(key);
  if (const std::size_t colon = ascii.find(':'); colon != std::string::npos) {
    ascii.insert(colon + 1, " ");
    return say("a space comes after the colon: '{}'", ascii);
  }
  if (ascii != key) return say("the key holds full-width characters: write '{}'", ascii);
  const std::string near = nearest(key, keys);
  if (!near.empty()) return say("did you mean '{}'?", near);
  for (int depth = 1; reader.root != nullptr && depth <= 4; ++depth) {
    const std::string home = home_of(key, *reader.root, "", depth);
    if (!home.empty()) return say("'{}' belongs in '{}'", key, home);
  }
  return suggestion(key, keys, tr("keys are"));
}

/// What a missing key would say: "global_batch: sequences of one step".
std::string missing_hint(const FieldInfo& field) {
  if (!field.scalar.choices.empty()) {
    return say("choices are {}", fmt::join(field.scalar.choices, ", "));
  }
  if (field.form == FieldInfo::Form::reference) {
    return say("{}: a name from the catalogue, or a map", field.key);
  }
  std::string doc = field.doc;
  if (doc.size() > 1 && doc[1] >= 'a' && doc[1] <= 'z' && doc[0] >= 'A' && doc[0] <= 'Z') {
    doc[0] = static_cast<char>(doc[0] - 'A' + 'a');
  }
  if (doc.ends_with('.')) doc.pop_back();
  return fmt::format("{}: {}", field.key, doc);
}

std::string place_of(const TableInfo& table, const Reader& reader) {
  return reader.path().empty() ? table.name : reader.path();
}

}  // namespace

bool check_keys(const TableInfo& table, const Value& map, Reader& reader) {
  const std::string place = place_of(table, reader);
  if (map.kind != Value::Kind::map) {
    reader.error(map.at, say("'{}' must be a map, but is {}", place, describe(map)),
                 say("its keys are {}", fmt::join(keys_of(table), ", ")));
    return false;
  }
  for (const Entry& entry : map.entries) {
    const auto known = std::ranges::find(table.fields, entry.key, &FieldInfo::key);
    if (known != table.fields.end()) continue;
    reader.error(entry.at, say("unknown key '{}' in {}", entry.key, place),
                 unknown_key_hint(entry.key, table, reader));
  }
  for (const FieldInfo& field : table.fields) {
    if (!field.required || map.find(field.key) != nullptr) continue;
    const SourcePos at = reader.path().empty() ? map.at : reader.position(reader.path());
    reader.error(at, say("{} needs '{}'", place, field.key), missing_hint(field));
  }
  return true;
}

bool reads_unknown(const Value& value, Reader& reader) {
  if (!is_plain(value) || value.text != "unknown") return false;
  reader.note(value, false);
  return true;
}

std::map<std::string, double> read_numbers(const Value& value, Reader& reader) {
  std::map<std::string, double> numbers;
  if (value.kind != Value::Kind::map) {
    reader.error(value.at, say("'{}' must be a map of names to numbers, but is {}", reader.path(),
                               describe(value)));
    return numbers;
  }
  const Scalar<double> plain = number(positive);
  for (const Entry& entry : value.entries) {
    reader.inside(entry.key, entry.at, [&] {
      if (const auto read = plain.read(entry.value, plain.info, reader)) numbers[entry.key] = *read;
    });
  }
  return numbers;
}

const std::vector<Value>& list_items(const Value& value, const std::string& what, Reader& reader) {
  if (value.kind != Value::Kind::list) {
    reader.error(value.at, say("'{}' must be a list, but is {}", what, describe(value)),
                 tr("each entry begins with '- '"));
  }
  return value.items;
}

FieldInfo scalar_field(std::string key, const ScalarInfo& scalar, std::string doc) {
  FieldInfo field;
  field.key = std::move(key);
  field.doc = std::move(doc);
  field.scalar = scalar;
  return field;
}

FieldInfo nested_field(std::string key, FieldInfo::Form form, const TableInfo& table,
                       std::string doc) {
  FieldInfo field = scalar_field(std::move(key), {}, std::move(doc));
  field.form = form;
  field.table = &table;
  return field;
}

Value empty_map(const Reader& reader) {
  Value empty;
  empty.kind = Value::Kind::map;
  empty.at = reader.position(reader.path());
  return empty;
}

bool has_required(const TableInfo& table) {
  return std::ranges::any_of(table.fields, &FieldInfo::required);
}

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

}  // namespace qianka
