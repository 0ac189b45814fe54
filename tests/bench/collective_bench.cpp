// SPDX-License-Identifier: Apache-2.0
// What the quotient is worth: all rings of a data-parallel all-reduce at once on a rail-optimised
// Clos, against the same flows given to SimGrid one by one; and what an operation of a program
// costs. Ratios of one run on one machine, as counters; seconds alone mean little on a shared
// machine.
#include "sim/engine/child.hpp"
#include "sim/engine/execute.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/engine/raw_bytes.hpp"
#include "sim/engine/simulate_flows.hpp"
#include "support/pipeline_program.hpp"
#include "support/synthetic_clos.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

namespace qianka {
namespace {

constexpr double gigabyte = 1e9;

/// Processor time of this process and of the children it has waited for: on a shared machine the
/// only time that means something.
double processor_seconds() {
  double sum = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    for (const timeval& part : {usage.ru_utime, usage.ru_stime}) {
      sum += static_cast<double>(part.tv_sec) + 1e-6 * static_cast<double>(part.tv_usec);
    }
  }
  return sum;
}

double cost_of(const std::function<void()>& work) {
  const double start = processor_seconds();
  work();
  return processor_seconds() - start;
}

/// How one would ask SimGrid: a platform of all links, and a communication a flow.
std::vector<Seconds> without_quotient(const FlowSet& flows) {
  return from_bytes<Seconds>(
      run_in_child([&flows] { return to_bytes(run_flows_singly(flows, Solver::lazy_tap)); }));
}

/// Arguments: cards, stride of the rings in nodes.
FlowSet rings_of(const benchmark::State& state) {
  const SyntheticClos fabric({.nodes = static_cast<std::uint32_t>(state.range(0)) / 8});
  return fabric.rings(static_cast<std::uint32_t>(state.range(1)), gigabyte);
}

void rings(benchmark::State& state) {
  const FlowSet flows = rings_of(state);
  FlowTimes times;
  double cost = 0;
  for (auto unused : state) cost += cost_of([&] { times = simulate_flows(flows); });
  const double flow_runs =
      static_cast<double>(flows.size()) * static_cast<double>(state.iterations());
  state.counters["classes"] = static_cast<double>(times.classes);
  state.counters["ns_a_flow"] = 1e9 * cost / flow_runs;
}

/// The same beside the flows one by one: how many times cheaper, and how far apart the results are.
void rings_against_raw(benchmark::State& state) {
  const FlowSet flows = rings_of(state);
  std::vector<Seconds> raw;
  FlowTimes ours;
  double raw_cost = 0;
  double our_cost = 0;
  for (auto unused : state) {
    raw_cost += cost_of([&] { raw = without_quotient(flows); });
    our_cost += cost_of([&] { ours = simulate_flows(flows); });
  }
  double worst = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    worst = std::max(worst, std::abs(ours.finish[i] / raw[i] - 1));
  }
  const auto runs = static_cast<double>(state.iterations());
  state.counters["raw_ms"] = 1e3 * raw_cost / runs;
  state.counters["quotient_ms"] = 1e3 * our_cost / runs;
  state.counters["times_cheaper"] = raw_cost / our_cost;
  state.counters["worst_error"] = worst;
}

/// Arguments: micro-batches, chunks, replicas, whether both directions share a NIC.
void step(benchmark::State& state) {
  const auto argument = [&](int i) { return static_cast<std::uint32_t>(state.range(i)); };
  const Program program = pipeline_program({.stages = 16,
                                            .micro_batches = argument(0),
                                            .chunks = argument(1),
                                            .replicas = argument(2),
                                            .shared_nic = argument(3) != 0});
  double cost = 0;
  for (auto unused : state) {
    cost += cost_of([&] { benchmark::DoNotOptimize(execute(program)); });
  }
  const auto operations = static_cast<double>(program.ops.size());
  state.counters["operations"] = operations;
  state.counters["us_an_operation"] =
      1e6 * cost / (operations * static_cast<double>(state.iterations()));
}

BENCHMARK(rings)
    ->ArgNames({"cards", "stride"})
    ->Args({1'024, 16})
    ->Args({4'096, 16})
    ->Args({16'384, 1})
    ->Args({16'384, 16})
    ->Args({16'384, 128})
    ->Args({65'536, 16})
    ->Args({131'072, 16})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(rings_against_raw)
    ->ArgNames({"cards", "stride"})
    ->Args({1'024, 16})
    ->Args({4'096, 16})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(step)
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
