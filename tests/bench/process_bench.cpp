// SPDX-License-Identifier: Apache-2.0
// Whole processes: the release binary as a user starts it, its wall clock, its processor time and
// its peak memory, as the kernel counts them.
#include "bench/process_bench.hpp"

#include "bench/meter.hpp"
#include "bench/whole_processes.hpp"

namespace qianka {
namespace {

void whole_process(benchmark::State& state, Launcher& launcher, const Command& command) {
  Spent least{.wall = 1e30, .processor = 1e30, .peak = 1e30};
  for (auto unused : state) {
    const Spent spent = launcher.run(command.line);
    if (!spent.well) {
      state.SkipWithError(("did not end well: " + command.line).c_str());
      return;
    }
    state.SetIterationTime(spent.wall);
    least.wall = std::min(least.wall, spent.wall);
    least.processor = std::min(least.processor, spent.processor);
    least.peak = std::min(least.peak, spent.peak);
  }
  state.counters[std::string(wall)] = least.wall;
  state.counters[std::string(processor)] = least.processor;
  state.counters[std::string(peak)] = least.peak;
  if (command.pieces > 0) {
    state.counters["s_a_piece"] = least.processor / command.pieces;
    state.counters["pieces_a_s"] = command.pieces / least.processor;
  }
}

}  // namespace

void register_processes(Launcher& launcher) {
  for (const Command& command : commands())
    benchmark::RegisterBenchmark(
        command.name.c_str(),
        [&launcher, command](benchmark::State& state) { whole_process(state, launcher, command); })
        ->Iterations(command.runs)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

}  // namespace qianka
