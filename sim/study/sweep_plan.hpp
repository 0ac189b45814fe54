// SPDX-License-Identifier: Apache-2.0
// The plan of a sweep as its file says it: a scenario, what is set for all points, what is varied
// and how, and how many seeds each point gets. docs/sweep.md shows one.
#pragma once
#include "sim/input/diagnostics.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// A key of the scenario and its value, as one would write it behind --set.
struct SweepValue {
  std::string path, text;
  SourcePos at;  // of the value
};

/// All values of one key.
struct SweepAxis {
  std::string path;
  std::vector<SweepValue> values;
};

/// A key between two ends, both ends in the same unit.
struct SweepRange {
  std::string path;
  SourcePos at;
  double from = 0, to = 0;
  std::string unit;  // "" = a plain number
  bool log = false, whole = false;
};

/// A Latin hypercube, or the beginning of a Sobol sequence.
struct SweepSamples {
  int points = 0;
  std::uint64_t seed = 1;  // of the Latin hypercube
  std::vector<SweepRange> over;
};

struct SweepSeeds {
  int count = 1;            // each point's, or with `until` a round's
  std::optional<int> most;  // where rounds end
  std::string figure;       // whose mean is to be known; "" = one round is all
  double half_width = 0;    // of its 95 % interval
};

struct SweepPlan {
  std::string scenario;
  SourcePos scenario_at;
  std::vector<SweepValue> set;
  std::vector<SweepAxis> grid;
  std::vector<std::vector<SweepValue>> list;
  std::optional<SweepSamples> latin, sobol;
  SweepSeeds seeds;
  int crash_every = 0;  // a hook for tests: every so many points the process is ended
};

/// Throws InputError with everything that is wrong.
SweepPlan read_sweep_plan(const std::string& text, const std::string& name);

/// Paths of what is varied, in the order of the columns: grid, list, latin, sobol.
std::vector<std::string> sweep_keys(const SweepPlan& plan);

/// What is known of each run of weeks, by its name in docs/json.md; and once of each point.
const std::vector<std::string>& replica_figures();
const std::vector<std::string>& step_figures();

}  // namespace qianka
