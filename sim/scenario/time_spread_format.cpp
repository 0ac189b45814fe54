// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/time_spread_format.hpp"

#include "sim/language/language.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

void check_form(const TimeCase& c, const Value& map, Reader& reader) {
  const int forms = (c.time ? 1 : 0) + (c.median ? 1 : 0) + (c.mean ? 1 : 0);
  if (forms != 1) {
    reader.error(map.at,
                 say("a time needs one of 'time', 'median' and 'mean', but has {}",
                     forms == 0 ? "none" : "several"),
                 tr("for example '{median: 10 min, sigma: 1.2}' or '{mean: 93 s, max: 600 s}'"));
  }
  if (const Entry* sigma = map.find("sigma"); sigma != nullptr && !c.median)
    reader.error(sigma->at, tr("'sigma' goes with 'median'"), tr("it is that of a lognormal time"));
  const Entry* max = map.find("max");
  if (max == nullptr || forms != 1) return;
  if (c.time) {
    reader.error(max->at, tr("'max' goes with 'median' or 'mean'"),
                 tr("a fixed time has no longest"));
  } else if (c.mean && c.max && *c.max < *c.mean) {
    reader.error(max->at, tr("the longest time is below the mean"), "");
  }
}

void check_growth(const Value& map, Reader& reader) {
  const Entry* growth = map.find("per_doubling");
  const Entry* above = map.find("above");
  if ((growth == nullptr) == (above == nullptr)) return;
  reader.error((growth != nullptr ? growth : above)->at,
               say("'{}' needs '{}'", growth != nullptr ? "per_doubling" : "above",
                   growth != nullptr ? "above" : "per_doubling"),
               tr("for example 'per_doubling: 105 s' and 'above: 2048': each doubling of the cards "
                  "beyond 2,048 adds 105 s"));
}

std::string flow_text_of(const TimeCase& c) {
  Written shown{false, {}};
  time_case_table().write(c, "", shown);
  const TimeCase plain;
  Written usual{false, {}};
  time_case_table().write(plain, "", usual);
  std::vector<std::string> parts;
  for (const FieldInfo& field : time_case_table().info().fields) {
    const auto value = shown.values.find(field.key);
    if (value == shown.values.end()) continue;
    const auto same = usual.values.find(field.key);
    if (same != usual.values.end() && same->second == value->second) continue;
    parts.push_back(fmt::format("{}: {}", field.key, value->second));
  }
  return fmt::format("{{{}}}", fmt::join(parts, ", "));
}

std::optional<TimeSpread> read_cases(const Value& list, Reader& reader) {
  std::vector<TimeCase> cases;
  double sum = 0;
  const std::size_t before = reader.problems().size();
  for (const Value& item : list.items) {
    reader.inside(std::to_string(cases.size()), item.at,
                  [&] { cases.push_back(time_case_table().read(item, reader)); });
    sum += cases.back().share;
  }
  if (reader.problems().size() > before) return std::nullopt;
  if (std::abs(sum - 1) > 1e-9) {
    reader.error(list.at, say("the shares add up to {:.4g} %, not to 100 %", 100 * sum),
                 tr("each case of the list has its 'share' of all times"));
    return std::nullopt;
  }
  return TimeSpread(std::move(cases));
}

}  // namespace

const Table<TimeCase>& time_case_table() {
  static const Table<TimeCase> table = [] {
    using C = TimeCase;
    Table<C> t("time case",
               "A time that varies. It stands where a time stands, alone or as one of a list of "
               "cases, each with its share.");
    t.add("share", &C::share, fraction(positive_share),
          "In a list: share of the times that are like this.");
    t.add("time", &C::time, time_of(), "Always the same.");
    t.add("median", &C::median, time_of(), "Lognormal; with 'sigma'.");
    t.add("sigma", &C::sigma, number(), "Of the logarithm of the time.");
    t.add("mean", &C::mean, time_of(),
          "Only the mean is known: exponential; with 'max' the most even distribution up to there "
          "that has this mean.");
    t.add("max", &C::max, time_of(positive), "It never takes longer.");
    t.add("per_doubling", &C::per_doubling, time_of(),
          "Added for each doubling of the job's cards beyond 'above'.");
    t.add("above", &C::above, whole(), "Cards up to which it does not grow.");
    t.then([](TimeCase& c, const Value& map, Reader& reader) {
      check_form(c, map, reader);
      check_growth(map, reader);
    });
    return t;
  }();
  return table;
}

std::optional<TimeSpread> read_spread(const Value& value, Reader& reader) {
  if (value.kind == Value::Kind::list) return read_cases(value, reader);
  if (value.kind != Value::Kind::map) {
    const Scalar<Seconds> time = time_of();
    const std::optional<Seconds> fixed = time.read(value, time.info, reader);
    return fixed ? std::optional(TimeSpread(*fixed)) : std::nullopt;
  }
  const std::size_t before = reader.problems().size();
  const TimeCase only = time_case_table().read(value, reader);
  if (const Entry* given = value.find("share"))
    reader.error(given->at, tr("a share of what?"),
                 tr("cases with shares stand in a list, under '- '"));
  if (reader.problems().size() > before) return std::nullopt;
  return TimeSpread(std::vector{only});
}

void write_spread(const TimeSpread& spread, const std::string& path, Written& out) {
  if (const std::optional<Seconds> fixed = fixed_time(spread)) {
    write_scalar(*fixed, time_of(), path, out);
  } else if (!out.exact) {
    std::vector<std::string> cases;
    for (const TimeCase& c : spread.cases) cases.push_back(flow_text_of(c));
    out.values[path] =
        cases.size() == 1 ? cases.front() : fmt::format("[{}]", fmt::join(cases, ", "));
  } else {
    for (std::size_t i = 0; i < spread.cases.size(); ++i)
      time_case_table().write(spread.cases[i], below(path, std::to_string(i)), out);
  }
}

FieldInfo spread_field(std::string key, std::string doc) {
  FieldInfo field = scalar_field(std::move(key), time_of().info, std::move(doc));
  field.table = &time_case_table().info();
  return field;
}

}  // namespace qianka
