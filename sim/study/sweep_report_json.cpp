// SPDX-License-Identifier: Apache-2.0
#include "sim/report/json.hpp"
#include "sim/study/sweep_report.hpp"
#include "sim/study/sweep_tables.hpp"

#include <utility>

namespace qianka {
namespace {

Json cell_json(const SweepCell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return *whole;
  if (const auto* number = std::get_if<double>(&cell)) return rounded(*number);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return nullptr;
}

Json points_json(const SweepTable& table) {
  Json rows = Json::array();
  for (const std::vector<SweepCell>& row : table.rows) {
    Json cells = Json::array();
    for (const SweepCell& cell : row) cells.push_back(cell_json(cell));
    rows.push_back(std::move(cells));
  }
  return {{"columns", table.columns}, {"rows", std::move(rows)}};
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
                   {"by", effect.by},
                   {"share", rounded(effect.share)},
                   {"levels", std::move(levels)}});
  }
  return all;
}

}  // namespace

Json sweep_story_json(const Sweep& sweep, const SweepRecords& records, const SweepStory& story) {
  return {{"scenario", sweep.name},
          {"digest", sweep.digest},
          {"all_points", sweep.points.size()},
          {"keys", sweep.points.keys()},
          {"figure", story.figure},
          {"best", story.best},
          {"effects", effects_json(story.effects)},
          {"curves", effects_json(story.curves)},
          {"front_of", story.front_of},
          {"front", story.front},
          {"points", points_json(points_table(sweep, records))}};
}

}  // namespace qianka
