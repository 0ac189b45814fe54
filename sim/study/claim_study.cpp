// SPDX-License-Identifier: Apache-2.0
#include "sim/study/claim_study.hpp"

#include "sim/study/claim_evaluation.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr int unknown_steps = 5;  // values tried of an input that nobody published
constexpr std::size_t no_input = static_cast<std::size_t>(-1);

/// Inputs with one of them moved; with none, or with all unknown ones at one end.
struct Point {
  std::size_t moved = no_input;
  double to = 0;
  bool of_unknown = false;
  InputValues inputs;
  RunKeys keys;
};

InputValues base_inputs(const Claim& claim) {
  InputValues values;
  for (const ClaimInput& input : claim.inputs)
    if (!input.missing()) values[input.name] = input.base();
  return values;
}

std::vector<double> values_tried(const ClaimInput& input) {
  if (!input.low) return {};
  if (!input.unknown()) return {*input.low, *input.high};
  std::vector<double> values;
  for (int i = 0; i < unknown_steps; ++i)
    values.push_back(*input.low + (*input.high - *input.low) * i / (unknown_steps - 1));
  return values;
}

/// The first is the base.
std::vector<Point> points_of(const Claim& claim) {
  std::vector<Point> points(1);
  points.front().inputs = base_inputs(claim);
  for (std::size_t i = 0; i < claim.inputs.size(); ++i) {
    const ClaimInput& input = claim.inputs[i];
    for (const double value : values_tried(input)) {
      Point point{i, value, input.unknown(), base_inputs(claim), {}};
      point.inputs[input.name] = value;
      points.push_back(std::move(point));
    }
  }
  if (std::ranges::count_if(claim.inputs, &ClaimInput::unknown) < 2) return points;
  for (const bool high : {false, true}) {
    Point corner{no_input, 0, true, base_inputs(claim), {}};
    for (const ClaimInput& input : claim.inputs)
      if (input.unknown() && !input.missing())
        corner.inputs[input.name] = high ? *input.high : *input.low;
    points.push_back(std::move(corner));
  }
  return points;
}

/// One claim on its way: first it asks for its runs, then it is judged.
class Judgement {
 public:
  Judgement(const Claim& claim, ClaimRuns& runs)
      : claim_(claim), runs_(runs), points_(points_of(claim)) {
    for (Point& point : points_)
      for (const ClaimRun& run : claim.runs)
        point.keys[run.name] = runs.ask(claim, run, point.inputs);
    ask_for_refusals();
  }

  ClaimResult judge() {
    ClaimEvaluation evaluation(claim_, runs_);
    for (const Point& point : points_)
      outcomes_.push_back(evaluation.outcome(point.inputs, point.keys));
    ClaimResult result;
    result.claim = &claim_;
    result.base = outcomes_.front();
    for (std::size_t i = 0; i < claim_.readings.size(); ++i)
      result.readings.push_back(reading(i, evaluation));
    std::vector<ClaimVerdict> verdicts;
    for (std::size_t i = 0; i < claim_.readings.size(); ++i)
      if (!claim_.readings[i].ours) verdicts.push_back(result.readings[i].verdict);
    result.verdict = verdict_together(claim_.together, verdicts);
    result.swings = swings();
    result.missing = missing();
    for (const auto& [run, key] : points_.front().keys)
      if (const std::string& digest = runs_.result(key).digest; !digest.empty())
        result.digests[run] = digest;
    return result;
  }

 private:
  /// What runs say without a number that nobody published, the others being there.
  void ask_for_refusals() {
    for (const ClaimInput& input : claim_.inputs) {
      if (!input.unknown()) continue;
      InputValues others = base_inputs(claim_);
      others.erase(input.name);
      for (const ClaimRun& run : claim_.runs) refusals_.push_back(runs_.ask(claim_, run, others));
    }
  }

  [[nodiscard]] std::vector<std::string> missing() const {
    std::vector<std::string> all;
    const auto add = [&](const std::string& what) {
      if (std::ranges::find(all, what) == all.end()) all.push_back(what);
    };
    for (const std::string& key : refusals_)
      if (runs_.result(key).unknown) add(runs_.result(key).refusal);
    for (const std::set<std::string>& reading : outcomes_.front().missing)
      for (const std::string& what : reading) add(what);
    return all;
  }

  /// True when no run changes with it.
  [[nodiscard]] bool is_arithmetic(std::size_t input) const {
    return std::ranges::all_of(points_, [&](const Point& point) {
      return point.moved != input || point.keys == points_.front().keys;
    });
  }

  ReadingResult reading(std::size_t index, ClaimEvaluation& evaluation) {
    ReadingResult result;
    result.base = outcomes_.front().readings[index];
    result.missing = outcomes_.front().missing[index];
    std::vector<ClaimTrial> trials;
    for (std::size_t i = 1; i < points_.size(); ++i)
      trials.push_back({outcomes_[i].readings[index], points_[i].of_unknown});
    result.verdict = verdict_of(result.base, trials);
    if (!result.base) return result;
    for (std::size_t i = 0; i < claim_.inputs.size(); ++i)
      if (!claim_.inputs[i].missing()) add_flips(result, index, i, evaluation);
    std::ranges::stable_sort(result.flips, {}, [&](const ClaimFlip& flip) {
      const double base = claim_.inputs[flip.input].base();
      return std::pair(!flip.in_range, std::abs(std::log(std::abs(flip.at / base))));
    });
    return result;
  }

  void add_flips(ReadingResult& result, std::size_t reading, std::size_t input,
                 ClaimEvaluation& evaluation) const {
    const double base = claim_.inputs[input].base();
    const auto truth = [&](double value) {
      InputValues inputs = points_.front().inputs;
      inputs[claim_.inputs[input].name] = value;
      return evaluation.outcome(inputs, points_.front().keys).readings[reading];
    };
    const bool arithmetic = is_arithmetic(input);
    for (const bool upwards : {false, true}) {
      const std::optional<double> end = nearest_other(*result.base, reading, input, upwards);
      if (end) {
        const double at = arithmetic ? turning_point(truth, base, *end) : *end;
        result.flips.push_back({input, at, upwards, true, arithmetic});
      } else if (arithmetic) {
        if (const auto at = turns_beyond(truth, base, upwards))
          result.flips.push_back({input, *at, upwards, false, true});
      }
    }
  }

  /// Of the values tried above or below the base, the nearest with the other truth.
  [[nodiscard]] std::optional<double> nearest_other(bool base, std::size_t reading,
                                                    std::size_t input, bool upwards) const {
    std::optional<double> nearest;
    const double from = claim_.inputs[input].base();
    for (std::size_t i = 1; i < points_.size(); ++i) {
      const Point& point = points_[i];
      const std::optional<bool> truth = outcomes_[i].readings[reading];
      if (point.moved != input || !truth || *truth == base || (point.to > from) != upwards)
        continue;
      if (!nearest || std::abs(point.to - from) < std::abs(*nearest - from)) nearest = point.to;
    }
    return nearest;
  }

  [[nodiscard]] std::optional<double> headline(const ClaimOutcome& outcome) const {
    const auto found = outcome.figures.find(claim_.headline);
    return found == outcome.figures.end() ? std::nullopt : found->second.value;
  }

  [[nodiscard]] std::vector<ClaimSwing> swings() const {
    std::vector<ClaimSwing> all;
    for (std::size_t input = 0; input < claim_.inputs.size(); ++input) {
      ClaimSwing swing{input, {}, {}};
      for (std::size_t i = 1; i < points_.size(); ++i) {
        if (points_[i].moved != input) continue;
        swing.at.push_back(points_[i].to);
        swing.headline.push_back(headline(outcomes_[i]));
      }
      const auto moves = [&](const auto& value) { return value != headline(outcomes_.front()); };
      if (std::ranges::any_of(swing.headline, moves)) all.push_back(std::move(swing));
    }
    std::ranges::stable_sort(all, std::greater{}, [](const ClaimSwing& swing) {
      const double first = swing.headline.front().value_or(0);
      return std::abs(swing.headline.back().value_or(0) - first);
    });
    return all;
  }

  const Claim& claim_;
  ClaimRuns& runs_;
  std::vector<Point> points_;
  std::vector<ClaimOutcome> outcomes_;
  std::vector<std::string> refusals_;  // keys of runs
};

}  // namespace

std::vector<ClaimResult> judge_claims(const std::vector<Claim>& claims, const Workers& workers) {
  ClaimRuns runs;
  std::vector<Judgement> judgements;
  judgements.reserve(claims.size());
  for (const Claim& claim : claims) judgements.emplace_back(claim, runs);
  runs.perform(workers);
  std::vector<ClaimResult> results;
  for (Judgement& judgement : judgements) results.push_back(judgement.judge());
  return results;
}

}  // namespace qianka
