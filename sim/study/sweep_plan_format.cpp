// SPDX-License-Identifier: Apache-2.0
// The keys of a sweep's plan.
#include "sim/input/fields.hpp"
#include "sim/input/scalars.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/study/sweep_plan.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double most_points = 10'000'000;

struct End {
  double number = 0;
  std::string unit;
};

/// "5 min" as 5 and "min".
std::optional<End> end_of(const Value& value, Reader& reader) {
  End end;
  const std::string& text = value.text;
  const char* const last = text.data() + text.size();
  const auto [after, problem] = std::from_chars(text.data(), last, end.number);
  if (value.kind != Value::Kind::scalar || problem != std::errc{} || !std::isfinite(end.number)) {
    reader.error(value.at, say("{} does not begin with a number", describe(value)),
                 tr("an end of a range is a number, or a number and its unit: 5 min"));
    return std::nullopt;
  }
  end.unit = std::string(after, last);
  end.unit.erase(0, end.unit.find_first_not_of(' '));
  return end;
}

struct RangeText {
  std::optional<Value> from, to;
  std::string scale = "linear";
  bool whole = false;
};

template <class S>
void add_value(Table<S>& table, const char* key, std::optional<Value> S::*member,
               const char* what) {
  table.add(scalar_field(key, {}, what),
            {.read = [member](const Value& value, S& into, Reader&) { into.*member = value; },
             .write = {},
             .absent = {}});
  table.required();
}

const Table<RangeText>& range_table() {
  static const Table<RangeText> table = [] {
    Table<RangeText> t("range", "Between which values a key is drawn.");
    add_value(t, "from", &RangeText::from, "The lower end: 5 min.");
    add_value(t, "to", &RangeText::to, "The upper end, in the same unit.");
    t.add("scale", &RangeText::scale, word_of({"linear", "log"}),
          "log: ratios are equally likely.");
    t.add("whole", &RangeText::whole, yes_no(),
          "Rounded down to whole numbers, both ends included.");
    return t;
  }();
  return table;
}

std::optional<SweepRange> range_from(const Entry& entry, Reader& reader) {
  if (entry.value.kind != Value::Kind::map) {
    reader.error(entry.value.at, say("{} is no range", describe(entry.value)),
                 "{from: 5 min, to: 120 min, scale: log}");
    return std::nullopt;
  }
  const RangeText text = range_table().read(entry.value, reader);
  if (!text.from || !text.to) return std::nullopt;
  const auto from = end_of(*text.from, reader), to = end_of(*text.to, reader);
  if (!from || !to) return std::nullopt;
  if (from->unit != to->unit)
    reader.error(text.to->at, say("the ends have two units, '{}' and '{}'", from->unit, to->unit),
                 tr("write both in the same unit"));
  else if (!(from->number < to->number))
    reader.error(text.to->at, tr("the upper end is not above the lower one"), "from: 1, to: 2");
  if (text.scale == "log" && from->number <= 0)
    reader.error(text.from->at, tr("a logarithmic range begins above 0"), "scale: linear");
  return SweepRange{.path = entry.key,
                    .at = entry.at,
                    .from = from->number,
                    .to = to->number,
                    .unit = from->unit,
                    .log = text.scale == "log",
                    .whole = text.whole};
}

/// A binding for a map whose keys are paths of the scenario.
template <class S, class Take>
void add_paths(Table<S>& table, const char* key, const char* what, const char* example, Take take) {
  table.add(scalar_field(key, {}, what),
            {.read =
                 [=](const Value& value, S& into, Reader& reader) {
                   if (value.kind != Value::Kind::map || value.entries.empty()) {
                     reader.error(value.at, say("{} names no key", describe(value)), example);
                     return;
                   }
                   for (const Entry& entry : value.entries) take(entry, into, reader);
                 },
             .write = {},
             .absent = {}});
}

const Table<SweepSamples>& samples_table() {
  static const Table<SweepSamples> table = [] {
    Table<SweepSamples> t("samples", "Points drawn from ranges.");
    t.add("points", &SweepSamples::points, whole(Range{1, true, most_points}), "How many.")
        .required();
    t.add("seed", &SweepSamples::seed, seed_number(), "Of a Latin hypercube.");
    add_paths(t, "over", "Keys of the scenario, each with its range.",
              "over: {checkpoint.every: {from: 5 min, to: 120 min}}",
              [](const Entry& entry, SweepSamples& into, Reader& reader) {
                if (auto range = range_from(entry, reader)) into.over.push_back(std::move(*range));
              });
    t.required();
    return t;
  }();
  return table;
}

struct Until {
  std::string figure;
  double half_width = 0;
};

struct SeedsText {
  int count = 1;
  std::optional<int> most;
  std::optional<Until> until;
};

const Table<SeedsText>& seeds_table() {
  static const Table<Until> until = [] {
    Table<Until> t("until", "When a point has seeds enough.");
    t.add("figure", &Until::figure, word_of(replica_figures()), "Whose mean.").required();
    t.add("half_width", &Until::half_width, number(positive), "Of its 95 % interval.").required();
    return t;
  }();
  static const Table<SeedsText> table = [] {
    Table<SeedsText> t("seeds", "How many runs of the weeks each point gets.");
    t.add("count", &SeedsText::count, whole(), "Each point's, or with `until` a round's.")
        .required();
    t.add("most", &SeedsText::most, whole(), "Rounds end here.");
    t.section("until", &SeedsText::until, until, "Rounds go on until the mean is known so well.");
    t.then([](SeedsText& s, const Value& map, Reader& reader) {
      if (s.until.has_value() != s.most.has_value())
        reader.error(map.at, tr("'most' and 'until' go together"),
                     "seeds: {count: 8, most: 64, until: {figure: goodput, half_width: 0.002}}");
      else if (s.most && (*s.most < s.count || s.count < 2))
        reader.error(map.at, tr("a round is of 2 seeds at least, and no more than 'most'"),
                     "seeds: {count: 8, most: 64, …}");
    });
    return t;
  }();
  return table;
}

void read_seeds(const Value& value, SweepPlan& into, Reader& reader) {
  if (value.kind == Value::Kind::map) {
    const SeedsText text = seeds_table().read(value, reader);
    into.seeds = {.count = text.count, .most = text.most, .figure = "", .half_width = 0};
    if (text.until) into.seeds.figure = text.until->figure;
    if (text.until) into.seeds.half_width = text.until->half_width;
  } else if (const auto count = whole().read(value, whole().info, reader)) {
    into.seeds.count = *count;
  }
}

SweepValue value_from(const std::string& path, const Value& value) {
  return {path, flow_text(value), value.at};
}

void read_axis(const Entry& entry, SweepPlan& into, Reader& reader) {
  SweepAxis axis{entry.key, {}};
  for (const Value& value : list_items(entry.value, entry.key, reader))
    axis.values.push_back(value_from(entry.key, value));
  if (entry.value.kind == Value::Kind::list && axis.values.empty())
    reader.error(entry.value.at, tr("an empty list has no points"), "[10 min, 30 min]");
  into.grid.push_back(std::move(axis));
}

void read_rows(const Value& value, SweepPlan& into, Reader& reader) {
  for (const Value& row : list_items(value, "list", reader)) {
    if (row.kind != Value::Kind::map || row.entries.empty()) {
      reader.error(row.at, say("{} names no key", describe(row)), tr("a row is {key: value, …}"));
      continue;
    }
    std::vector<SweepValue> values;
    for (const Entry& entry : row.entries) values.push_back(value_from(entry.key, entry.value));
    into.list.push_back(std::move(values));
  }
}

/// A key is varied, or set, in one place.
void check_paths(const SweepPlan& plan, const Value& map, Reader& reader) {
  std::set<std::string> set;
  for (const SweepValue& value : plan.set) set.insert(value.path);
  std::set<std::string> seen;
  double points = std::max<double>(1, static_cast<double>(plan.list.size()));
  for (const SweepAxis& axis : plan.grid) points *= static_cast<double>(axis.values.size());
  for (const auto& samples : {plan.latin, plan.sobol})
    if (samples) points *= samples->points;
  const auto check = [&](const std::string& path, const SourcePos& at) {
    if (set.contains(path))
      reader.error(at, say("'{}' is both set and varied", path), tr("leave one out"));
    if (!seen.insert(path).second)
      reader.error(at, say("'{}' is varied twice", path), tr("leave one out"));
  };
  for (const SweepAxis& axis : plan.grid)
    if (!axis.values.empty()) check(axis.path, axis.values.front().at);
  std::map<std::string, SourcePos> listed;  // the rows may name the same
  for (const auto& row : plan.list)
    for (const SweepValue& value : row) listed.emplace(value.path, value.at);
  for (const auto& [path, at] : listed) check(path, at);
  for (const auto* samples : {&plan.latin, &plan.sobol})
    for (const SweepRange& range : *samples ? (*samples)->over : std::vector<SweepRange>{})
      check(range.path, range.at);
  if (seen.empty())
    reader.error(map.at, tr("nothing is varied"), "grid: {checkpoint.every: [10 min, 30 min]}");
  if (points > most_points)
    reader.error(map.at, say("{:.3g} points are too many", points),
                 tr("a sobol or latin section takes few from many"));
}

const Table<SweepPlan>& plan_table() {
  static const Table<SweepPlan> table = [] {
    using P = SweepPlan;
    Table<P> t("sweep", "What is varied over a scenario, and how often each point is run.");
    t.add(scalar_field("scenario", free_text().info,
                       "A scenario that comes with qianka, or a file."),
          {.read =
               [](const Value& value, P& into, Reader& reader) {
                 if (auto name = free_text().read(value, free_text().info, reader))
                   into.scenario = *name, into.scenario_at = value.at;
               },
           .write = {},
           .absent = {}})
        .required();
    add_paths(t, "set", "Keys that are the same in all points.", "set: {job.train_for: 30 days}",
              [](const Entry& entry, P& into, Reader&) {
                into.set.push_back(value_from(entry.key, entry.value));
              });
    add_paths(t, "grid", "Keys with all their values: every combination is a point.",
              "grid: {cluster.spares: [2, 4, 8]}", read_axis);
    t.add(scalar_field("list", {}, "Combinations as they are written."),
          {.read = read_rows, .write = {}, .absent = {}});
    static const auto samples = [](std::optional<SweepSamples> P::*member) {
      return [member](const Value& value, P& into, Reader& reader) {
        into.*member = samples_table().read(value, reader);
      };
    };
    t.add(scalar_field("latin", {}, "A Latin hypercube."),
          {.read = samples(&P::latin), .write = {}, .absent = {}});
    t.add(scalar_field("sobol", {}, "The beginning of a Sobol sequence."),
          {.read = samples(&P::sobol), .write = {}, .absent = {}});
    t.add(scalar_field("seeds", {}, "Runs of each point."),
          {.read = read_seeds, .write = {}, .absent = {}});
    t.add("crash_every", &P::crash_every, whole(Range{0}),
          "For tests: every so many points the process that runs one is ended. 0: never.");
    t.then(check_paths);
    return t;
  }();
  return table;
}

}  // namespace

SweepPlan read_sweep_plan(const std::string& text, const std::string& name) {
  return read_document(plan_table(), text, name);
}

std::vector<std::string> sweep_keys(const SweepPlan& plan) {
  std::vector<std::string> keys;
  for (const SweepAxis& axis : plan.grid) keys.push_back(axis.path);
  std::vector<std::string> listed;
  for (const auto& row : plan.list)
    for (const SweepValue& value : row)
      if (std::ranges::find(listed, value.path) == listed.end()) listed.push_back(value.path);
  keys.insert(keys.end(), listed.begin(), listed.end());
  for (const auto* samples : {&plan.latin, &plan.sobol}) {
    if (!*samples) continue;
    for (const SweepRange& range : (*samples)->over) keys.push_back(range.path);
  }
  return keys;
}

const std::vector<std::string>& replica_figures() {
  static const std::vector<std::string> names{"goodput",  "ettr",        "end_to_end_mfu",
                                              "failures", "lost_work_h", "down_h"};
  return names;
}

const std::vector<std::string>& step_figures() {
  static const std::vector<std::string> names{"step_s", "mfu", "tokens_per_second_per_card"};
  return names;
}

}  // namespace qianka
