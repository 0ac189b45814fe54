// SPDX-License-Identifier: Apache-2.0
#include "sim/study/compare.hpp"

#include "sim/describe.hpp"
#include "sim/simulate.hpp"
#include "sim/study/fault_cases.hpp"
#include "sim/weeks.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr double normal_95 = 1.96;
/// Where the order turns is a mean: so many seeds tell it within a few percent.
constexpr int break_even_seeds = 25;

bool has_faults(const Scenario& scenario) {
  const Faults& faults = scenario.faults;
  return !faults.classes.empty() || !faults.replay.empty() || faults.job_per_day > 0 ||
         !faults.fabric.events.empty();
}

/// The step alone: weeks are run under many seeds afterwards.
Scenario without_weeks(Scenario scenario) {
  scenario.job.train_for.reset(), scenario.job.tokens.reset(), scenario.job.steps.reset();
  scenario.checkpoint.automatic = false;
  return scenario;
}

double share_of_spares(const Scenario& s) {
  return static_cast<double>(s.cluster.nodes) / (s.cluster.nodes + s.cluster.spares);
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// ln(b / a), seed by seed: its mean and variance. A run that kept nothing tells no ratio.
struct LogRatio {
  double mean = 0, variance = 0;
};
LogRatio log_ratio(const std::vector<double>& b, const std::vector<double>& a) {
  if (a == b) return {};
  std::vector<double> logs;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (a[i] > 0 && b[i] > 0) logs.push_back(std::log(b[i] / a[i]));
  if (logs.size() < std::max<std::size_t>(1, std::min(a.size(), b.size()))) return {0, INFINITY};
  LogRatio ratio{mean(logs), 0};
  for (const double value : logs)
    ratio.variance += (value - ratio.mean) * (value - ratio.mean) /
                      std::max(1.0, static_cast<double>(logs.size()) - 1);
  return ratio;
}

/// One cluster file, one error: what is off on both sides alike cancels.
bool share_an_error(const Scenario& a, const Scenario& b) {
  return a.cluster.id == b.cluster.id && a.job.stack.id == b.job.stack.id &&
         a.cluster.node.accelerator.id == b.cluster.node.accelerator.id;
}

double error_variance(const SideResult& a, const SideResult& b) {
  if (share_an_error(a.scenario, b.scenario)) return 0;
  return a.error.sigma * a.error.sigma + b.error.sigma * b.error.sigma;
}

std::vector<int> default_sizes(const std::vector<SideResult>& sides) {
  int most = 0;
  for (const SideResult& side : sides)
    most = most == 0 ? side.summary.cards : std::min(most, side.summary.cards);
  std::vector<int> sizes{most};
  for (int cards : {8, 64, 256, 1024, 4096, 16384, 65536})
    if (cards < most) sizes.push_back(cards);
  std::ranges::sort(sizes);
  return sizes;
}

/// Both scalings of all sides at all sizes, simulated side by side.
void measure_sizes(ComparisonResult& result, const std::vector<Side>& sides, int workers) {
  struct Place {
    SizePoint* point;
    Scaling scaling;
  };
  std::vector<Place> places;
  std::vector<Scenario> scenarios;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    SideResult& side = result.sides[i];
    side.sizes.resize(result.sizes.size());
    for (std::size_t k = 0; k < result.sizes.size(); ++k) {
      SizePoint& point = side.sizes[k];
      point.cards = result.sizes[k];
      for (const Scaling scaling : {Scaling::weak, Scaling::strong}) {
        std::string& refusal = scaling == Scaling::weak ? point.weak_refusal : point.strong_refusal;
        try {
          scenarios.push_back(
              without_weeks(at_cards(sides[i], side.scenario, point.cards, scaling)));
          places.push_back({&point, scaling});
        } catch (const std::exception& problem) {
          refusal = problem.what();
        }
      }
    }
  }
  const std::vector<StepCost> costs = step_costs(scenarios, workers, false);
  for (std::size_t i = 0; i < costs.size(); ++i) {
    SizePoint& point = *places[i].point;
    const bool weak = places[i].scaling == Scaling::weak;
    (weak ? point.weak_refusal : point.strong_refusal) = costs[i].refusal;
    if (costs[i].refusal.empty())
      (weak ? point.weak : point.strong) = 1 / costs[i].card_seconds_per_token;
  }
}

/// Below its tensor x pipeline cards no side runs: nothing to print.
void drop_impossible_sizes(ComparisonResult& result) {
  for (std::size_t k = result.sizes.size(); k-- > 0;) {
    const auto runs = [&](const SideResult& s) { return s.sizes[k].weak || s.sizes[k].strong; };
    if (std::ranges::any_of(result.sides, runs)) continue;
    const auto at = static_cast<std::ptrdiff_t>(k);
    result.sizes.erase(result.sizes.begin() + at);
    for (SideResult& side : result.sides) side.sizes.erase(side.sizes.begin() + at);
  }
}

int common_size(const ComparisonResult& result) {
  for (std::size_t k = 0; k < result.sizes.size(); ++k)
    if (std::ranges::all_of(result.sides,
                            [&](const SideResult& s) { return s.sizes[k].weak.has_value(); }))
      return result.sizes[k];
  return 0;
}

/// Weeks of each side, with the faults of its own, and of those that nobody counted.
class Weeks {
 public:
  Weeks(const Scenario& scenario, int seeds)
      : scenario_(scenario), seeds_(seeds), weeks_(scenario) {}

  ReplicaFigures run(const Faults& faults) { return run(faults, seeds_); }
  /// The first so many seeds only.
  ReplicaFigures run(const Faults& faults, int seeds) {
    Scenario variant = scenario_;
    variant.faults = faults;
    return run_replicas([&](const Scenario& s) { return weeks_.run(s); }, variant,
                        std::min(seeds, seeds_));
  }

 private:
  const Scenario& scenario_;
  int seeds_;
  PreparedWeeks weeks_;
};

void assume_faults(SideResult& side, const SideResult& first, Weeks& weeks) {
  const double step = std::log(side.step_rate.value) + std::log(share_of_spares(side.scenario)) -
                      std::log(share_of_spares(first.scenario));
  const double variance = error_variance(side, first);
  const std::vector<NamedFaults> cases = assumed_faults(side.scenario, first.scenario);
  const auto order = [&](const ReplicaFigures& figures) {
    return step + log_ratio(figures.goodput, first.weeks->goodput).mean;
  };
  for (const NamedFaults& named : cases) {
    const ReplicaFigures figures = weeks.run(named.faults);
    const LogRatio ratio = log_ratio(figures.goodput, first.weeks->goodput);
    side.fault_cases.push_back({named.name, spread_of(figures.goodput),
                                ratio_interval(step + ratio.mean, ratio.variance + variance)});
  }
  // Rates only ever cost: the order turns once, if it does at all.
  const Faults& equal = cases.front().faults;
  double low = 1.0 / 64, high = 64;
  const auto ahead = [&](double factor) {
    return order(weeks.run(scaled(equal, factor), break_even_seeds)) > 0;
  };
  if (!ahead(low) || ahead(high)) return;
  while (high / low > 1.02) {
    const double middle = std::sqrt(low * high);
    (ahead(middle) ? low : high) = middle;
  }
  side.break_even_faults = std::sqrt(low * high);
}

void run_weeks(ComparisonResult& result) {
  for (SideResult& side : result.sides) {
    Weeks weeks(side.scenario, result.seeds);
    side.weeks = weeks.run(side.scenario.faults);
    side.kept = mean(side.weeks->goodput) * share_of_spares(side.scenario);
    const SideResult& first = result.sides.front();
    if (&side == &first) {
      if (!counted_failures(side.scenario.cluster.node.accelerator))
        result.remarks.push_back(side.name +
                                 ": nobody has published how often this card fails; the rates are "
                                 "those of the scenario");
      continue;
    }
    if (!counted_failures(side.scenario.cluster.node.accelerator) && has_faults(first.scenario))
      assume_faults(side, first, weeks);
  }
}

SideResult run_step(const Side& side, const ModelErrors& errors) {
  SideResult one;
  one.name = side.name;
  one.scenario = side.load();
  one.summary = simulate(without_weeks(one.scenario)).summary;
  one.error = errors.of(one.scenario.cluster.node.accelerator.id, one.scenario.job.stack.id,
                        one.summary.cards);
  return one;
}

void compare_steps(SideResult& side, const SideResult& first) {
  const double variance = error_variance(side, first);
  side.step_rate = ratio_interval(std::log(side.summary.step.tokens_per_second_per_card /
                                           first.summary.step.tokens_per_second_per_card),
                                  variance);
  for (std::size_t k = 0; k < side.sizes.size(); ++k) {
    const std::optional<double>&mine = side.sizes[k].weak, &theirs = first.sizes[k].weak;
    side.size_rates.push_back(mine && theirs ? ratio_interval(std::log(*mine / *theirs), variance)
                                             : std::optional<RatioInterval>{});
  }
}

void compare_weeks(SideResult& side, const SideResult& first) {
  side.rate = side.summary.step.tokens_per_second_per_card * side.kept;
  side.end_to_end = side.step_rate;
  if (!side.weeks) return;
  const LogRatio luck = log_ratio(side.weeks->goodput, first.weeks->goodput);
  const double spares = std::log(share_of_spares(side.scenario) / share_of_spares(first.scenario));
  side.end_to_end = ratio_interval(std::log(side.step_rate.value) + luck.mean + spares,
                                   error_variance(side, first) + luck.variance);
}

FleetStudy fleet_of_sides(const ComparisonResult& result, int workers) {
  std::vector<Scenario> scenarios;
  std::vector<double> alone;
  for (const SideResult& side : result.sides) {
    scenarios.push_back(without_weeks(side.scenario));
    alone.push_back(side.summary.step.tokens_per_second_per_card * side.summary.cards);
  }
  return fleet_of(scenarios, alone, workers);
}

}  // namespace

RatioInterval ratio_interval(double mean, double variance) {
  if (variance == 0) return {std::exp(mean), std::exp(mean), std::exp(mean)};
  const double margin = normal_95 * std::sqrt(variance);
  return {std::exp(mean), std::exp(mean - margin), std::exp(mean + margin)};
}

ComparisonResult compare_sides(const std::vector<Side>& sides, const ModelErrors& errors,
                               const CompareOptions& options) {
  ComparisonResult result;
  std::vector<Side> able;
  for (const Side& side : sides) {
    try {
      result.sides.push_back(run_step(side, errors));
      able.push_back(side);
    } catch (const Infeasible& problem) {
      const std::string why = fmt::format("{}: {}", side.name, problem.what());
      // Of three or more one may be unable; the first is what the others are held to.
      if (sides.size() < 3 || able.empty()) throw Infeasible(why);
      result.remarks.push_back("left out: " + why);
    }
  }
  if (able.size() < 2)
    throw Infeasible(fmt::format("only {} can run this job\n  {}", able.front().name,
                                 fmt::join(result.remarks, "\n  ")));
  const bool weeks = std::ranges::all_of(
      result.sides, [](const SideResult& side) { return runs_for_a_time(side.scenario); });
  result.sizes = options.sizes.empty() ? default_sizes(result.sides) : options.sizes;
  measure_sizes(result, able, options.workers);
  if (options.sizes.empty()) drop_impossible_sizes(result);
  result.common_size = common_size(result);
  const SideResult& first = result.sides.front();
  for (SideResult& side : result.sides) compare_steps(side, first);
  if (weeks) {
    result.seeds = options.seeds;
    run_weeks(result);
  }
  for (SideResult& side : result.sides) {
    compare_weeks(side, first);
    if (&side != &first)
      side.gap =
          gap_between(first.scenario, side.scenario, {first.kept, side.kept}, options.workers);
  }
  if (options.fleet) result.fleet = fleet_of_sides(result, options.workers);
  return result;
}

}  // namespace qianka
