// SPDX-License-Identifier: Apache-2.0
// YAML text to a Value, strictly: duplicate keys, anchors, aliases, tags, several documents, tabs
// as indentation and text that is not UTF-8 are errors. The only user of yaml-cpp.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/input/value.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qianka {

/// The document in `text`, which must be a map; `name` stands for the file in messages. What is
/// wrong is added to `problems`; nothing is returned when the rest would not make sense any more.
std::optional<Value> read_yaml(const std::string& text, const std::string& name,
                               std::vector<Diagnostic>& problems);

/// A whole document of one table, for files that name nothing of the catalogue. Throws InputError
/// with all that is wrong.
template <class S>
S read_document(const Table<S>& table, const std::string& text, const std::string& name) {
  std::vector<Diagnostic> problems;
  S document;
  if (const std::optional<Value> root = read_yaml(text, name, problems)) {
    Reader reader(nullptr);
    reader.file = name;
    document = table.read(*root, reader);
    problems.insert(problems.end(), reader.problems().begin(), reader.problems().end());
  }
  if (!problems.empty()) throw InputError(sorted(std::move(problems)));
  return document;
}

/// One value as written behind `--set path=`; every position in it is `name`, without line.
std::optional<Value> read_yaml_value(const std::string& text, const std::string& name,
                                     std::vector<Diagnostic>& problems);

/// The bytes of a file, or a diagnostic at `at` (its file's name when the line is 0) saying why
/// not.
std::string read_file(const std::filesystem::path& file, const SourcePos& at,
                      std::vector<Diagnostic>& problems);

/// In double quotes, with whatever must be escaped; bytes that are not UTF-8 become '?'.
std::string yaml_quoted(std::string_view words);

}  // namespace qianka
