// SPDX-License-Identifier: Apache-2.0
#include "sim/study/explain.hpp"

#include "sim/describe.hpp"
#include "sim/engine/workers.hpp"
#include "sim/language/said.hpp"
#include "sim/simulate.hpp"
#include "sim/study/explain_parts.hpp"
#include "sim/study/replicas.hpp"
#include "sim/units/format.hpp"
#include "sim/weeks.hpp"
#include "sim/workload/memory.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::json;

constexpr double seconds_per_day = 86'400;

/// What one variant came to; crosses a pipe.
struct Outcome {
  Said refusal{}, remark{};
  double step = 0, tokens = 0;              // seconds; of a step
  std::vector<double> tokens_per_day{};     // by seed, of weeks
  double tensor_comm = 0, expert_comm = 0;  // when asked for details
};

std::string text_of(const Outcome& o) {
  return json{
      {"refusal", o.refusal.both()}, {"remark", o.remark.both()},  {"step", o.step},
      {"tokens", o.tokens},          {"by_day", o.tokens_per_day}, {"tensor_comm", o.tensor_comm},
      {"expert_comm", o.expert_comm}}
      .dump();
}

Outcome outcome_in(const std::string& text) {
  const json o = json::parse(text);
  const auto said_in = [&](const char* key) { return Said(o[key].get<Said::Both>()); };
  return {said_in("refusal"), said_in("remark"), o["step"],       o["tokens"],
          o["by_day"],        o["tensor_comm"],  o["expert_comm"]};
}

double tokens_of(const Scenario& scenario) {
  return static_cast<double>(scenario.job.global_batch) * scenario.job.sequence;
}

std::vector<double> by_day(const ReplicaFigures& weeks, const Scenario& scenario, Seconds step) {
  std::vector<double> rates = weeks.goodput;
  for (double& rate : rates) rate *= tokens_of(scenario) / step.value * seconds_per_day;
  return rates;
}

std::vector<double> weeks_of(PreparedWeeks& weeks, const Scenario& variant, int seeds) {
  return by_day(run_replicas([&](const Scenario& s) { return weeks.run(s); }, variant, seeds),
                variant, weeks.step().time);
}

/// Of what a limit that was lifted would need and has not.
Said memory_remark(const Scenario& variant, const Accelerator& card) {
  const MemorySummary memory = memory_of(variant.job, card);
  if (memory.fits) return {};
  return said([&] {
    return say("would need {} of {} on the fullest card", format_bytes(memory.per_card),
               format_bytes(memory.capacity));
  });
}

/// The first line, with "file: error: " left out.
std::string short_of(const std::string& problem) {
  const std::string line = problem.substr(0, problem.find('\n'));
  const std::string mark = tr("error: ");
  const std::size_t at = line.find(mark);
  return at == std::string::npos ? line : line.substr(at + mark.size());
}

/// The run, and everything that is asked of it. Variants are run in processes that begin as copies
/// of this one, so that what is known of the run is known to all.
class Explainer {
 public:
  Explainer(const Side& run, const ExplainOptions& options)
      : run_(run), options_(options), scenario_(run.load()) {
    if (runs_for_a_time(scenario_)) {
      weeks_.emplace(scenario_);
      base_rates_ = weeks_of(*weeks_, scenario_, options.seeds);
    }
    limits_ = limits_of(scenario_), steps_ = next_steps(scenario_);
  }

  Explanation explain() {
    Explanation result{.summary = run_itself(), .seeds = weeks_ ? options_.seeds : 0};
    base_ = result.summary.step.time;
    const StackSpec& stack = scenario_.job.stack;
    const bool hides = stack.tensor_overlap > 0 || stack.expert_overlap > 0;
    const std::vector<Outcome> all = outcomes(limits_.size() + steps_.size() + (hides ? 1 : 0));
    for (std::size_t i = 0; i < limits_.size(); ++i) {
      result.limits.push_back(row(limits_[i].what, all[i]));
      result.limits.back().how = limits_[i].how;
    }
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      result.steps.push_back(row(steps_[i].what, all[limits_.size() + i]));
      result.steps.back().sets = steps_[i].sets;
      result.steps.back().same_training = steps_[i].same_training;
    }
    std::optional<Breakdown> whole;
    if (hides && all.back().refusal.empty()) {
      whole = result.summary.step.breakdown;
      whole->tensor_comm = Seconds{all.back().tensor_comm};
      whole->expert_comm = Seconds{all.back().expert_comm};
    }
    result.parts = parts_of(scenario_, result.summary.step, whole);
    if (weeks_) result.tokens_per_day = spread_of(base_rates_);
    rank(result.limits), rank(result.steps);
    return result;
  }

 private:
  /// What `qianka run` finds.
  Summary run_itself() {
    if (!weeks_) return simulate(scenario_).summary;
    Summary summary = describe(scenario_);
    summary.memory = memory_of(scenario_.job, scenario_.cluster.node.accelerator);
    summary.step = weeks_->step();
    summary.campaign = weeks_->run(scenario_);
    return summary;
  }

  std::vector<Outcome> outcomes(std::size_t count) {
    if (options_.progress) options_.progress(counted(static_cast<std::int64_t>(count), "variant"));
    const auto texts =
        run_in_workers(count, options_.workers, [&](std::size_t i) { return text_of(outcome(i)); });
    std::vector<Outcome> all;
    for (const auto& text : texts)
      all.push_back(text ? outcome_in(*text) : Outcome{.refusal = said("the simulation died")});
    return all;
  }

  Outcome outcome(std::size_t i) {
    Outcome found;
    const Said refusal = refusal_of([&] { found = variant(i); });
    if (refusal.empty()) return found;
    return {.refusal = said([&] { return short_of(refusal); })};
  }

  Outcome variant(std::size_t i) {
    if (i < limits_.size()) return lifted(limits_[i]);
    i -= limits_.size();
    if (i < steps_.size()) return taken(steps_[i]);
    return exposed();
  }

  Outcome lifted(const Limit& limit) {
    Scenario variant = scenario_;
    limit.lift(variant);
    Outcome found = measure(variant, limit.switches, limit.of_weeks);
    found.remark = memory_remark(variant, scenario_.cluster.node.accelerator);
    return found;
  }

  Outcome taken(const NextStep& step) { return measure(run_.load(step.sets), {}, step.of_weeks); }

  Outcome exposed() const {
    Scenario variant = scenario_;
    expose_communication(variant);
    const Breakdown parts = simulate_step_of(variant, {}, true).breakdown;
    return {.tensor_comm = parts.tensor_comm.value, .expert_comm = parts.expert_comm.value};
  }

  Outcome measure(const Scenario& variant, const StepLifts& switches, bool of_weeks) {
    Outcome found{.tokens = tokens_of(variant)};
    if (!weeks_) {
      found.step = simulate_step_of(variant, switches, false).time.value;
    } else if (of_weeks) {
      found.step = weeks_->step().time.value;
      found.tokens_per_day = weeks_of(*weeks_, variant, options_.seeds);
    } else {
      PreparedWeeks weeks(variant, *weeks_, switches);
      found.step = weeks.step().time.value;
      found.tokens_per_day = weeks_of(weeks, variant, options_.seeds);
    }
    return found;
  }

  ExplainRow row(const Said& what, const Outcome& found) const {
    ExplainRow row{.what = what, .refusal = found.refusal, .remark = found.remark};
    if (!found.refusal.empty()) return row;
    row.step = Seconds{found.step * (tokens_of(scenario_) / found.tokens)};
    row.gain = base_ / row.step - 1;
    if (!weeks_) return row;
    std::vector<double> gains;
    for (std::size_t i = 0; i < base_rates_.size(); ++i)
      if (base_rates_[i] > 0) gains.push_back(found.tokens_per_day[i] / base_rates_[i] - 1);
    row.tokens_per_day = spread_of(found.tokens_per_day);
    if (gains.empty()) return row;  // nothing was kept under any seed
    row.gain_by_seed = spread_of(gains);
    row.gain = row.gain_by_seed->mean;
    return row;
  }

  static void rank(std::vector<ExplainRow>& rows) {
    std::ranges::stable_sort(rows, [](const ExplainRow& a, const ExplainRow& b) {
      if (a.refusal.empty() != b.refusal.empty()) return a.refusal.empty();
      return a.gain > b.gain;
    });
  }

  const Side& run_;
  const ExplainOptions& options_;
  Scenario scenario_;
  std::optional<PreparedWeeks> weeks_;
  std::vector<double> base_rates_;
  Seconds base_{0};
  std::vector<Limit> limits_;
  std::vector<NextStep> steps_;
};

}  // namespace

Explanation explain_run(const Side& run, const ExplainOptions& options) {
  if (options.progress) options.progress(tr("the run itself"));
  return Explainer(run, options).explain();
}

}  // namespace qianka
