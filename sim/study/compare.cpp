// SPDX-License-Identifier: Apache-2.0
#include "sim/study/compare.hpp"

#include "sim/describe.hpp"
#include "sim/language/said.hpp"
#include "sim/simulate.hpp"
#include "sim/study/compare_weeks.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// The step alone: weeks are run under many seeds afterwards.
Scenario without_weeks(Scenario scenario) {
  scenario.job.train_for.reset(), scenario.job.tokens.reset(), scenario.job.steps.reset();
  scenario.checkpoint.automatic = false;
  return scenario;
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

/// Fills result.sides; the sides themselves that can run.
std::vector<Side> run_steps(const std::vector<Side>& sides, const ModelErrors& errors,
                            ComparisonResult& result) {
  std::vector<Side> able;
  for (const Side& side : sides) {
    const Said refusal =
        refusal_of<Infeasible>([&] { result.sides.push_back(run_step(side, errors)); });
    if (refusal.empty())
      able.push_back(side);
    else
      result.remarks.push_back(
          said([&] { return say("left out: {}: {}", side.name, refusal.text()); }));
  }
  if (able.size() < 2) throw Infeasible(fmt::format("{}", fmt::join(result.remarks, "\n")));
  return able;
}

std::vector<int> default_sizes(const std::vector<SideResult>& sides) {
  int most = 0;
  for (const SideResult& side : sides)
    most = most == 0 ? side.summary.cards : std::min(most, side.summary.cards);
  std::vector<int> sizes{most};
  for (int cards : {8, 64, 256, 1024, 4096, 16384, 65536})
    if (cards < most) sizes.push_back(cards);
  return sizes;
}

/// Both scalings of all sides at all sizes, simulated side by side.
void measure_sizes(ComparisonResult& result, const std::vector<Side>& sides, int workers) {
  struct Place {
    std::optional<double>* rate;
    Said* refusal;
  };
  std::vector<Place> places;
  std::vector<Scenario> scenarios;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    SideResult& side = result.sides[i];
    for (const int cards : result.sizes) side.sizes.push_back({.cards = cards});
    for (SizePoint& point : side.sizes) {
      for (const Scaling scaling : {Scaling::weak, Scaling::strong}) {
        const Place place = scaling == Scaling::weak ? Place{&point.weak, &point.weak_refusal}
                                                     : Place{&point.strong, &point.strong_refusal};
        *place.refusal = first_line(refusal_of([&] {
          scenarios.push_back(
              without_weeks(at_cards(sides[i], side.scenario, point.cards, scaling)));
        }));
        if (place.refusal->empty()) places.push_back(place);
      }
    }
  }
  const std::vector<StepCost> costs = step_costs(scenarios, workers, false);
  for (std::size_t i = 0; i < costs.size(); ++i) {
    *places[i].refusal = first_line(costs[i].refusal);
    if (costs[i].refusal.empty()) *places[i].rate = 1 / costs[i].card_seconds_per_token;
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

void compare_steps(SideResult& side, const SideResult& first, const ModelErrors& errors) {
  side.step_rate = ratio_interval(
      side.summary.step.tokens_per_second_per_card / first.summary.step.tokens_per_second_per_card,
      {}, error_variance(side, first));
  const bool one_error = share_an_error(side.scenario, first.scenario);
  const auto variance_at = [&](const SideResult& one, int cards) {
    const double sigma =
        errors.of(one.scenario.cluster.node.accelerator.id, one.scenario.job.stack.id, cards).sigma;
    return sigma * sigma;
  };
  for (std::size_t k = 0; k < side.sizes.size(); ++k) {
    SizePoint& point = side.sizes[k];
    const std::optional<double>& theirs = first.sizes[k].weak;
    if (!point.weak || !theirs) continue;
    const double variance =
        one_error ? 0 : variance_at(first, point.cards) + variance_at(side, point.cards);
    point.ratio = ratio_interval(*point.weak / *theirs, {}, variance);
  }
}

/// What is no mistake, and yet makes two sides two things.
void remark_differences(ComparisonResult& result) {
  const Scenario& a = result.sides.front().scenario;
  for (const SideResult& side : result.sides) {
    const Scenario& b = side.scenario;
    const auto differs = [&](const char* what) {
      result.remarks.push_back(said([&] {
        return say("{} and {} differ in {}", result.sides.front().name, side.name, tr(what));
      }));
    };
    if (a.job.sequence != b.job.sequence) differs(marked("the length of sequences"));
    if (a.job.global_batch != b.job.global_batch) differs(marked("the batch"));
    if (a.job.precision != b.job.precision) differs(marked("the precision"));
    if (runs_for_a_time(a) != runs_for_a_time(b))
      differs(marked("that only one of them trains for a time: no weeks are compared (--days N)"));
    else if (a.job.train_for != b.job.train_for)
      differs(marked("how long they train"));
    if (b.cluster.node.package)
      result.remarks.push_back(said([&] {
        return say("{}: what counts as a card is one rank, and {} of them are one package",
                   side.name, b.cluster.node.package->cards);
      }));
  }
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

std::string side_letter(std::size_t i) {
  constexpr std::size_t letters = 26;
  const std::string last(1, static_cast<char>('A' + i % letters));
  return i < letters ? last : side_letter(i / letters - 1) + last;
}

ComparisonResult compare_sides(const std::vector<Side>& sides, const ModelErrors& errors,
                               const CompareOptions& options) {
  const auto tell = [&](const char* what) {
    if (options.progress) options.progress(what);
  };
  ComparisonResult result;
  tell(tr("steps"));
  const std::vector<Side> able = run_steps(sides, errors, result);
  result.sizes = options.sizes.empty() ? default_sizes(result.sides) : options.sizes;
  std::ranges::sort(result.sizes);
  const auto [repeated, end] = std::ranges::unique(result.sizes);
  result.sizes.erase(repeated, end);
  tell(tr("numbers of cards"));
  measure_sizes(result, able, options.workers);
  if (options.sizes.empty()) drop_impossible_sizes(result);
  result.common_size = common_size(result);
  remark_differences(result);
  const SideResult& first = result.sides.front();
  for (SideResult& side : result.sides) compare_steps(side, first, errors);
  tell(tr("weeks"));
  if (std::ranges::all_of(result.sides,
                          [](const SideResult& s) { return runs_for_a_time(s.scenario); }))
    run_weeks(result, options.seeds);
  tell(tr("where the difference comes from"));
  for (SideResult& side : result.sides) {
    compare_weeks(side, first);
    if (&side == &first) continue;
    // Card-hours for tokens that were never kept are without end: then of the step alone.
    const bool kept = first.kept > 0 && side.kept > 0;
    side.gap = gap_between(first.scenario, side.scenario,
                           kept ? Kept{first.kept, side.kept} : Kept{}, options.workers);
  }
  if (options.fleet) {
    tell(tr("the fleet"));
    result.fleet = fleet_of_sides(result, options.workers);
  }
  return result;
}

}  // namespace qianka
