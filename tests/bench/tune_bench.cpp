// SPDX-License-Identifier: Apache-2.0
// Every layout of GPT-3 175B on 1,024 cards: checked, its memory found, its step bounded. Goal:
// 2,000 layouts a second.
#include "sim/study/tune.hpp"

#include <benchmark/benchmark.h>

namespace {

void bounds_of_all_layouts(benchmark::State& state) {
  const qianka::Scenario scenario =
      qianka::load_scenario(QIANKA_SOURCE_DIR "/scenarios/gpt3-175b-1024-a100.yaml");
  qianka::TuneOptions options;
  options.simulate = 0, options.top = 1;
  double layouts = 0;
  for (auto _ : state) layouts += static_cast<double>(tune(scenario, options).layouts);
  state.counters["layouts"] = benchmark::Counter(layouts, benchmark::Counter::kIsRate);
}

BENCHMARK(bounds_of_all_layouts)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
