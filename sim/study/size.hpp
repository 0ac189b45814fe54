// SPDX-License-Identifier: Apache-2.0
// How large a cluster must be: the least number of nodes that finishes a job in a time, for a sum
// of money or below a power, each with the best layout that was found for it; and what a cluster of
// a size finishes by then.
#pragma once
#include "sim/language/said.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/study/costs.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// What is asked for; what is left out does not limit.
struct SizeGoal {
  std::optional<double> tokens;  // none: how many are finished by `within`
  std::optional<Seconds> within;
  std::optional<double> budget;  // in the cost model's currency, of the known items
  std::optional<Power> power;    // rated, of all nodes, the hall included
};

struct SizeOptions {
  int most_nodes = 0;  // 0: what the cluster file says is installed, else 16,384
  int seeds = 20;
  int workers = 1;
  bool as_written = false;  // keep the scenario's layout, data parallel takes the rest
  std::function<void(const std::string&)> progress{};
};

struct SizeRow {
  int nodes = 0, spares = 0, cards = 0;
  Parallel layout;
  Seconds step{0};
  double mfu = 0;
  double goodput = 1, goodput_low = 1;  // mean, and what 95 % of the seeds reach
  Seconds time{0}, time_high{0};        // for the tokens; infinite when goodput is 0
  double tokens_by_then = 0;            // when a time is given
  double money = 0;                     // of known items
  std::optional<Power> power;           // nothing: unknown
  bool meets = false;
  Said refusal;  // no layout fits, …: nothing else is known
};

struct SizeStudy {
  std::vector<SizeRow> rows;  // that were tried, fewest nodes first
  // Of those that meet the goal: with a time the fewest nodes, without one the fastest.
  std::optional<std::size_t> chosen;
  bool weeks = false;  // failures and checkpoints are counted
  std::vector<Said> unknown_costs;
};

/// Sizes are tried from few nodes to many, doubling or by half as many more. With a time to keep,
/// until one keeps it, then a few between the last that failed and that one; without, until the
/// power is used up or more nodes have only cost more. A size in between may do as well.
SizeStudy size_for(const Scenario& scenario, const SizeGoal& goal, const CostModel& costs,
                   const SizeOptions& options);

/// These sizes alone.
SizeStudy sizes_of(const Scenario& scenario, const SizeGoal& goal, const CostModel& costs,
                   const SizeOptions& options, const std::vector<int>& nodes);

}  // namespace qianka
