// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fit_faults.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double seconds_per_day = 86'400;

using Events = std::vector<ReplayedFault>;  // in order of time

FaultKey key_of(const ReplayedFault& fault) {
  return {.component = fault.component,
          .evicts_node = fault.evicts_node && fault.node >= 0,
          .silent = fault.noticed == Noticed::silent,
          .slow = fault.slow_to < 1};
}

void settle_window(const Events& record, FaultFit& fit) {
  int highest = 0;
  for (const ReplayedFault& fault : record) highest = std::max(highest, fault.node);
  const double last = record.back().at.value / seconds_per_day;
  fit.nodes_assumed = !fit.request.nodes;
  fit.days_assumed = !fit.request.days;
  fit.nodes = fit.request.nodes.value_or(highest + 1);
  fit.days = fit.request.days.value_or(last);
  if (highest >= fit.nodes) {
    throw Infeasible(
        say("a fault strikes node {}, but {} nodes were watched: nodes count "
            "from 0",
            highest, fit.nodes));
  }
  if (last > fit.days) {
    throw Infeasible(say("a fault comes on day {:.2f}, but {} days were watched", last, fit.days));
  }
  if (!(fit.days > 0))
    throw Infeasible(tr("all faults come at time 0: say how many days were watched"));
}

/// The commonest three.
std::string causes_of(const Events& events) {
  std::map<std::string, int> count;
  for (const ReplayedFault& fault : events) ++count[fault.kind];
  std::vector<std::pair<std::string, int>> order(count.begin(), count.end());
  std::ranges::stable_sort(order, std::ranges::greater{}, &std::pair<std::string, int>::second);
  std::string text;
  for (std::size_t i = 0; i < order.size() && i < 3; ++i) {
    if (!order[i].first.empty()) text += (text.empty() ? "" : ", ") + order[i].first;
  }
  return order.size() > 3 ? text + ", …" : text;
}

struct BurstCount {
  double bursts = 0, followers = 0, first = 0, by_chance = 0;
};

/// The first event of each burst; the others are counted.
RenewalRecord merged(const Events& events, const FaultFit& fit, BurstCount& count) {
  RenewalRecord record{
      .times = {}, .length = fit.days * seconds_per_day, .dead = fit.request.burst.value};
  bool alone = true;
  for (const ReplayedFault& fault : events) {
    const double at = fault.at.value;
    if (!record.times.empty() && at - record.times.back() < record.dead) {
      count.bursts += alone ? 1 : 0;
      count.followers += 1;
      alone = false;
    } else {
      record.times.push_back(at);
      alone = true;
    }
  }
  return record;
}

ClassFit fit_class(const FaultKey& key, const Events& events, const FaultFit& fit,
                   BurstCount& count) {
  ClassFit result;
  result.key = key;
  result.causes = causes_of(events);
  const RenewalRecord record = merged(events, fit, count);
  result.events = static_cast<int>(events.size());
  result.first = static_cast<int>(record.times.size());
  double slow = 0, known = 0, durations = 0;
  for (const ReplayedFault& fault : events) {
    result.hangs += fault.noticed == Noticed::hang ? 1 : 0;
    slow += fault.slow_to;
    known += fault.duration ? 1 : 0;
    durations += fault.duration ? fault.duration->value : 0;
  }
  result.slow_to = slow / result.events;
  if (known > 0) result.duration = Seconds{durations / known};
  result.exponential = fit_exponential(record);
  count.first += result.first;
  count.by_chance += result.first * -std::expm1(-result.exponential.rate * record.dead);
  if (result.first < 3) return result;
  result.weibull = fit_weibull(record);
  result.prefers_weibull = result.weibull->aic() < result.exponential.aic();
  return result;
}

/// What is more than chance: two events of a class fall within the window by themselves as well.
Bursts bursts_of(const BurstCount& count, Seconds within) {
  Bursts bursts{.share = 0, .followers = 1, .within = within};
  if (!(count.followers > 0) || !(count.first > count.by_chance)) return bursts;
  bursts.share = std::max(0.0, (count.bursts - count.by_chance) / (count.first - count.by_chance));
  const double real = count.bursts - count.by_chance;
  if (real > 0) bursts.followers = std::max(1.0, (count.followers - count.by_chance) / real);
  return bursts;
}

LemonFit lemons_of(const Events& record, int nodes) {
  std::vector<int> counts(static_cast<std::size_t>(nodes));
  for (const ReplayedFault& fault : record) {
    if (fault.node >= 0) ++counts[static_cast<std::size_t>(fault.node)];
  }
  return fit_lemons(counts);
}

}  // namespace

FaultFit fit_faults(const std::vector<ReplayedFault>& record, const FaultFitRequest& request) {
  if (record.empty()) throw Infeasible(tr("the record has no faults to fit"));
  FaultFit fit;
  fit.request = request;
  settle_window(record, fit);
  fit.events = static_cast<int>(record.size());
  std::map<FaultKey, Events> by_class;
  for (const ReplayedFault& fault : record) by_class[key_of(fault)].push_back(fault);
  BurstCount count;
  for (const auto& [key, events] : by_class) {
    ClassFit found = fit_class(key, events, fit, count);
    if (key.component == "job" && !key.evicts_node) {
      fit.job = std::move(found);
    } else {
      fit.classes.push_back(std::move(found));
    }
  }
  fit.merged = static_cast<int>(count.followers);
  fit.bursts = bursts_of(count, request.burst);
  fit.lemons = lemons_of(record, fit.nodes);
  return fit;
}

}  // namespace qianka
