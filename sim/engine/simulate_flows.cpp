// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/simulate_flows.hpp"

#include "sim/engine/child.hpp"
#include "sim/engine/raw_bytes.hpp"
#include "sim/units/require.hpp"

#include <fmt/core.h>

namespace qianka {
namespace {

constexpr std::size_t most_single_flows = 1'000;
constexpr std::size_t most_flows = 20'000;

/// Each of so many would end at a time of its own, and each end makes SimGrid solve for all that
/// are connected.
void refuse_too_many(std::size_t flows, std::size_t classes) {
  if (classes <= most_flows) return;
  throw RunFailed(
      fmt::format("{} flows fall into {} classes that share links differently; more than {} are "
                  "not simulated. Exchange in rounds of "
                  "one peer each, or spray the routes",
                  flows, classes, most_flows));
}

}  // namespace

std::vector<Seconds> run_flows(const FlowSet& flows, Solver solver) {
  return flows.size() > most_single_flows ? run_flows_in_groups(flows, solver)
                                          : run_flows_singly(flows, solver);
}

std::vector<Seconds> run_flows_singly(const FlowSet& flows, Solver solver) {
  Engine engine(flows.capacity, solver);
  std::vector<Seconds> finish(flows.size());
  const auto start = [&](std::size_t i) {
    engine.start_flow(flows.route(i), flows.bytes[i], flows.latency[i],
                      [&engine, &finish, i] { finish[i] = engine.now(); });
  };
  for (std::size_t i = 0; i < flows.size(); ++i) {
    if (flows.start[i].value > 0) {
      engine.at(flows.start[i], [&start, i] { start(i); });
    } else {
      start(i);
    }
  }
  engine.run();
  return finish;
}

FlowTimes simulate_flows(const FlowSet& flows, Aggregate aggregate) {
  if (flows.size() == 0) return {};
  const bool reduce = aggregate == Aggregate::yes;
  const Quotient reduced = reduce ? quotient(flows) : Quotient{};
  const FlowSet& set = reduce ? reduced.classes : flows;
  refuse_too_many(flows.size(), set.size());
  const auto finish =
      from_bytes<Seconds>(run_in_child([&set] { return to_bytes(run_flows(set)); }));
  FlowTimes times{.finish = finish, .classes = set.size()};
  if (reduce) {
    times.finish.resize(flows.size());
    for (std::size_t i = 0; i < flows.size(); ++i) times.finish[i] = finish[reduced.class_of[i]];
  }
  return times;
}

}  // namespace qianka
