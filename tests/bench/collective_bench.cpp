// SPDX-License-Identifier: Apache-2.0
// What the quotient is worth: all rings of a data-parallel all-reduce at once on a rail-optimised
// Clos, against the same flows given to SimGrid one by one.
#include "bench/meter.hpp"
#include "sim/engine/child.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/engine/raw_bytes.hpp"
#include "sim/engine/simulate_flows.hpp"
#include "support/synthetic_clos.hpp"

#include <cmath>

namespace qianka {
namespace {

constexpr double gigabyte = 1e9;

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
  Meter meter;
  for (auto unused : state) meter.run([&] { times = simulate_flows(flows); });
  meter.report(state, "flows_a_s", static_cast<double>(flows.size()));
  state.counters["classes"] = static_cast<double>(times.classes);
}

/// The same beside the flows one by one: what both cost, and how far apart the results are.
void rings_against_raw(benchmark::State& state) {
  const FlowSet flows = rings_of(state);
  std::vector<Seconds> raw;
  FlowTimes ours;
  double raw_cost = 1e30, our_cost = 1e30;
  for (auto unused : state) {
    raw_cost = std::min(raw_cost, cost_of([&] { raw = without_quotient(flows); }));
    our_cost = std::min(our_cost, cost_of([&] { ours = simulate_flows(flows); }));
  }
  double worst = 0;
  for (std::size_t i = 0; i < raw.size(); ++i)
    worst = std::max(worst, std::abs(ours.finish[i] / raw[i] - 1));
  state.counters["raw_s"] = raw_cost;
  state.counters["quotient_s"] = our_cost;
  state.counters["worst_error"] = worst;
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

}  // namespace
}  // namespace qianka
