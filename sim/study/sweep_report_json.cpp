// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_report_json.hpp"

#include <algorithm>

namespace qianka {
namespace {

/// The keys' values are as the plan writes them, units and all.
Json points_json(const Sweep& sweep, const SweepRecords& records, const SweepStory& story,
                 const std::vector<std::size_t>& numbers) {
  Json points = Json::array();
  for (const std::size_t number : numbers) {
    Json values = Json::array();
    const auto given = sweep.points.values(number);
    for (std::size_t i = 0; i < given.size(); ++i)
      if (given[i]) values.push_back({{"key", sweep.points.keys()[i]}, {"value", *given[i]}});
    const auto figure = sweep_figure(sweep, records.at(number), story.figure);
    points.push_back({{"point", number},
                      {"values", values},
                      {"figure", figure ? rounded(*figure) : Json(nullptr)}});
  }
  return points;
}

Json effects_json(const std::vector<SweepEffect>& effects) {
  Json all = Json::array();
  for (const SweepEffect& effect : effects) {
    Json levels = Json::array();
    for (const SweepLevel& level : effect.levels)
      levels.push_back({{"value", level.value},
                        {"points", level.points},
                        {"mean", rounded(level.mean)},
                        {"least", rounded(level.least)},
                        {"most", rounded(level.most)}});
    all.push_back({{"key", effect.key},
                   {"under", effect.by},
                   {"share_of_variance", rounded(effect.share)},
                   {"levels", levels}});
  }
  return all;
}

}  // namespace

Json sweep_story_json(const Sweep& sweep, const SweepRecords& records, const SweepStory& story) {
  const auto ok = std::ranges::count_if(records, [](const auto& r) { return r.second.ok(); });
  return {{"sweep", sweep.name},
          {"points", sweep.points.size()},
          {"found", records.size()},
          {"ok", ok},
          {"figure", story.figure},
          {"best", points_json(sweep, records, story, story.best)},
          {"effects", effects_json(story.effects)},
          {"curves", effects_json(story.curves)},
          {"front_of", story.front_of},
          {"front", points_json(sweep, records, story, story.front)}};
}

}  // namespace qianka
