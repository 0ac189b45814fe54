// SPDX-License-Identifier: Apache-2.0
// Every layout of GPT-3 175B on 1,024 cards: checked, its memory found, its step bounded; and what
// simulating the step of one costs.
#include "bench/meter.hpp"
#include "sim/study/tune.hpp"

namespace qianka {
namespace {

void layouts(benchmark::State& state) {
  const Scenario scenario = load_scenario(QIANKA_SOURCE_DIR "/scenarios/gpt3-175b-1024-a100.yaml");
  TuneStudy bounds, simulated;
  Meter bounding, simulating;
  for (auto unused : state) {
    bounding.run([&] { bounds = tune(scenario, {.top = 1, .simulate = 0}); });
    simulating.run([&] { simulated = tune(scenario, {.top = 20, .simulate = 20}); });
  }
  bounding.report(state, "layouts_a_s", static_cast<double>(bounds.layouts));
  const double bound = bounding.least() / static_cast<double>(bounds.layouts);
  state.counters["bound_s"] = bound;
  state.counters["simulated_s"] =
      (simulating.least() - bounding.least()) / static_cast<double>(simulated.simulated);
}

BENCHMARK(layouts)->Name("tune/layouts")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace qianka
