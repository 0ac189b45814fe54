// SPDX-License-Identifier: Apache-2.0
// Reading a scenario with everything of the catalogue that it names, against yaml-cpp alone on the
// same files: what places, sources, merging and checks cost.
#include "bench/meter.hpp"
#include "sim/scenario/catalogue.hpp"

#include <fstream>
#include <set>

#include <yaml-cpp/yaml.h>

namespace qianka {
namespace {

const char* const scenario_file = QIANKA_SOURCE_DIR "/scenarios/llama3-405b-54-days.yaml";

/// Those that a figure of the scenario comes from.
std::vector<std::string> files_of(const Scenario& scenario) {
  std::set<std::string> names;
  for (const SourcedValue& value : scenario.provenance)
    names.insert(value.where.substr(0, value.where.find(':')));
  std::vector<std::string> files;
  for (const std::string& name : names) {
    const auto path = data_directory() / name;  // an absolute name stays as it is
    if (std::filesystem::is_regular_file(path)) files.push_back(path);
  }
  return files;
}

void parse_scenario(benchmark::State& state) {
  Meter meter;
  for (auto unused : state)
    meter.run([] { benchmark::DoNotOptimize(load_scenario(scenario_file).seed); });
  meter.report(state, "scenarios_a_s", 1);
}

void parse_yaml_cpp(benchmark::State& state) {
  const std::vector<std::string> files = files_of(load_scenario(scenario_file));
  Meter meter;
  for (auto unused : state)
    meter.run([&] {
      for (const std::string& file : files) benchmark::DoNotOptimize(YAML::LoadFile(file).size());
    });
  meter.report(state);
  state.counters["files"] = static_cast<double>(files.size());
}

BENCHMARK(parse_scenario)->Name("parse/scenario")->Unit(benchmark::kMillisecond);
BENCHMARK(parse_yaml_cpp)->Name("parse/yaml_cpp")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qianka
