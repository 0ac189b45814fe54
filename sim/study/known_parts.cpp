// SPDX-License-Identifier: Apache-2.0
#include "sim/study/known_parts.hpp"

#include "sim/scenario/catalogue.hpp"

#include <cctype>

namespace qianka {
namespace {

/// "Qwen3_30B_a3B" and "qwen3-30b-a3b" are one; the mark keeps it apart from any exact name.
std::string simplified(const std::string& name) {
  std::string result = "~";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '.') result += static_cast<char>(std::tolower(byte));
  }
  return result;
}

/// "DeepSeekV3 (w/ MTP)" -> "DeepSeekV3"
std::string without_brackets(const std::string& name) { return name.substr(0, name.find('(')); }

}  // namespace

KnownParts::KnownParts() {
  for (const CatalogueEntry& entry : list_catalogue("model")) {
    std::vector<std::string> names = entry.aliases;
    names.insert(names.end(), {entry.id, entry.name});
    for (const std::string& name : names) {
      ids_.emplace(name, entry.id);
      ids_.emplace(simplified(name), entry.id);
    }
  }
}

std::string KnownParts::model_id(const std::string& name) const {
  for (const std::string& form : {name, simplified(name), simplified(without_brackets(name))}) {
    if (const auto found = ids_.find(form); found != ids_.end()) return found->second;
  }
  return "";
}

const ModelSpec& KnownParts::model(const std::string& id) {
  const auto known = models_.find(id);
  return known != models_.end() ? known->second : models_.emplace(id, load_model(id)).first->second;
}

const ClusterSpec& KnownParts::cluster(const std::string& id) {
  const auto known = clusters_.find(id);
  return known != clusters_.end() ? known->second
                                  : clusters_.emplace(id, load_cluster(id)).first->second;
}

}  // namespace qianka
