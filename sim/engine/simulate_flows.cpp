// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/simulate_flows.hpp"

#include "sim/engine/child.hpp"
#include "sim/engine/raw_bytes.hpp"
#include "sim/engine/simgrid_setup.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/core.h>

namespace qianka {
namespace {

constexpr std::size_t most_single_flows = 1'000;
constexpr std::size_t most_flows = 25'000;
/// So many classes take about a second (two cores of 2026, docs/performance.md), twice as many
/// four.
constexpr double classes_of_a_second = 15'000;

/// Each of so many would end at a time of its own, and each end makes SimGrid solve for all that
/// are connected.
void refuse_too_many(std::size_t flows, std::size_t classes) {
  if (classes <= most_flows) return;
  const double times = static_cast<double>(classes) / classes_of_a_second;
  throw TooManyFlows(
      say("{} flows fall into {} classes that share links differently; more than {} are "
          "not simulated: it would take {:.0f} s or more. Exchange in rounds of one peer "
          "each, or spray the routes",
          flows, classes, most_flows, times * times));
}

/// When no two flows cross a link, each has its narrowest link to itself all the time: the number
/// that SimGrid finds, without a process to find it in. Nothing when some meet.
std::optional<std::vector<Seconds>> times_alone(const FlowSet& flows) {
  constexpr std::size_t nobody = ~std::size_t{0};
  std::vector<std::size_t> user(flows.capacity.size(), nobody);
  std::vector<Seconds> finish;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const auto route = flows.route(i);
    if (route.empty()) return std::nullopt;
    Bandwidth rate{std::numeric_limits<double>::infinity()};
    for (const std::uint32_t link : route) {
      if (user[link] != nobody && user[link] != i) return std::nullopt;
      user[link] = i;
      const auto times = static_cast<double>(std::ranges::count(route, link));
      rate = std::min(rate, flows.capacity[link] / times);
    }
    const Bytes size{static_cast<double>(in_units(flows.bytes[i])) / units_per_byte};
    finish.push_back(flows.start[i] + (flows.latency[i] + size / rate));
  }
  return finish;
}

std::vector<Seconds> times_together(const FlowSet& flows) {
  return from_bytes<Seconds>(run_in_child([&flows] { return to_bytes(run_flows(flows)); }));
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
  const auto known = reduce ? times_alone(set) : std::nullopt;
  const auto finish = known ? *known : times_together(set);
  FlowTimes times{.finish = finish, .classes = set.size()};
  if (reduce) {
    times.finish.resize(flows.size());
    for (std::size_t i = 0; i < flows.size(); ++i) times.finish[i] = finish[reduced.class_of[i]];
  }
  return times;
}

}  // namespace qianka
