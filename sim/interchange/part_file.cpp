// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/part_file.hpp"

#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/fault_list.hpp"
#include "sim/scenario/faults_format.hpp"
#include "sim/scenario/scenario_format.hpp"

#include <sstream>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Stands for the cluster that a job does not name yet.
constexpr const char* stand_in = "{node: {accelerator: {name: any}}}";

template <class T>
void read_part(const Table<T>& table, const Value& root, Reader& reader) {
  T ignored = table.defaults();
  if (const auto whole = reader.resolve(table.info().name, root))
    table.read_into(whole->map, ignored, reader);
}

void read_scenario(Value root, Reader& reader) {
  if (root.find("cluster") == nullptr) {
    if (auto any = read_yaml_value(stand_in, reader.file, reader.problems()))
      root.entries.push_back({"cluster", root.at, std::move(*any)});
  }
  reader.root = &scenario_table().info();
  ScenarioText ignored = scenario_table().defaults();
  scenario_table().read_into(root, ignored, reader);
}

/// Its header is the first line that is no comment.
bool is_fault_list(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    return line.find("time_s") != std::string::npos && line.find(',') != std::string::npos;
  }
  return false;
}

}  // namespace

std::optional<PartKind> part_kind(const std::string& yaml, const std::string& name) {
  if (is_fault_list(yaml)) return PartKind::faults;
  std::vector<Diagnostic> ignored;
  const std::optional<Value> root = read_yaml(yaml, name, ignored);
  const auto has = [&](const char* key) { return root->find(key) != nullptr; };
  if (!root || has("cluster")) return std::nullopt;
  if (has("job")) return PartKind::scenario;
  for (const char* key : {"node", "fabric", "storage_nodes", "front_end", "installed"})
    if (has(key)) return PartKind::cluster;
  if (has("classes")) return PartKind::fault_set;
  return has("layers") && has("hidden") ? std::optional(PartKind::model) : std::nullopt;
}

std::vector<Diagnostic> part_problems(const std::string& yaml, const std::string& name,
                                      PartKind kind) {
  std::vector<Diagnostic> problems;
  if (kind == PartKind::faults) {
    read_fault_list(yaml, name, problems);
    return problems;
  }
  const std::optional<Value> root = read_yaml(yaml, name, problems);
  if (!root) return problems;
  Reader reader(catalogue_loader());
  reader.file = name;
  if (kind == PartKind::cluster) read_part(cluster_table(), *root, reader);
  if (kind == PartKind::model) read_part(model_table(), *root, reader);
  if (kind == PartKind::fault_set) read_part(faults_table(), *root, reader);
  if (kind == PartKind::scenario) read_scenario(*root, reader);
  problems.insert(problems.end(), reader.problems().begin(), reader.problems().end());
  return problems;
}

std::string part_use(PartKind kind, std::string_view file) {
  if (kind == PartKind::cluster)
    return say("a cluster; a scenario names it by 'cluster: {}'", file);
  if (kind == PartKind::fault_set)
    return say("a set of faults; a scenario names it by 'faults: {}'", file);
  if (kind == PartKind::faults)
    return say("faults; a scenario replays them by 'faults: {{replay: {}}}'", file);
  if (kind == PartKind::model) return say("a model; a job names it by 'model: {}'", file);
  return say("a job; 'qianka run {} --set cluster=NAME' says where it runs", file);
}

}  // namespace qianka
