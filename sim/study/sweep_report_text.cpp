// SPDX-License-Identifier: Apache-2.0
#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/study/sweep_report.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr double bar_width = 24;

bool is_share(const std::string& figure) {
  return figure == "goodput" || figure == "ettr" || figure.ends_with("mfu");
}

std::string figure_text(const std::string& figure, double value) {
  return is_share(figure) ? percent(value, 2) : fmt::format("{:.5g}", value);
}

/// The largest mean of all effects and curves: all bars are drawn from zero to it.
double longest(const SweepStory& story) {
  double most = 0;
  for (const auto* effects : {&story.effects, &story.curves})
    for (const SweepEffect& effect : *effects)
      for (const SweepLevel& level : effect.levels) most = std::max(most, level.mean);
  return most;
}

std::string bar(double mean, double most) {
  const double length = most > 0 ? std::max(0.0, mean / most) : 0;
  return std::string(static_cast<std::size_t>(std::lround(length * bar_width)), '#');
}

/// How far the means are apart, as a share of the mean of all points.
double relative_size(const SweepEffect& effect) {
  double least = effect.levels.front().mean, most = least, sum = 0, points = 0;
  for (const SweepLevel& level : effect.levels) {
    const auto weight = static_cast<double>(level.points);
    least = std::min(least, level.mean), most = std::max(most, level.mean);
    sum += weight * level.mean, points += weight;
  }
  return sum != 0 ? (most - least) / std::abs(sum / points) : 0;
}

std::string effect_text(const SweepStory& story, const SweepEffect& effect) {
  TextTable table{.columns = {{effect.key, Align::right},
                              {tr("points"), Align::right},
                              {tr("mean"), Align::right},
                              {tr("least"), Align::right},
                              {tr("most"), Align::right},
                              {""}}};
  const double most = longest(story);
  for (const SweepLevel& level : effect.levels)
    table.rows.push_back({level.value, format_count(static_cast<std::int64_t>(level.points)),
                          figure_text(story.figure, level.mean),
                          figure_text(story.figure, level.least),
                          figure_text(story.figure, level.most), bar(level.mean, most)});
  return render(table);
}

/// These points with their keys, and of each figure the value.
std::string points_text(const Sweep& sweep, const SweepRecords& records,
                        const std::vector<std::size_t>& numbers,
                        const std::vector<std::string>& figures) {
  TextTable table{.columns = {{tr("title", "point"), Align::right}}};
  for (const std::string& key : sweep.points.keys()) table.columns.push_back({key, Align::right});
  std::vector<std::string> shown;
  for (const std::string& figure : figures)
    if (std::ranges::find(sweep.points.keys(), figure) == sweep.points.keys().end())
      shown.push_back(figure), table.columns.push_back({figure, Align::right});
  for (const std::size_t number : numbers) {
    const SweepRecord& record = records.at(number);
    std::vector<std::string> row{fmt::format("{}", number)};
    for (const auto& value : sweep.points.values(number)) row.push_back(value.value_or(""));
    for (const std::string& figure : shown)
      row.push_back(figure_text(figure, sweep_figure(sweep, record, figure).value_or(0)));
    table.rows.push_back(std::move(row));
  }
  return render(table);
}

std::string counts_text(const Sweep& sweep, const SweepRecords& records) {
  const auto ok = std::ranges::count_if(records, [](const auto& r) { return r.second.ok(); });
  std::string text =
      say("{}: {}, {} ok", sweep.name,
          counted(static_cast<std::int64_t>(sweep.points.size()), "point"), format_count(ok));
  if (records.size() < sweep.points.size())
    text += say(", {} missing",
                format_count(static_cast<std::int64_t>(sweep.points.size() - records.size())));
  return text + "\n" + trouble_text(records);
}

}  // namespace

std::string sweep_story_text(const Sweep& sweep, const SweepRecords& records,
                             const SweepStory& story) {
  std::string text = counts_text(sweep, records);
  if (story.best.empty()) return text;
  text += say("\nBest by {}\n", story.figure);
  std::vector<std::string> figures{story.figure};
  for (const char* other : {"goodput", "end_to_end_mfu", "failures", "step_s"})
    if (other != story.figure && sweep_figure(sweep, records.at(story.best[0]), other))
      figures.emplace_back(other);
  text += points_text(sweep, records, story.best, figures);
  text += say("\nMain effects on {}: means over all points with that value\n", story.figure);
  for (const SweepEffect& effect : story.effects)
    text +=
        say("{}{}  means apart by {} of the mean of all; it explains {} of the variance between "
            "points\n",
            &effect == &story.effects.front() ? "" : "\n", effect_text(story, effect),
            percent(relative_size(effect), 2), format_percent(effect.share));
  for (const SweepEffect& curve : story.curves)
    text += say("\nResponse of {} to {}{}\n{}", story.figure, curve.key,
                curve.by.empty() ? "" : ", " + curve.by, effect_text(story, curve));
  if (!story.front_of.empty())
    text += say("\nPareto front of {}: nothing is as good in all and better in one\n{}",
                fmt::join(story.front_of, ", "), points_text(sweep, records, story.front, [&] {
                  std::vector<std::string> names;
                  for (const std::string& word : story.front_of)
                    names.push_back(word.starts_with('+') ? word.substr(1) : word);
                  return names;
                }()));
  return text;
}

std::string sweep_story_csv(const SweepStory& story) {
  std::string text = "section,key,by,value,points,mean,least,most\n";
  const auto lines = [&](const char* section, const std::vector<SweepEffect>& effects) {
    for (const SweepEffect& effect : effects)
      for (const SweepLevel& level : effect.levels)
        text += fmt::format("{},{},{},{},{},{},{},{}\n", section, effect.key, effect.by,
                            level.value, level.points, level.mean, level.least, level.most);
  };
  lines("effect", story.effects);
  lines(tr("curve"), story.curves);
  return text;
}

}  // namespace qianka
