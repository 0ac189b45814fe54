// SPDX-License-Identifier: Apache-2.0
// The same weeks under many seeds: how much of a result is chance. Seeds count up from the
// scenario's, so that two variants meet the same faults, one by one (common random numbers).
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/study/spread.hpp"

#include <functional>
#include <vector>

namespace qianka {

/// By seed; shares are of the wall clock.
struct ReplicaFigures {
  std::vector<double> goodput, ettr, end_to_end_mfu;
  std::vector<double> failures, lost_hours, down_hours;
};

using RunWeeks = std::function<CampaignSummary(const Scenario&)>;

ReplicaFigures run_replicas(const RunWeeks& run, const Scenario& scenario, int seeds);

/// A figure by its name in docs/json.md, for tables and JSON.
struct NamedSpread {
  const char* key;
  const char* title;
  bool share;  // printed in percent
  SeedSpread spread;
  const std::vector<double>* values;  // by seed, of the figures that were asked
};
std::vector<NamedSpread> spreads_of(const ReplicaFigures& figures);
std::vector<NamedSpread> spreads_of(ReplicaFigures&&) = delete;  // `values` would be gone

}  // namespace qianka
