// SPDX-License-Identifier: Apache-2.0
// The keys of a JSON value as docs/json.md writes them ("step.collectives[].name"), and those of
// the page itself.
#pragma once
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

namespace qianka {

/// Adds the path of every leaf; an empty array or object is a leaf.
inline void collect_keys(const nlohmann::ordered_json& json, const std::string& path,
                         std::set<std::string>& keys) {
  if (json.is_object() && !json.empty()) {
    for (const auto& [key, value] : json.items())
      collect_keys(value, path.empty() ? key : path + "." + key, keys);
  } else if (json.is_array() && !json.empty()) {
    for (const auto& value : json) collect_keys(value, path + "[]", keys);
  } else {
    keys.insert(path);
  }
}

/// The first column of the table below "## `qianka <command> --json`".
inline std::set<std::string> documented_keys(const std::string& command) {
  std::set<std::string> keys;
  std::ifstream page(QIANKA_SOURCE_DIR "/docs/json.md");
  const std::regex row(R"(^\| `([^`]+)` \|.*)");
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    std::smatch match;
    if (line.starts_with("## ")) inside = line == "## `qianka " + command + " --json`";
    if (inside && std::regex_match(line, match, row)) keys.insert(match[1]);
  }
  return keys;
}

}  // namespace qianka
