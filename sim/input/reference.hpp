// SPDX-License-Identifier: Apache-2.0
// What the field tables say of themselves: the reference for people, the JSON Schema for editors.
#pragma once
#include "sim/input/field_info.hpp"

#include <string>
#include <vector>

namespace qianka {

/// The table and all below it, each once, in the order met.
std::vector<const TableInfo*> tables_below(const TableInfo& root);

/// Type of a field in words: "time, for example `10 min`", "one of `even`, `embedding-counts`".
std::string type_text(const FieldInfo& field);

/// Markdown: a section for each table, a row for each key.
std::string reference_of(const TableInfo& root);

/// JSON Schema, draft-07, indented by two, with a newline at its end.
std::string schema_of(const TableInfo& root);

/// The same for a file that is found by its name: it may `use` another, whose keys it need not
/// repeat, and names its sources. Of several tables, the key `kind` says which.
std::string schema_of_entry(const std::vector<const TableInfo*>& kinds, const std::string& title);

}  // namespace qianka
