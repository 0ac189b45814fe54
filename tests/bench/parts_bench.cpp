// SPDX-License-Identifier: Apache-2.0
// Where the time of a run goes: the parts of simulate() one after the other, each with its
// children, for one job on more and more cards.
#include "bench/meter.hpp"
#include "bench/whole_processes.hpp"
#include "sim/campaign/campaign_child.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/weeks.hpp"
#include "sim/workload/layout.hpp"
#include "support/pages.hpp"

#include <map>
#include <optional>

namespace qianka {
namespace {

/// The scenario that a command of whole_processes.hpp runs.
Scenario scenario_of(const Command& command) {
  const std::vector<std::string> words = shell_words(command.line);
  std::vector<Override> sets;
  for (std::size_t i = 3; i + 1 < words.size(); ++i) {
    const std::size_t equals = words[i + 1].find('=');
    if (words[i] == "--set")
      sets.push_back({words[i + 1].substr(0, equals), words[i + 1].substr(equals + 1)});
  }
  return load_scenario(words[2], sets);
}

/// Processor time of each part of one run, by its counter.
std::map<std::string, double> costs_of_a_run(const Command& command) {
  std::map<std::string, double> costs;
  std::optional<Scenario> scenario;
  costs["reading_s"] = cost_of([&] { scenario = scenario_of(command); });
  FabricStates fabric(*scenario);
  std::optional<Topology> topology;
  costs["fabric_s"] = cost_of([&] { topology = fabric_in(*scenario, 0); });
  StepSummary step;
  costs["step_s"] = cost_of([&] {
    step =
        simulate_step(*scenario, *topology, Placement(scenario->job, topology->cards_per_node()));
  });
  CampaignInput input;
  costs["saving_s"] = cost_of([&] { input = campaign_input(*scenario, *topology, step, fabric); });
  double& degraded = costs["degraded_s"];
  input.step_time = [&degraded, find = std::move(input.step_time)](const ClusterState& state) {
    Seconds time;
    degraded += cost_of([&] { time = find(state); });
    return time;
  };
  const double weeks = cost_of([&] { simulate_campaign(input); });
  costs["weeks_s"] = weeks - degraded;
  return costs;
}

void parts_of_a_run(benchmark::State& state) {
  const Command command = ladder_of(static_cast<int>(state.range(0)));
  std::map<std::string, double> costs;
  for (auto unused : state) costs = costs_of_a_run(command);
  double sum = 0;
  for (const auto& [part, cost] : costs) state.counters[part] = cost, sum += cost;
  state.counters["sum_s"] = sum;
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  for (const int cards : parts_at) benchmark->Arg(cards);
}

BENCHMARK(parts_of_a_run)
    ->Name("parts")
    ->Apply(sizes)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qianka
