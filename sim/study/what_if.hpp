// SPDX-License-Identifier: Apache-2.0
// What would help, and what each step from one way of running to another is worth: the weeks again
// with one thing changed, under the same faults, seed by seed.
#pragma once
#include "sim/language/said.hpp"
#include "sim/study/replicas.hpp"

#include <functional>
#include <string>
#include <vector>

namespace qianka {

/// One thing that is changed.
struct Change {
  Said what;
  std::function<void(Scenario&)> apply;
  bool ideal = true;  // else it can be had
};

/// What an ideal of each kind would bring: noticed at once, found at once, nothing lost, …
std::vector<Change> ideal_changes(const Scenario& scenario);
/// The ways of `other` in faults, recovery, spares and checkpoints, one by one.
std::vector<Change> changes_towards(const Scenario& other);
/// Paths of cluster and job that differ in `other`, and that no change towards it takes over.
std::vector<std::string> kept_apart(const Scenario& scenario, const Scenario& other);

struct WhatIfRow {
  Said what;
  SeedSpread goodput;
  SeedSpread gain;  // over the row it is compared with, seed by seed
};

struct WhatIfStudy {
  int seeds = 0;
  WhatIfRow as_it_is;
  std::vector<WhatIfRow> rows;  // each alone; towards another: each on top of those before
  bool cumulative = false;
};

/// `run` runs a scenario's weeks, with whatever spares it has.
WhatIfStudy what_if(const RunWeeks& run, const Scenario& scenario,
                    const std::vector<Change>& changes, bool cumulative, int seeds);

}  // namespace qianka
