// SPDX-License-Identifier: Apache-2.0
#include "sim/study/compare_weeks.hpp"

#include "sim/weeks.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

namespace qianka {
namespace {

bool has_rates(const Scenario& scenario) {
  return !scenario.faults.classes.empty() || scenario.faults.job_per_day > 0;
}

double share_without_spares(const Scenario& s) {
  return static_cast<double>(s.cluster.nodes) / (s.cluster.nodes + s.cluster.spares);
}

/// Of one side, under any faults.
class Weeks {
 public:
  explicit Weeks(const Scenario& scenario) : scenario_(scenario), weeks_(scenario) {}

  ReplicaFigures run(const Faults& faults, int seeds) {
    Scenario variant = scenario_;
    variant.faults = faults;
    return run_replicas([&](const Scenario& s) { return weeks_.run(s); }, variant, seeds);
  }

 private:
  const Scenario& scenario_;
  PreparedWeeks weeks_;
};

/// What was written of the cluster and the stack, but for how many nodes there are.
std::vector<std::pair<std::string, std::string>> hardware(const Scenario& scenario) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const SourcedValue& figure : scenario.provenance) {
    const std::string& path = figure.path;
    const bool counts = path.starts_with("cluster.") || path.starts_with("job.stack");
    if (counts && path != "cluster.nodes" && path != "cluster.spares")
      values.emplace_back(path, figure.value);
  }
  std::ranges::sort(values);
  return values;
}

/// Of the i-th side and the first, that whose failures nobody has counted.
std::optional<AssumedFaults> assume(const ComparisonResult& result, std::size_t i,
                                    std::deque<Weeks>& weeks_of) {
  const SideResult &side = result.sides[i], &first = result.sides.front();
  const auto counted = [](const SideResult& s) {
    return counted_failures(s.scenario.cluster.node.accelerator);
  };
  if (counted(side) == counted(first)) return {};
  const bool is_first = counted(side);
  const SideResult &uncounted = is_first ? first : side, &other = is_first ? side : first;
  if (!has_rates(other.scenario)) return {};
  Weeks& weeks = weeks_of[is_first ? 0 : i];
  AssumedFaults assumed = assume_faults(
      {.scenario = &uncounted.scenario,
       .counted = &other.scenario,
       .rate_ratio = side.step_rate.value * share_without_spares(side.scenario) /
                     share_without_spares(first.scenario),
       .is_first = is_first,
       .model_variance = error_variance(side, first),
       .counted_goodput = other.weeks->goodput,
       .goodput = [&](const Faults& faults, int seeds) {
         return weeks
             .run(faults, std::min<int>(seeds, static_cast<int>(other.weeks->goodput.size())))
             .goodput;
       }});
  assumed.whose = side_letter(is_first ? 0 : i);
  return assumed;
}

}  // namespace

bool share_an_error(const Scenario& a, const Scenario& b) { return hardware(a) == hardware(b); }

double error_variance(const SideResult& side, const SideResult& first) {
  if (share_an_error(side.scenario, first.scenario)) return 0;
  return side.error.sigma * side.error.sigma + first.error.sigma * first.error.sigma;
}

void run_weeks(ComparisonResult& result, int seeds) {
  result.seeds = seeds;
  std::deque<Weeks> weeks;
  for (SideResult& side : result.sides) {
    weeks.emplace_back(side.scenario);
    side.weeks = weeks.back().run(side.scenario.faults, seeds);
    side.kept = spread_of(side.weeks->goodput).mean * share_without_spares(side.scenario);
  }
  for (std::size_t i = 1; i < result.sides.size(); ++i)
    result.sides[i].assumed = assume(result, i, weeks);
}

void compare_weeks(SideResult& side, const SideResult& first) {
  side.rate = side.summary.step.tokens_per_second_per_card * side.kept;
  side.end_to_end = side.step_rate;
  if (!side.weeks) return;
  const double value = side.step_rate.value * side.kept / first.kept;
  const double same_for_all = std::log(side.step_rate.value * share_without_spares(side.scenario) /
                                       share_without_spares(first.scenario));
  std::vector<double> logs;
  for (const double log : log_ratios(side.weeks->goodput, first.weeks->goodput))
    logs.push_back(same_for_all + log);
  side.end_to_end = ratio_interval(value, logs, error_variance(side, first));
}

}  // namespace qianka
