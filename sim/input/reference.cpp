// SPDX-License-Identifier: Apache-2.0
#include "sim/input/reference.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using Json = nlohmann::ordered_json;
using Form = FieldInfo::Form;

void collect(const TableInfo& table, std::vector<const TableInfo*>& found) {
  if (std::ranges::find(found, &table) != found.end()) return;
  found.push_back(&table);
  for (const FieldInfo& field : table.fields) {
    if (field.table != nullptr) collect(*field.table, found);
  }
}

std::string anchor_of(const TableInfo& table) {
  std::string anchor = table.name;
  std::ranges::replace(anchor, ' ', '-');
  return anchor;
}

std::string link_to(const TableInfo& table) {
  return fmt::format("[{}](#{})", table.name, anchor_of(table));
}

std::string limits_text(const Range& range) {
  const bool bounded = std::isfinite(range.most) && range.most < 1e6;
  if (!std::isfinite(range.least)) return "";
  if (bounded) {
    return fmt::format(", {} {} to {}", range.inclusive ? "from" : "above", range.least,
                       range.most);
  }
  if (!range.inclusive) return fmt::format(", above {}", range.least);
  return range.least > 0 ? fmt::format(", from {}", range.least) : "";
}

std::string scalar_text(const ScalarInfo& scalar) {
  if (!scalar.choices.empty()) {
    std::string other;
    if (scalar.json == ScalarInfo::Json::list) other = ", or a list as";
    if (scalar.json == ScalarInfo::Json::map) other = ", or a map as";
    return fmt::format("{} `{}`{}", scalar.type, fmt::join(scalar.choices, "`, `"),
                       other.empty() ? "" : fmt::format("{} `{}`", other, scalar.example));
  }
  std::string text = scalar.type;
  if (scalar.numeric) text += limits_text(scalar.range);
  if (!scalar.example.empty()) text += fmt::format(", as `{}`", scalar.example);
  return text;
}

std::string default_of(const FieldInfo& field) {
  if (field.required) return "required";
  if (field.default_text.empty()) return "";
  return field.derived_default ? field.default_text : fmt::format("`{}`", field.default_text);
}

std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.replace(at, 1, "\\|");
  }
  return text;
}

/// The words of a choice, or a list or a map beside them.
Json choice_schema(const ScalarInfo& scalar) {
  Json words = {{"enum", scalar.choices}};
  if (scalar.json == ScalarInfo::Json::map)
    return {{"anyOf", Json::array({words, {{"type", "object"}}})}};
  if (scalar.json != ScalarInfo::Json::list) return words;
  return {{"anyOf", Json::array({words, {{"type", "array"}, {"items", {{"type", "integer"}}}}})}};
}

Json limited(Json schema, const Range& range) {
  if (std::isfinite(range.least))
    schema[range.inclusive ? "minimum" : "exclusiveMinimum"] = range.least;
  if (std::isfinite(range.most)) schema["maximum"] = range.most;
  return schema;
}

/// A number, a number with one of the units, or both.
Json number_schema(const ScalarInfo& scalar) {
  const bool bare = scalar.json == ScalarInfo::Json::number;
  Json forms =
      Json::array({bare ? limited({{"type", "number"}}, scalar.range) : Json{{"const", 0}}});
  if (!scalar.units.empty()) {
    const std::string pattern =
        fmt::format("^{}[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)? *({})$",
                    scalar.range.least < 0 ? "[-+]?" : "[+]?", fmt::join(scalar.units, "|"));
    forms.push_back({{"type", "string"}, {"pattern", pattern}, {"examples", {scalar.example}}});
  }
  return {{"anyOf", forms}};
}

Json plain_schema(const ScalarInfo& scalar) {
  Json whole = {{"type", "integer"}};
  if (std::isfinite(scalar.range.least)) whole["minimum"] = std::ceil(scalar.range.least);
  if (std::isfinite(scalar.range.most)) whole["maximum"] = std::floor(scalar.range.most);
  switch (scalar.json) {
    case ScalarInfo::Json::text:
      return scalar.numeric ? number_schema(scalar) : Json{{"type", "string"}};
    case ScalarInfo::Json::whole:
      return whole;
    case ScalarInfo::Json::number:
      return number_schema(scalar);
    case ScalarInfo::Json::boolean:
      return {{"type", "boolean"}};
    case ScalarInfo::Json::list:
      return {{"type", "array"}};
    case ScalarInfo::Json::map:
      return {{"type", "object"}};
  }
  return {};
}

Json scalar_schema(const FieldInfo& field) {
  Json schema =
      field.scalar.choices.empty() ? plain_schema(field.scalar) : choice_schema(field.scalar);
  if (field.table != nullptr) {
    const Json nested = {{"$ref", "#/definitions/" + anchor_of(*field.table)}};
    schema["anyOf"].push_back(nested);
    schema["anyOf"].push_back({{"type", "array"}, {"items", nested}});
  }
  if (!field.may_be_unknown) return schema;
  return {{"anyOf", Json::array({schema, {{"const", "unknown"}}})}};
}

Json field_schema(const FieldInfo& field) {
  const Json nested =
      field.table == nullptr ? Json() : Json{{"$ref", "#/definitions/" + anchor_of(*field.table)}};
  Json schema;
  switch (field.form) {
    case Form::scalar:
      schema = scalar_schema(field);
      break;
    case Form::section:
      schema["allOf"] = Json::array({nested});
      break;
    case Form::reference:
      schema["anyOf"] = Json::array({{{"type", "string"}}, nested});
      break;
    case Form::list:
      schema["type"] = "array";
      schema["items"] = nested;
      break;
    case Form::numbers:
      schema["type"] = "object";
      schema["additionalProperties"] = {{"type", "number"}};
      break;
  }
  schema["description"] = field.doc;
  if (!field.default_text.empty()) {
    schema["description"] = fmt::format("{} Default: {}.", field.doc, field.default_text);
  }
  return schema;
}

/// Tables that stand behind a name: any key may come from the catalogue file, so none is required.
void collect_named(const TableInfo& table, bool named, std::vector<const TableInfo*>& found) {
  if (named && std::ranges::find(found, &table) == found.end()) found.push_back(&table);
  for (const FieldInfo& field : table.fields) {
    if (field.table == nullptr || field.form == Form::list) continue;
    collect_named(*field.table, named || field.form == Form::reference, found);
  }
}

bool is_referred(const TableInfo& table, const std::vector<const TableInfo*>& all) {
  return std::ranges::any_of(all, [&](const TableInfo* other) {
    return std::ranges::any_of(other->fields, [&](const FieldInfo& field) {
      return field.table == &table && field.form == Form::reference;
    });
  });
}

Json table_schema(const TableInfo& table, bool named, bool referred) {
  Json schema;
  schema["type"] = "object";
  schema["description"] = table.doc;
  schema["additionalProperties"] = false;
  Json properties = Json::object();
  if (referred) {
    properties["use"] = {
        {"type", "string"},
        {"description",
         "A name from the catalogue or the path of a file; the other keys override what it has."}};
    properties["sources"] = {{"type", "object"},
                             {"description", "Key path or its beginning to citation."}};
  }
  Json required = Json::array();
  for (const FieldInfo& field : table.fields) {
    properties[field.key] = field_schema(field);
    if (field.required) required.push_back(field.key);
  }
  schema["properties"] = properties;
  if (!named && !required.empty()) schema["required"] = required;
  return schema;
}

Json schema_head(const std::string& title) {
  return {{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "qianka " + title}};
}

/// A whole file of the catalogue; its keys are due only when it does not build on another.
Json entry_schema(const TableInfo& table) {
  Json schema = table_schema(table, false, true);
  if (!schema.contains("required")) return schema;
  schema["if"] = {{"not", {{"required", {"use"}}}}};
  schema["then"] = {{"required", schema["required"]}};
  schema.erase("required");
  return schema;
}

}  // namespace

std::vector<const TableInfo*> tables_below(const TableInfo& root) {
  std::vector<const TableInfo*> found;
  collect(root, found);
  return found;
}

std::string type_text(const FieldInfo& field) {
  std::string text;
  switch (field.form) {
    case Form::scalar:
      text = scalar_text(field.scalar);
      if (field.table != nullptr) text += fmt::format(", or {}, or a list", link_to(*field.table));
      break;
    case Form::section:
      text = "map: " + link_to(*field.table);
      break;
    case Form::reference:
      text = "name or map: " + link_to(*field.table);
      break;
    case Form::list:
      text = "list of " + link_to(*field.table);
      break;
    case Form::numbers:
      text = "map of names to numbers";
      break;
  }
  return field.may_be_unknown ? text + ", or `unknown`" : text;
}

std::string reference_of(const TableInfo& root) {
  const std::vector<const TableInfo*> all = tables_below(root);
  std::string text;
  for (const TableInfo* table : all) {
    text += fmt::format("\n## {}\n\n{}", table->name, table->doc);
    if (is_referred(*table, all)) {
      text +=
          " May be a name from the catalogue, a map with `use: name` and what differs, or a whole "
          "map.";
    }
    text += "\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n";
    for (const FieldInfo& field : table->fields) {
      const std::string why =
          field.default_source.empty()
              ? ""
              : fmt::format(" Source of the default: {}.", field.default_source);
      text += fmt::format("| `{}` | {} | {} | {}{} |\n", field.key, cell(type_text(field)),
                          cell(default_of(field)), cell(field.doc), cell(why));
    }
  }
  return text;
}

std::string schema_of(const TableInfo& root) {
  const std::vector<const TableInfo*> all = tables_below(root);
  std::vector<const TableInfo*> named;
  collect_named(root, false, named);
  Json schema = schema_head(root.name);
  schema.update(table_schema(root, false, false));
  for (const TableInfo* table : all) {
    if (table == &root) continue;
    const bool is_named = std::ranges::find(named, table) != named.end();
    schema["definitions"][anchor_of(*table)] =
        table_schema(*table, is_named, is_referred(*table, all));
  }
  return schema.dump(2) + "\n";
}

std::string schema_of_entry(const std::vector<const TableInfo*>& kinds, const std::string& title) {
  Json schema = schema_head(title);
  if (kinds.size() == 1) {
    schema.update(entry_schema(*kinds.front()));
  } else {
    schema["type"] = "object";
    schema["required"] = {"kind"};
    for (const TableInfo* kind : kinds) schema["properties"]["kind"]["enum"].push_back(kind->name);
    for (const TableInfo* kind : kinds) {
      const Json is_it = {{"properties", {{"kind", {{"const", kind->name}}}}},
                          {"required", {"kind"}}};
      schema["allOf"].push_back(
          {{"if", is_it}, {"then", {{"$ref", "#/definitions/" + anchor_of(*kind)}}}});
      Json definition = entry_schema(*kind);
      definition["properties"]["kind"] = {{"const", kind->name}};
      schema["definitions"][anchor_of(*kind)] = definition;
    }
  }
  for (const TableInfo* kind : kinds) {
    const std::vector<const TableInfo*> all = tables_below(*kind);
    for (const TableInfo* table : all) {
      if (std::ranges::find(kinds, table) != kinds.end()) continue;
      schema["definitions"][anchor_of(*table)] =
          table_schema(*table, true, is_referred(*table, all));
    }
  }
  return schema.dump(2) + "\n";
}

}  // namespace qianka
