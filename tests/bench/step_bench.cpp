// SPDX-License-Identifier: Apache-2.0
// A step folded and unfolded: one replica and one flow of each class against all of them; and what
// an operation of a program costs.
#include "bench/meter.hpp"
#include "sim/engine/execute.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate.hpp"
#include "sim/workload/layout.hpp"
#include "support/pipeline_program.hpp"

namespace qianka {
namespace {

/// The job of Llama 3 with fewer replicas: unfolded, 16,384 cards would take minutes.
void llama_step(benchmark::State& state, Folding folding) {
  const std::int64_t cards = state.range(0), data = cards / 128;
  const Scenario scenario = load_scenario(QIANKA_SOURCE_DIR "/scenarios/llama3-405b-54-days.yaml",
                                          {{"cluster.nodes", std::to_string(cards / 8)},
                                           {"job.parallel.data", std::to_string(data)},
                                           {"job.global_batch", std::to_string(16 * data)}});
  const Topology topology = build_topology(scenario.cluster);
  const Placement placement(scenario.job, topology.cards_per_node());
  Meter meter;
  for (auto unused : state)
    meter.run([&] { benchmark::DoNotOptimize(step_time(scenario, topology, placement, folding)); });
  meter.report(state);
}

/// Everything that a report says of one step of GPT-3 175B on 64 cards, but the text.
void published_step(benchmark::State& state) {
  const Scenario scenario =
      load_scenario(QIANKA_SOURCE_DIR "/scenarios/published/korthikanti-175b-full.yaml");
  Meter meter;
  for (auto unused : state)
    meter.run([&] { benchmark::DoNotOptimize(simulate(scenario).summary.step.time); });
  meter.report(state);
}

/// Arguments: micro-batches, chunks, replicas, whether both directions share a NIC.
void program_step(benchmark::State& state) {
  const auto argument = [&](int i) { return static_cast<std::uint32_t>(state.range(i)); };
  const Program program = pipeline_program({.stages = 16,
                                            .micro_batches = argument(0),
                                            .chunks = argument(1),
                                            .replicas = argument(2),
                                            .shared_nic = argument(3) != 0});
  Meter meter;
  for (auto unused : state) meter.run([&] { benchmark::DoNotOptimize(execute(program)); });
  meter.report(state, "operations_a_s", static_cast<double>(program.ops.size()));
}

BENCHMARK_CAPTURE(llama_step, folded, Folding::exact)
    ->Name("step/folded")
    ->Arg(2048)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(llama_step, unfolded, Folding::none)
    ->Name("step/unfolded")
    ->Arg(2048)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(published_step)->Name("step/published")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(program_step)
    ->Name("step/program")
    ->ArgNames({"micro_batches", "chunks", "replicas", "shared_nic"})
    ->Args({16, 1, 1, 1})
    ->Args({512, 1, 1, 1})
    ->Args({512, 8, 1, 0})
    ->Args({512, 8, 1, 1})
    ->Args({16, 1, 128, 1})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace qianka
