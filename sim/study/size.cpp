// SPDX-License-Identifier: Apache-2.0
#include "sim/study/size.hpp"

#include "sim/describe.hpp"
#include "sim/language/said.hpp"
#include "sim/simulate.hpp"
#include "sim/study/layout_overrides.hpp"
#include "sim/study/replicas.hpp"
#include "sim/units/format.hpp"
#include "sim/weeks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr int simulated_layouts = 8;  // of each size, those with the least bounds
constexpr int most_nodes_unless_told = 16'384;
constexpr Seconds sample_of_weeks{30 * 86'400.0};
constexpr double seconds_per_hour = 3600;

bool meets(const SizeRow& row, const SizeGoal& goal) {
  if (!row.refusal.empty()) return false;
  if (goal.tokens && goal.within && row.time.value > goal.within->value) return false;
  if (goal.budget && row.money > *goal.budget) return false;
  return !goal.power || (row.power && row.power->value <= goal.power->value);
}

/// More nodes will not meet it either.
bool beyond_power(const SizeRow& row, const SizeGoal& goal) {
  return goal.power && row.power && *row.power > *goal.power;
}

class Sizes {
 public:
  Sizes(const Scenario& scenario, const SizeGoal& goal, const CostModel& costs,
        const SizeOptions& options)
      : scenario_(scenario),
        goal_(goal),
        costs_(costs),
        options_(options),
        weeks_(runs_for_a_time(scenario)) {}

  /// Each size is looked at once.
  const SizeRow& at(int nodes) {
    const auto known = rows_.find(nodes);
    if (known != rows_.end()) return known->second;
    if (options_.progress) options_.progress(counted(nodes, "node"));
    SizeRow row;
    const Said refusal = refusal_of<Infeasible>([&] { row = look_at(nodes); });
    row.refusal = first_line(refusal);
    row.nodes = nodes, row.cards = nodes * scenario_.cluster.node.cards;
    row.meets = meets(row, goal_);
    return rows_.emplace(nodes, std::move(row)).first->second;
  }

  SizeStudy study() const {
    SizeStudy study;
    study.weeks = weeks_, study.unknown_costs = unknown_;
    for (const auto& [nodes, row] : rows_) {
      const bool better =
          !study.chosen || (!goal_.within && row.time < study.rows[*study.chosen].time);
      if (row.meets && better) study.chosen = study.rows.size();
      study.rows.push_back(row);
    }
    return study;
  }

 private:
  Scenario sized(int nodes) const {
    Scenario s = scenario_;
    const double spares = static_cast<double>(scenario_.cluster.spares) / scenario_.cluster.nodes;
    s.cluster.nodes = nodes;
    s.cluster.spares = static_cast<int>(std::ceil(spares * nodes));
    s.cluster.installed.reset();
    s.faults.fabric = {};
    s.job.tokens.reset(), s.job.steps.reset(), s.job.train_for.reset();
    return s;
  }

  Scenario best_of(Scenario sized) const {
    LayoutChoices choices = choices_like(scenario_);
    if (options_.as_written) {
      const Parallel& p = scenario_.job.parallel;
      choices.tensor = {p.tensor}, choices.pipeline = {p.pipeline}, choices.expert = {p.expert};
      choices.micro_batch = {p.micro_batch}, choices.interleave = {p.interleave};
      choices.recompute = {p.recompute}, choices.sharding = {p.sharding};
    }
    // What stands for the scenario's own layout is not to be simulated at every size.
    sized.job.parallel.data = sized.cluster.nodes * sized.cluster.node.cards;
    return laid_out(sized, choices, simulated_layouts, options_.workers);
  }

  void weigh_weeks(const Scenario& best, SizeRow& row) const {
    Scenario s = best;
    s.job.train_for = goal_.within.value_or(sample_of_weeks);
    PreparedWeeks prepared(s);
    const ReplicaFigures figures = run_replicas(
        [&](const Scenario& variant) { return prepared.run(variant); }, s, options_.seeds);
    const SeedSpread spread = spread_of(figures.goodput);
    row.goodput = spread.mean, row.goodput_low = spread.p5;
  }

  SizeRow look_at(int nodes) {
    const Scenario best = best_of(sized(nodes));
    Scenario step_alone = best;
    step_alone.checkpoint.automatic = false;
    const StepSummary step = simulate(step_alone).summary.step;
    SizeRow row;
    row.spares = best.cluster.spares;
    row.layout = best.job.parallel, row.step = step.time, row.mfu = step.mfu;
    if (weeks_) weigh_weeks(best, row);
    const int job_cards = nodes * best.cluster.node.cards;
    const double rate = step.tokens_per_second_per_card * job_cards;
    const auto needs = [&](double goodput) {
      return Seconds{goodput > 0 ? goal_.tokens.value_or(0) / (rate * goodput)
                                 : std::numeric_limits<double>::infinity()};
    };
    row.time = needs(row.goodput), row.time_high = needs(row.goodput_low);
    if (goal_.within) row.tokens_by_then = rate * row.goodput * goal_.within->value;
    weigh_costs(best, step, row);
    return row;
  }

  void weigh_costs(const Scenario& best, const StepSummary& step, SizeRow& row) {
    const CardHour hour = card_hour(costs_, best, step, row.goodput);
    unknown_ = hour.unknown;
    const int all = best.cluster.nodes + best.cluster.spares;
    const Seconds lasts = goal_.tokens ? row.time : goal_.within.value_or(Seconds{0});
    row.money = hour.total * all * best.cluster.node.cards * lasts.value / seconds_per_hour;
    if (const auto rated = rated_power(costs_, best.cluster.node.accelerator))
      row.power = *rated * (all * best.cluster.node.cards);
  }

  const Scenario& scenario_;
  const SizeGoal& goal_;
  const CostModel& costs_;
  const SizeOptions& options_;
  bool weeks_;
  std::map<int, SizeRow> rows_;
  std::vector<Said> unknown_;
};

/// 1, 2, 3, 4, 6, 8, 12, 16, …: what layouts divide into.
int next_size(int nodes) {
  int power = 1;
  while (power * 2 <= nodes) power *= 2;
  if (nodes == power) return power == 1 ? 2 : power / 2 * 3;
  return power * 2;
}

/// Four to seven sizes between the two, evenly.
std::vector<int> between(int low, int high) {
  int stride = 1;
  while ((high - low) / (stride * 2) >= 4) stride *= 2;
  std::vector<int> sizes;
  for (int nodes = (low / stride + 1) * stride; nodes < high; nodes += stride)
    sizes.push_back(nodes);
  return sizes;
}

}  // namespace

namespace {

/// From few nodes to many until the goal is met, then between the last that failed and that one.
void search_by_time(Sizes& sizes, const SizeGoal& goal, int most) {
  int failed = 0;
  for (int nodes = 1; nodes <= most;) {
    const SizeRow& row = sizes.at(nodes);
    if (row.meets) {
      for (const int smaller : between(failed, nodes))
        if (sizes.at(smaller).meets) break;
      return;
    }
    failed = nodes;
    if (beyond_power(row, goal)) return;
    // Far from the goal some sizes are passed over. Memory that more cards bring may make a card
    // faster, hardly twice.
    int next = next_size(nodes);
    if (row.refusal.empty() && std::isfinite(row.time.value))
      while (next_size(next) <= nodes * (row.time.value / goal.within->value) / 2)
        next = next_size(next);
    nodes = next;
  }
}

/// Without a time: all sizes, until the power is used up or more nodes have only cost more.
void search_by_caps(Sizes& sizes, const SizeGoal& goal, int most) {
  int dearer = 0;
  double money = 0;
  for (int nodes = 1; nodes <= most && dearer < 4; nodes = next_size(nodes)) {
    const SizeRow& row = sizes.at(nodes);
    if (!row.refusal.empty()) continue;
    if (beyond_power(row, goal)) return;
    const bool too_dear = goal.budget && row.money > *goal.budget && row.money >= money;
    dearer = too_dear ? dearer + 1 : 0;
    money = row.money;
  }
}

}  // namespace

SizeStudy size_for(const Scenario& scenario, const SizeGoal& goal, const CostModel& costs,
                   const SizeOptions& options) {
  Sizes sizes(scenario, goal, costs, options);
  const int most = options.most_nodes > 0
                       ? options.most_nodes
                       : scenario.cluster.installed.value_or(most_nodes_unless_told);
  if (goal.within) {
    search_by_time(sizes, goal, most);
  } else {
    search_by_caps(sizes, goal, most);
  }
  return sizes.study();
}

SizeStudy sizes_of(const Scenario& scenario, const SizeGoal& goal, const CostModel& costs,
                   const SizeOptions& options, const std::vector<int>& nodes) {
  Sizes sizes(scenario, goal, costs, options);
  for (const int count : nodes) sizes.at(count);
  return sizes.study();
}

}  // namespace qianka
