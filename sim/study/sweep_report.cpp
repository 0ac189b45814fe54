// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_report.hpp"

#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t most_levels = 12, spans = 8;

/// "30 min" as 1800; the first dimension that reads it.
std::optional<double> base_value(const std::string& text) {
  using enum Dimension;
  for (const Dimension d :
       {number, fraction, time, bytes, bandwidth, flop_rate, power, tokens, rate, node_rate}) {
    try {
      return parse_quantity(text, d);
    } catch (const QuantityError&) {  // the next one
    }
  }
  return std::nullopt;
}

bool more_is_better(const std::string& figure) {
  static const std::set<std::string> names{"goodput", "ettr", "end_to_end_mfu", "mfu",
                                           "tokens_per_second_per_card"};
  return names.contains(figure);
}

std::size_t key_index(const Sweep& sweep, const std::string& key) {
  const auto& keys = sweep.points.keys();
  const auto at = std::ranges::find(keys, key);
  if (at == keys.end())
    throw RunFailed(
        say("'{}' is not varied\n  hint: {}", key, suggestion(key, keys, tr("what is varied: "))));
  return static_cast<std::size_t>(at - keys.begin());
}

void check_figure(const Sweep& sweep, const std::string& name, bool keys_too) {
  std::vector<std::string> known = replica_figures();
  known.insert(known.end(), step_figures().begin(), step_figures().end());
  if (keys_too) known.insert(known.end(), sweep.points.keys().begin(), sweep.points.keys().end());
  if (std::ranges::find(known, name) == known.end())
    throw RunFailed(
        say("no figure '{}'\n  hint: {}", name, suggestion(name, known, tr("figures are "))));
}

/// A point that counts, with what it came to.
struct Counted {
  std::size_t point = 0;
  double figure = 0;
};

SweepLevel level_of(const std::string& value, const std::vector<double>& figures) {
  SweepLevel level{.value = value, .points = figures.size()};
  level.mean =
      std::accumulate(figures.begin(), figures.end(), 0.0) / static_cast<double>(figures.size());
  level.least = std::ranges::min(figures), level.most = std::ranges::max(figures);
  return level;
}

/// One level for each value, or when there are too many, for each of some spans with equally many.
SweepEffect effect_of(const Sweep& sweep, const std::vector<Counted>& points, std::size_t key) {
  struct Group {
    std::string value;
    std::optional<double> number;
    std::vector<double> figures;
  };
  std::vector<Group> groups;
  std::map<std::string, std::size_t> known;
  for (const Counted& one : points) {
    const std::string value = sweep.points.values(one.point)[key].value_or("");
    const auto [at, fresh] = known.emplace(value, groups.size());
    if (fresh) groups.push_back({value, base_value(value), {}});
    groups[at->second].figures.push_back(one.figure);
  }
  const bool ordered =
      std::ranges::all_of(groups, [](const Group& g) { return g.number.has_value(); });
  if (ordered) std::ranges::stable_sort(groups, {}, [](const Group& g) { return *g.number; });
  if (ordered && groups.size() > most_levels) {
    std::vector<Group> wide;
    for (std::size_t i = 0; i < spans; ++i) {
      const std::size_t from = groups.size() * i / spans, to = groups.size() * (i + 1) / spans;
      Group span{fmt::format("{} to {}", groups[from].value, groups[to - 1].value), {}, {}};
      for (std::size_t g = from; g < to; ++g)
        span.figures.insert(span.figures.end(), groups[g].figures.begin(), groups[g].figures.end());
      wide.push_back(std::move(span));
    }
    groups = std::move(wide);
  }
  SweepEffect effect{.key = sweep.points.keys()[key], .by = "", .levels = {}};
  double sum = 0, all = 0, between = 0;
  for (const Counted& one : points) sum += one.figure;
  const double mean = points.empty() ? 0 : sum / static_cast<double>(points.size());
  for (const Counted& one : points) all += (one.figure - mean) * (one.figure - mean);
  for (const Group& group : groups) {
    effect.levels.push_back(level_of(group.value, group.figures));
    const double off = effect.levels.back().mean - mean;
    between += static_cast<double>(group.figures.size()) * off * off;
  }
  effect.share = all > 0 ? between / all : 0;
  return effect;
}

std::vector<SweepEffect> curves_of(const Sweep& sweep, const std::vector<Counted>& points,
                                   const SweepQuestion& question) {
  if (question.curve.empty()) return {};
  const std::size_t key = key_index(sweep, question.curve);
  if (question.by.empty()) return {effect_of(sweep, points, key)};
  const std::size_t by = key_index(sweep, question.by);
  std::vector<std::string> order;
  std::map<std::string, std::vector<Counted>> groups;
  for (const Counted& one : points) {
    const std::string value = sweep.points.values(one.point)[by].value_or("");
    if (!groups.contains(value)) order.push_back(value);
    groups[value].push_back(one);
  }
  if (order.size() > most_levels)
    throw RunFailed(
        say("'{}' has {} values, too many for a curve each", question.by, order.size()));
  std::vector<SweepEffect> curves;
  for (const std::string& value : order) {
    curves.push_back(effect_of(sweep, groups[value], key));
    curves.back().by = fmt::format("{} = {}", question.by, value);
  }
  return curves;
}

/// Points that no other is at least as good as in everything, and better in something.
std::vector<std::size_t> pareto_front(const Sweep& sweep, const SweepRecords& records,
                                      const std::vector<std::string>& asked) {
  struct Candidate {
    std::size_t point;
    std::vector<double> costs;  // less is better
  };
  std::vector<Candidate> all;
  for (const auto& [number, record] : records) {
    Candidate one{number, {}};
    for (const std::string& word : asked) {
      const bool plus = word.starts_with('+');
      const std::string name = plus ? word.substr(1) : word;
      const auto value = sweep_figure(sweep, record, name);
      if (value) one.costs.push_back(plus || more_is_better(name) ? -*value : *value);
    }
    if (record.ok() && one.costs.size() == asked.size()) all.push_back(std::move(one));
  }
  // Whoever beats a point comes before it.
  std::ranges::stable_sort(all, {}, &Candidate::costs);
  std::vector<Candidate> front;
  for (const Candidate& one : all) {
    const bool beaten = std::ranges::any_of(front, [&](const Candidate& other) {
      return other.costs != one.costs &&
             std::ranges::equal(other.costs, one.costs, std::ranges::less_equal{});
    });
    if (!beaten) front.push_back(one);
  }
  std::vector<std::size_t> points;
  for (const Candidate& one : front) points.push_back(one.point);
  return points;
}

}  // namespace

std::optional<double> sweep_figure(const Sweep& sweep, const SweepRecord& record,
                                   const std::string& name) {
  const auto place = [&](const std::vector<std::string>& names) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  };
  if (const std::size_t at = place(replica_figures()); at < replica_figures().size())
    return record.seeds() == 0 ? std::nullopt : std::optional(spread_of(record.replicas[at]).mean);
  if (const std::size_t at = place(step_figures()); at < step_figures().size())
    return record.step.empty() ? std::nullopt : std::optional(record.step[at]);
  const std::size_t key = place(sweep.points.keys());
  require(key < sweep.points.keys().size(), "a figure of a sweep, or one of its keys");
  const std::optional<std::string> value = sweep.points.values(record.point)[key];
  return value ? base_value(*value) : std::nullopt;
}

SweepStory sweep_story(const Sweep& sweep, const SweepRecords& records,
                       const SweepQuestion& question) {
  SweepStory story;
  story.figure = question.figure;
  if (story.figure.empty())
    story.figure = std::ranges::any_of(records, [](const auto& r) { return r.second.seeds() > 0; })
                       ? "goodput"
                       : "mfu";
  check_figure(sweep, story.figure, false);
  std::vector<Counted> points;
  for (const auto& [number, record] : records)
    if (const auto figure = sweep_figure(sweep, record, story.figure); figure && record.ok())
      points.push_back({number, *figure});
  for (std::size_t key = 0; key < sweep.points.keys().size() && !points.empty(); ++key)
    story.effects.push_back(effect_of(sweep, points, key));
  story.curves = curves_of(sweep, points, question);
  for (const std::string& word : question.pareto)
    check_figure(sweep, word.starts_with('+') ? word.substr(1) : word, true);
  story.front_of = question.pareto;
  if (!question.pareto.empty()) story.front = pareto_front(sweep, records, question.pareto);
  std::ranges::stable_sort(points, [&](const Counted& a, const Counted& b) {
    return more_is_better(story.figure) ? a.figure > b.figure : a.figure < b.figure;
  });
  for (std::size_t i = 0; i < std::min(points.size(), question.top); ++i)
    story.best.push_back(points[i].point);
  return story;
}

}  // namespace qianka
