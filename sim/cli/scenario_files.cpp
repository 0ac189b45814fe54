// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/scenario_files.hpp"

#include "sim/cli/outcome.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/interchange/part_file.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/fabric_place.hpp"
#include "sim/topology/fabric_sizes.hpp"

#include <algorithm>
#include <optional>

namespace qianka {
namespace {

namespace fs = std::filesystem;

fs::path shipped_folder() { return data_directory() / "scenarios"; }

/// Folders below scenarios/ that hold parts of scenarios.
bool is_catalogue(const fs::path& id) {
  const std::string folder = id.begin()->string();
  return folder == "models" || folder == "stacks" || folder == "faults" || folder == "libraries" ||
         folder == "policies" || folder == "validation" || folder == "claims" || folder == "costs";
}

std::vector<std::string> shipped_ids() {
  std::vector<std::string> ids;
  for (const auto& entry : fs::recursive_directory_iterator(shipped_folder())) {
    fs::path id = entry.path().lexically_relative(shipped_folder());
    if (id.extension() == ".yaml" && !is_catalogue(id))
      ids.push_back(id.replace_extension().generic_string());
  }
  std::ranges::sort(ids);
  return ids;
}

/// As seen from here when it lies below, so that messages are short and the same on every machine.
fs::path shipped_file(const std::string& id) {
  const fs::path file = shipped_folder() / (id + ".yaml");
  const fs::path seen = file.lexically_proximate(fs::current_path());
  return *seen.begin() == ".." ? file : seen;
}

}  // namespace

void require_data() {
  if (fs::is_directory(shipped_folder()) && fs::is_directory(data_directory() / "topologies"))
    return;
  throw UsageError(say("no topologies/ and scenarios/ in '{}'", data_directory().string()),
                   tr("QIANKA_DATA names the folder that holds them"));
}

std::vector<ShippedScenario> shipped_scenarios() {
  std::vector<ShippedScenario> result;
  for (const std::string& id : shipped_ids()) {
    std::vector<Diagnostic> problems;  // `qianka check` tells them
    const std::string name = shipped_file(id).string();
    const std::optional<Value> value = read_yaml(read_file(name, {name}, problems), name, problems);
    const Entry* question = value ? value->find("question") : nullptr;
    result.push_back({id, question == nullptr ? "" : question->value.text});
  }
  return result;
}

fs::path scenario_file(const std::string& argument) {
  if (fs::exists(argument)) return argument;
  if (!argument.empty() && fs::exists(shipped_file(argument))) {
    return shipped_file(argument);
  }
  require_data();
  const std::string near =
      nearest(fs::path(argument).replace_extension().generic_string(), shipped_ids());
  throw UsageError(say("no file '{}', and no scenario of that name", argument),
                   near.empty() ? tr("'qianka list scenarios' lists those that come with qianka")
                                : say("did you mean '{}'?", near));
}

bool is_cluster_file(const std::string& argument) {
  if (!names_file(argument) || !fs::is_regular_file(argument)) return false;
  std::vector<Diagnostic> ignored;
  return part_kind(read_file(argument, {argument, 0, 0}, ignored), argument) == PartKind::cluster;
}

void with_fabric_of(const std::string& cluster, const std::function<void()>& build) {
  try {
    build();
  } catch (const FabricSizes& reason) {
    const auto at = place_of(catalogue_figures("cluster", cluster), "fabric");
    if (!at) throw;
    throw InfeasibleInput({{*at, reason.what(), ""}}, reason.unknown);
  }
}

std::vector<Override> parse_sets(const std::vector<std::string>& sets) {
  std::vector<Override> overrides;
  for (const std::string& set : sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UsageError(say("--set needs PATH=VALUE, got '{}'", set),
                       tr("for example --set job.parallel.tensor=4"));
    }
    overrides.push_back({set.substr(0, equals), set.substr(equals + 1)});
  }
  return overrides;
}

}  // namespace qianka
