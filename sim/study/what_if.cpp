// SPDX-License-Identifier: Apache-2.0
#include "sim/study/what_if.hpp"

#include "sim/language/said.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace qianka {
namespace {

const TimeSpread at_once{};

void notice_at_once(Scenario& s) {
  Recovery& r = s.recovery;
  r.detect = r.detect_hang = r.detect_silent = r.detect_slow = at_once;
}

void find_at_once(Scenario& s) {
  s.recovery.localise = at_once;
  s.recovery.wrong = 0, s.recovery.over_evict = {};
}

void restart_at_once(Scenario& s) {
  Recovery& r = s.recovery;
  r.restart = r.cold_start = r.schedule = r.groups = r.warm_up = at_once;
}

void repair_at_once(Scenario& s) {
  s.recovery.repair_median = Seconds{0};
  s.recovery.shop = {};
}

void save_for_nothing(Scenario& s) {
  if (s.checkpoint.mode == CheckpointMode::synchronous) s.checkpoint.save_time = Seconds{0};
  if (s.checkpoint.mode == CheckpointMode::asynchronous) s.checkpoint.stall = Seconds{0};
  s.checkpoint.step_slowdown.reset();
  if (s.checkpoint.memory) s.checkpoint.memory->stall = Seconds{0};
}

void load_at_once(Scenario& s) {
  s.checkpoint.load_time = Seconds{0};
  if (s.checkpoint.memory) s.checkpoint.memory->load_time = Seconds{0};
}

void save_twice_as_often(Scenario& s) {
  Checkpoint& c = s.checkpoint;
  c.every = c.every / 2;
  if (c.every_steps) c.every_steps = std::max<std::int64_t>(1, *c.every_steps / 2);
}

}  // namespace

std::vector<Change> ideal_changes(const Scenario& scenario) {
  const bool spares = scenario.cluster.spares > 0;
  return {
      {said("no failures"), [](Scenario& s) { s.faults = {}; }},
      {said("failures noticed at once"), notice_at_once},
      {said("found at once, and the right node"), find_at_once},
      {said("restarts take no time"), restart_at_once},
      {said("loading takes no time"), load_at_once},
      {said("saving costs no time"), save_for_nothing},
      {said("saving twice as often"), save_twice_as_often, false},
      {said("nodes repaired at once"), repair_at_once},
      {spares ? said("twice the spares") : said("one spare"),
       [](Scenario& s) { s.cluster.spares = std::max(1, 2 * s.cluster.spares); }, false},
      {said("half the failures of each class"),
       [](Scenario& s) {
         for (FaultClass& fault : s.faults.classes) fault.per_node_day /= 2;
         s.faults.job_per_day /= 2;
       },
       false},
  };
}

std::vector<std::string> kept_apart(const Scenario& scenario, const Scenario& other) {
  const auto figures = [](const Scenario& s) {
    std::map<std::string, std::string> all;
    for (const SourcedValue& value : s.provenance) {
      const bool stays = value.path.starts_with("cluster") || value.path.starts_with("job");
      if (stays && value.path != "cluster.spares") all[value.path] = value.value;
    }
    return all;
  };
  const auto ours = figures(scenario), theirs = figures(other);
  std::vector<std::string> differ;
  for (const auto& [path, value] : ours) {
    const auto there = theirs.find(path);
    if (there == theirs.end() || there->second != value) differ.push_back(path);
  }
  for (const auto& [path, value] : theirs)
    if (!ours.contains(path)) differ.push_back(path);
  return differ;
}

std::vector<Change> changes_towards(const Scenario& other) {
  const Recovery& to = other.recovery;
  std::vector<Change> all;
  all.push_back({said("failures as there"), [f = other.faults](Scenario& s) {
                   const FabricFaults fabric = s.faults.fabric;  // of this cluster's links
                   s.faults = f, s.faults.fabric = fabric;
                 }});
  all.push_back({said("detection"), [to](Scenario& s) {
                   Recovery& r = s.recovery;
                   r.detect = to.detect, r.detect_hang = to.detect_hang;
                   r.detect_silent = to.detect_silent, r.detect_slow = to.detect_slow;
                 }});
  all.push_back({said("localisation"), [to](Scenario& s) {
                   Recovery& r = s.recovery;
                   r.localise = to.localise, r.wrong = to.wrong;
                   r.strikes_again = to.strikes_again, r.over_evict = to.over_evict;
                 }});
  all.push_back({said("what is done about it"), [to](Scenario& s) {
                   Recovery& r = s.recovery;
                   r.decide = to.decide, r.shrink = to.shrink;
                   r.state_from_peers = to.state_from_peers;
                 }});
  all.push_back({said("spares"), [to, spares = other.cluster.spares](Scenario& s) {
                   Recovery& r = s.recovery;
                   s.cluster.spares = spares;
                   r.spares = to.spares, r.ready = to.ready, r.take = to.take;
                   r.cold_start = to.cold_start;
                 }});
  all.push_back({said("restart"), [to](Scenario& s) {
                   Recovery& r = s.recovery;
                   r.restart = to.restart, r.schedule = to.schedule;
                   r.groups = to.groups, r.warm_up = to.warm_up;
                 }});
  all.push_back({said("repair"), [to](Scenario& s) {
                   Recovery& r = s.recovery;
                   r.repair_median = to.repair_median, r.repair_sigma = to.repair_sigma;
                   r.shop = to.shop;
                 }});
  all.push_back({said("checkpoints"), [c = other.checkpoint](Scenario& s) { s.checkpoint = c; }});
  return all;
}

WhatIfStudy what_if(const RunWeeks& run, const Scenario& scenario,
                    const std::vector<Change>& changes, bool cumulative, int seeds) {
  WhatIfStudy result{.seeds = seeds, .as_it_is = {}, .rows = {}, .cumulative = cumulative};
  const ReplicaFigures first = run_replicas(run, scenario, seeds);
  result.as_it_is = {said("as it is"), spread_of_shares(first.goodput), {}};
  Scenario variant = scenario;
  std::vector<double> before = first.goodput;
  for (const Change& change : changes) {
    if (!cumulative) variant = scenario;
    change.apply(variant);
    const ReplicaFigures after = run_replicas(run, variant, seeds);
    result.rows.push_back(
        {change.what, spread_of_shares(after.goodput), paired_difference(after.goodput, before)});
    if (cumulative) before = after.goodput;
  }
  return result;
}

}  // namespace qianka
