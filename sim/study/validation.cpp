// SPDX-License-Identifier: Apache-2.0
#include "sim/study/validation.hpp"

#include "sim/language/language.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::array<std::pair<RowStatus, const char*>, 6> status_names{
    {{RowStatus::predicted, "predicted"},
     {RowStatus::does_not_fit, "does-not-fit"},
     {RowStatus::not_comparable, "not-comparable"},
     {RowStatus::not_expressible, "not-expressible"},
     {RowStatus::infeasible, "infeasible"},
     {RowStatus::failed, "failed"}}};

/// Larger is slower, as printed; of all other units larger is faster.
bool is_time(const std::string& unit) {
  constexpr std::array<std::string_view, 3> times{"iteration_time_s", "iteration_time_ms",
                                                  "k_gpu_hours_per_trillion_tokens"};
  return std::ranges::find(times, unit) != times.end();
}

/// One choice of a row that ran, against the measurement.
struct Compared {
  std::size_t choice = 0;
  double seconds = 0, measured = 0;
  std::string how;

  [[nodiscard]] double ratio() const { return seconds / measured; }
};

RowStatus status_of(StepOutcome::End end) {
  switch (end) {
    case StepOutcome::End::not_expressible:
      return RowStatus::not_expressible;
    case StepOutcome::End::infeasible:
    case StepOutcome::End::too_large:
      return RowStatus::infeasible;
    default:
      return RowStatus::failed;
  }
}

std::string too_large(const StepOutcome& outcome) {
  return say("needs {} a card of {}", format_bytes(Bytes{outcome.memory}),
             format_bytes(Bytes{outcome.capacity}));
}

/// Of one row: all its choices' outcomes to a result.
class Judge {
 public:
  Judge(RowResult& result, const Rules& rules, const std::vector<StepOutcome>& outcomes)
      : result_(result), rules_(rules), outcomes_(outcomes) {}

  void run() {
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      if (outcomes_[i].end == StepOutcome::End::ran) compare(i);
    }
    if (!compared_.empty()) {
      summarise();
    } else if (not_comparable_.empty()) {
      refuse();
    } else {
      result_.status = RowStatus::not_comparable, result_.reason = not_comparable_;
    }
  }

 private:
  void compare(std::size_t i) {
    const MeasuredStep measured = measured_step(result_.row, rules_, outcomes_[i].facts);
    if (measured.seconds > 0)
      compared_.push_back({i, outcomes_[i].seconds, measured.seconds, measured.how});
    else
      not_comparable_ = measured.reason;
  }

  /// Why none ran: what is missing counts more than what does not fit.
  void refuse() {
    const StepOutcome* worst = &outcomes_.front();
    for (const StepOutcome& outcome : outcomes_)
      if (worst->end == StepOutcome::End::too_large) worst = &outcome;
    result_.status = status_of(worst->end);
    result_.reason = worst->end == StepOutcome::End::too_large ? too_large(*worst) : worst->reason;
  }

  [[nodiscard]] double in_unit(double ratio) const {
    return is_time(result_.row.unit()) ? result_.row.value() * ratio : result_.row.value() / ratio;
  }

  [[nodiscard]] const RowChoice& choice(const Compared& one) const {
    return result_.plan.choices[one.choice];
  }

  /// The fastest choice with the same version of the software.
  [[nodiscard]] double best_like(const Compared& one) const {
    double best = one.ratio();
    for (const Compared& other : compared_)
      if (choice(other).version == choice(one).version) best = std::min(best, other.ratio());
    return best;
  }

  /// Over all versions, and over the choices that are near the best of their version.
  void set_range() {
    double fast = compared_.front().ratio();
    double slow = 0;
    for (const Compared& one : compared_) {
      fast = std::min(fast, one.ratio());
      if (one.ratio() <= rules_.near_best * best_like(one)) slow = std::max(slow, one.ratio());
    }
    fast *= 1 - result_.plan.spread, slow *= 1 + result_.plan.spread;
    result_.width = slow / fast;
    result_.covered = fast <= 1 && slow >= 1;
    std::tie(result_.low, result_.high) = std::minmax({in_unit(fast), in_unit(slow)});
  }

  void summarise() {
    const auto by_ratio = [](const Compared& a, const Compared& b) {
      return a.ratio() < b.ratio();
    };
    const auto by_distance = [](const Compared& a, const Compared& b) {
      return std::abs(std::log(a.ratio())) < std::abs(std::log(b.ratio()));
    };
    std::vector<Compared> usual;
    std::ranges::copy_if(compared_, std::back_inserter(usual),
                         [&](const Compared& one) { return choice(one).usual; });
    const Compared& fastest =
        *std::ranges::min_element(usual.empty() ? compared_ : usual, by_ratio);
    const Compared& nearest = *std::ranges::min_element(compared_, by_distance);
    result_.choice = fastest.choice, result_.best_choice = nearest.choice;
    result_.how = fastest.how;
    result_.measured_seconds = fastest.measured, result_.predicted_seconds = fastest.seconds;
    result_.error = fastest.ratio() - 1, result_.best_error = nearest.ratio() - 1;
    result_.predicted = in_unit(fastest.ratio());
    result_.tried.clear();
    for (const Compared& one : compared_)
      result_.tried.push_back({one.choice, in_unit(one.ratio()), one.ratio(), one.measured});
    set_range();
    const StepOutcome& outcome = outcomes_[fastest.choice];
    result_.sequences = outcome.facts.sequences;
    result_.memory = outcome.memory, result_.capacity = outcome.capacity;
    result_.status = outcome.fits ? RowStatus::predicted : RowStatus::does_not_fit;
    if (!outcome.fits) result_.reason = too_large(outcome);
  }

  RowResult& result_;
  const Rules& rules_;
  const std::vector<StepOutcome>& outcomes_;
  std::vector<Compared> compared_;
  std::string not_comparable_;
};

StepRun run_of(const RowResult& result, std::size_t choice, bool even_if_too_large, bool details) {
  const RowChoice& chosen = result.plan.choices[choice];
  return {result.row.id(), chosen.text, chosen.overrides, even_if_too_large, details};
}

using Outcomes = std::vector<std::vector<StepOutcome>>;  // by row and choice

/// The memory of every choice, where there are several; a single one is simulated in any case.
Outcomes look_at_choices(const std::vector<RowResult>& results, const Workers& workers) {
  std::vector<StepRun> runs;
  std::vector<StepOutcome*> places;
  Outcomes by_row(results.size());
  for (std::size_t row = 0; row < results.size(); ++row) {
    const std::size_t choices = results[row].plan.choices.size();
    by_row[row].resize(choices);
    if (choices == 1) by_row[row].front().end = StepOutcome::End::fits;
    for (std::size_t i = 0; i < choices && choices > 1; ++i) {
      runs.push_back(run_of(results[row], i, false, false));
      runs.back().memory_only = true;
      places.push_back(&by_row[row][i]);
    }
  }
  const std::vector<StepOutcome> looked = run_steps(runs, workers);
  for (std::size_t i = 0; i < looked.size(); ++i) *places[i] = looked[i];
  return by_row;
}

/// Of the choices that fit, those worth a simulation: of several that differ in nothing but keys
/// taken `least` the first.
std::vector<std::size_t> worth_running(const RowPlan& plan,
                                       const std::vector<StepOutcome>& outcomes) {
  std::vector<std::size_t> worth;
  for (std::size_t i = 0; i < plan.choices.size(); ++i) {
    const bool beaten = std::ranges::any_of(worth, [&](std::size_t known) {
      return plan.choices[known].but_least == plan.choices[i].but_least;
    });
    if (outcomes[i].end == StepOutcome::End::fits && !beaten) worth.push_back(i);
  }
  return worth;
}

Outcomes run_choices(const std::vector<RowResult>& results, const Workers& workers) {
  Outcomes outcomes = look_at_choices(results, workers);
  std::vector<StepRun> runs;
  std::vector<StepOutcome*> places;
  for (std::size_t row = 0; row < results.size(); ++row) {
    for (const std::size_t i : worth_running(results[row].plan, outcomes[row])) {
      runs.push_back(run_of(results[row], i, true, false));
      places.push_back(&outcomes[row][i]);
    }
  }
  const std::vector<StepOutcome> ran = run_steps(runs, workers);
  for (std::size_t i = 0; i < ran.size(); ++i) *places[i] = ran[i];
  return outcomes;
}

/// Where no choice fits, the one that needs the least memory is simulated all the same.
void run_least_memory(const std::vector<RowResult>& results, Outcomes& outcomes,
                      const Workers& workers) {
  std::vector<StepRun> runs;
  std::vector<StepOutcome*> places;
  for (std::size_t row = 0; row < results.size(); ++row) {
    const auto large = [](const StepOutcome& o) { return o.end == StepOutcome::End::too_large; };
    if (outcomes[row].empty() || !std::ranges::all_of(outcomes[row], large)) continue;
    const auto least = std::ranges::min_element(outcomes[row], {}, &StepOutcome::memory);
    const auto choice = static_cast<std::size_t>(least - outcomes[row].begin());
    runs.push_back(run_of(results[row], choice, true, false));
    places.push_back(&*least);
  }
  const std::vector<StepOutcome> again = run_steps(runs, workers);
  for (std::size_t i = 0; i < again.size(); ++i) *places[i] = again[i];
}

void judge(std::vector<RowResult>& results, const Rules& rules, const Outcomes& outcomes) {
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (outcomes[i].empty()) {
      results[i].status = RowStatus::not_expressible;
      results[i].reason = results[i].plan.reason;
    } else {
      Judge(results[i], rules, outcomes[i]).run();
    }
  }
}

/// Geometric mean of measured / predicted over grade A.
double factor_of(const std::vector<RowResult>& results) {
  double sum = 0;
  int n = 0;
  for (const RowResult& result : results) {
    if (!result.compared() || result.row.grade() != "A") continue;
    sum -= std::log1p(result.error), ++n;
  }
  return n == 0 ? 1 : std::exp(sum / n);
}

}  // namespace

const char* name_of(RowStatus status) {
  for (const auto& [known, name] : status_names)
    if (known == status) return name;
  return "?";
}

std::vector<RowResult> validate_rows(const std::vector<Measurement>& rows, const Rules& rules,
                                     const Workers& workers, const WhatIf& what_if) {
  KnownParts parts;
  std::vector<RowResult> results;
  for (const Measurement& row : rows) {
    results.emplace_back();
    results.back().row = row;
    results.back().plan = plan_row(row, rules, parts);
    if (!what_if.overrides) continue;
    RowPlan& plan = results.back().plan;
    for (RowChoice& choice : plan.choices)
      choice.overrides = what_if.overrides(choice, parts.cluster(plan.cluster).node.accelerator.id);
  }
  Outcomes outcomes = run_choices(results, workers);
  run_least_memory(results, outcomes, workers);
  judge(results, rules, outcomes);
  if (what_if.one_factor) {
    const double factor = factor_of(results);
    for (auto& row : outcomes)
      for (StepOutcome& outcome : row) outcome.seconds *= factor;
    judge(results, rules, outcomes);
  }
  return results;
}

void add_breakdowns(std::vector<RowResult*> results, const Workers& workers) {
  std::erase_if(results, [](const RowResult* result) { return !result->compared(); });
  std::vector<StepRun> runs;
  for (const RowResult* result : results)
    runs.push_back(run_of(*result, result->choice, true, true));
  const std::vector<StepOutcome> outcomes = run_steps(runs, workers);
  for (std::size_t i = 0; i < results.size(); ++i) results[i]->breakdown = outcomes[i].breakdown;
}

}  // namespace qianka
