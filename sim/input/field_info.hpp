// SPDX-License-Identifier: Apache-2.0
// What a field table (fields.hpp) knows about its keys, without the types behind them: enough for
// the hints, the reference and the schema.
#pragma once
#include "sim/input/reader.hpp"
#include "sim/input/scalars.hpp"

#include <map>
#include <string>
#include <vector>

namespace qianka {

/// What one key is, for the reference, the schema and the hints.
struct FieldInfo {
  enum class Form { scalar, section, reference, list, numbers };
  std::string key, doc;
  Form form = Form::scalar;
  ScalarInfo scalar;
  const TableInfo* table = nullptr;  // of a section, reference, list; what else a scalar may be
  bool required = false;
  bool may_be_unknown = false;
  std::string default_text;      // "" = none
  bool derived_default = false;  // the text says what it follows from
  std::string default_source;    // why the default is what it is
};

struct TableInfo {
  std::string name, doc;
  std::vector<FieldInfo> fields;
};

/// Values as texts by path. `exact`: every bit, for a digest; otherwise as one would write them.
struct Written {
  bool exact = true;
  std::map<std::string, std::string> values;
};

/// Reports what is not a map, unknown keys and missing ones; false when there is nothing to read.
bool check_keys(const TableInfo& table, const Value& map, Reader& reader);
/// True, and remembered as a figure, for a plain `unknown`.
bool reads_unknown(const Value& value, Reader& reader);
/// {"a": 1, "b": 2}: names of anything with a positive number each.
std::map<std::string, double> read_numbers(const Value& value, Reader& reader);
/// Reports what is not a list; the items otherwise.
const std::vector<Value>& list_items(const Value& value, const std::string& what, Reader& reader);
/// A field of one scalar, and one with a table of its own.
FieldInfo scalar_field(std::string key, const ScalarInfo& scalar, std::string doc);
FieldInfo nested_field(std::string key, FieldInfo::Form form, const TableInfo& table,
                       std::string doc);
/// A map without keys, where the reader is: stands for a section that was left out.
Value empty_map(const Reader& reader);
bool has_required(const TableInfo& table);
/// "path.key", or the key alone at the top.
std::string below(const std::string& path, const std::string& key);

}  // namespace qianka
