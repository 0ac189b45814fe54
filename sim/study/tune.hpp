// SPDX-License-Identifier: Apache-2.0
// The best layout for a job on its cluster. Every layout is looked at: what the checks refuse and
// what does not fit a card is counted; of the rest a time is found that no step of it is below
// (step_bound.hpp). They are simulated in the order of that bound, until none is left whose bound
// is below the last of the best: then these are proved to be the best. A budget may end the search
// before that; what is left to be said is how much better a layout that was not simulated could be.
#pragma once
#include "sim/metrics/step_summary.hpp"
#include "sim/study/layout_space.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct TuneOptions {
  LayoutChoices choices{};
  int top = 20;        // layouts that are wanted
  int simulate = 200;  // layouts that are simulated at most; 0: the bounds alone. A few are enough
                       // for a quick answer
  double within = 0;   // the search may end when no layout left can beat the best by this share
  int workers = 1;     // processes; nothing found depends on it
  std::function<void(const std::string&)> progress{};  // told now and then where the search is
};

struct TunedLayout {
  Parallel parallel;
  Seconds bound{0};  // no step of it is shorter
  MemorySummary memory;
  std::optional<Seconds> time{};  // simulated
  double mfu = 0;                 // the rest: of what was simulated
  Breakdown parts{};
};

struct TuneStudy {
  int cards = 0;
  std::int64_t shapes = 0, layouts = 0;  // that the checks pass
  Refusals refused;
  Refusals too_large;          // do not fit, by the largest term of the fullest card's memory
  std::int64_t as_zero_1 = 0;  // have the step of the same layout with zero-1, which fits
  std::int64_t fitting = 0, simulated = 0, failed = 0;
  std::vector<TunedLayout> best;          // simulated, fastest first; by bound where nothing was
  std::optional<TunedLayout> as_written;  // the scenario's own layout, if it can be
  std::int64_t left = 0;         // not simulated, though the bound is below the last of `best`
  std::int64_t left_better = 0;  // the same, below the first
  Seconds least_left{0};         // the least bound of these

  [[nodiscard]] bool best_is_proved() const { return !best.empty() && left_better == 0; }
  [[nodiscard]] bool all_proved() const { return !best.empty() && left == 0; }
};

/// The scenario's own layout need not be possible (scenario/any_layout.hpp): its cluster says how
/// many cards there are. Infeasible when the cluster or the accelerator lacks a figure. `best` is
/// empty when nothing fits.
TuneStudy tune(const Scenario& scenario, const TuneOptions& options);

/// The scenario with another layout.
Scenario with_layout(const Scenario& scenario, const Parallel& parallel);

/// For others that ask for a layout: the scenario with the fastest of the few that were simulated.
/// Nothing when no layout fits.
std::optional<Scenario> with_best_layout(const Scenario& scenario, const TuneOptions& options);

}  // namespace qianka
