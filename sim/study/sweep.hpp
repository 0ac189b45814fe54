// SPDX-License-Identifier: Apache-2.0
// A sweep: many variants of a scenario, in as many processes, shards and sittings as one likes, to
// the same results.
#pragma once
#include "sim/study/sweep_folder.hpp"
#include "sim/study/sweep_points.hpp"

#include <functional>
#include <string>

namespace qianka {

struct Sweep {
  SweepPlan plan;
  SweepPoints points;
  std::string name;                // of the scenario
  std::filesystem::path scenario;  // its file
  std::string digest;
};

struct SweepProgress {
  std::size_t done = 0, all = 0;  // points of this shard, those of earlier runs counted
  double eta_s = -1;              // below 0: unknown yet
};

struct SweepRun {
  SweepShard shard;
  int workers = 1;
  bool retry = false;  // points that crashed are run again
  std::function<void(const SweepProgress&)> progress;
};

struct SweepRunEnd {
  bool interrupted = false;
  std::size_t done = 0, all = 0, found = 0;  // found: of earlier runs
  std::vector<std::string> notes;
};

/// Runs what is missing of the shard. Throws RunFailed when results cannot be written.
SweepRunEnd run_sweep(const Sweep& sweep, const SweepFolder& folder, const SweepRun& run);

/// "1 infeasible, 2 crashed", the most frequent reasons one a line; "" when all is well.
std::string trouble_text(const std::map<std::size_t, SweepRecord>& records);
/// "0 to 3, 7": the points that have no result; "" when there is none.
std::string missing_points(const Sweep& sweep, const std::map<std::size_t, SweepRecord>& records);

}  // namespace qianka
