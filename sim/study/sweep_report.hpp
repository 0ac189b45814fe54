// SPDX-License-Identifier: Apache-2.0
// What a sweep says: the best points, what each value of each key does on average, how one key acts
// under each value of another, and which points nothing else beats in all that is asked for.
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/sweep.hpp"

#include <string>
#include <vector>

namespace qianka {

struct SweepQuestion {
  std::string figure;               // "" = goodput, or MFU where no weeks were run
  std::size_t top = 10;             // how many of the best
  std::vector<std::string> pareto;  // figures and keys; "+key": more of it is better
  std::string curve, by;            // keys; by may be ""
};

/// Means over the points that share a value, or lie in a span of values.
struct SweepLevel {
  std::string value;
  std::size_t points = 0;
  double mean = 0, least = 0, most = 0;
};
struct SweepEffect {
  std::string key, by;  // by: "key = value" of a curve, else ""
  std::vector<SweepLevel> levels;
  double share = 0;  // of the variance of all points: between the levels
};

struct SweepStory {
  std::string figure;
  std::vector<std::size_t> best;
  std::vector<SweepEffect> effects, curves;
  std::vector<std::size_t> front;
  std::vector<std::string> front_of;
};

using SweepRecords = std::map<std::size_t, SweepRecord>;

/// Throws RunFailed when something unknown is asked for, with the names that are known.
SweepStory sweep_story(const Sweep& sweep, const SweepRecords& records,
                       const SweepQuestion& question);
std::string sweep_story_text(const Sweep& sweep, const SweepRecords& records,
                             const SweepStory& story);
/// All of it, and every point (docs/json.md).
Json sweep_story_json(const Sweep& sweep, const SweepRecords& records, const SweepStory& story);
/// Effects and curves, a level a line.
std::string sweep_story_csv(const SweepStory& story);

/// A figure's mean over the seeds, or a key's value in base units; nothing when there is none.
std::optional<double> sweep_figure(const Sweep& sweep, const SweepRecord& record,
                                   const std::string& name);

}  // namespace qianka
