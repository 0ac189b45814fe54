// SPDX-License-Identifier: Apache-2.0
#include "sim/study/rules.hpp"

#include "sim/input/fields.hpp"
#include "sim/input/scalars.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace qianka {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Where `part` stands in `text`, the number that it ends with whole: H20 is in "H20-SXM", not in
/// "H200".
std::optional<std::size_t> find_whole(const std::string& text, const std::string& part) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    const std::size_t end = at + part.size();
    if (end == text.size() || !is_digit(part.back()) || !is_digit(text[end])) return at;
  }
  return std::nullopt;
}

/// Where the pattern's text begins in the column's; nothing when it does not match. Patterns about
/// the whole column match at 0.
std::optional<std::size_t> match(const std::string& pattern, const std::string& column,
                                 const Measurement& row) {
  const std::string text = lower_case(row.text(column));
  const auto when = [](bool matches) {
    return matches ? std::optional(std::size_t{0}) : std::nullopt;
  };
  if (pattern.empty()) return when(text.empty());
  if (pattern[0] == '=') return when(text == lower_case(pattern.substr(1)));
  if (pattern.starts_with(">=") || pattern.starts_with("<=")) {
    const std::optional<double> number = row.number(column);
    const double bound = std::stod(pattern.substr(2));  // read_patterns saw to it
    return when(number && (pattern[0] == '>' ? *number >= bound : *number <= bound));
  }
  return find_whole(text, lower_case(pattern));
}

bool is_negative(const std::string& pattern) { return pattern.starts_with('!'); }

bool negative_holds(const std::string& pattern, const std::string& column, const Measurement& row) {
  return !match(pattern.substr(1), column, row);
}

/// The first number in `text` from `from` on; "" when there is none before the next comma.
std::string number_behind(const std::string& text, std::size_t from) {
  const std::size_t comma = std::min(text.find(',', from), text.size());
  const std::size_t begin = text.find_first_of("0123456789", from);
  if (begin >= comma) return "";
  return text.substr(begin, text.find_first_not_of("0123456789", begin) - begin);
}

/// The number that {number} stands for.
std::string placed_number(const Rule& rule, const Measurement& row) {
  for (const Condition& condition : rule.when) {
    for (const std::string& pattern : condition.patterns) {
      if (pattern.empty() || is_negative(pattern)) continue;
      if (const auto at = match(pattern, condition.column, row)) {
        std::string number = number_behind(row.text(condition.column), *at + pattern.size());
        if (!number.empty()) return number;
      }
    }
  }
  return "";
}

std::vector<std::string> read_patterns(const Value& value, Reader& reader) {
  std::vector<Value> items = value.items;
  if (value.kind == Value::Kind::scalar) items.push_back(value);
  if (items.empty()) reader.error(value.at, tr("a text or a list of texts is due"));
  std::vector<std::string> patterns;
  for (const Value& item : items) {
    const std::string& text = item.text;
    const bool bound = text.starts_with(">=") || text.starts_with("<=");
    const bool number = text.size() > 2 && text.find_first_not_of("0123456789.", 2) == text.npos;
    if (item.kind != Value::Kind::scalar)
      reader.error(item.at, tr("a text is due, got ") + describe(item));
    else if (bound && !number)
      reader.error(item.at, say("'{}' has no number", text), "for example '>=2022'");
    else
      patterns.push_back(text);
  }
  return patterns;
}

std::vector<Condition> read_conditions(const Value& map, Reader& reader) {
  std::vector<Condition> conditions;
  if (map.kind != Value::Kind::map) reader.error(map.at, tr("a map of columns is due"));
  for (const Entry& entry : map.entries) {
    std::vector<std::string> columns = measurement_columns();
    columns.insert(columns.end(), collective_columns().begin(), collective_columns().end());
    if (std::ranges::find(columns, entry.key) == columns.end())
      reader.error(entry.at, say("no column '{}'", entry.key),
                   suggestion(entry.key, columns, tr("columns are")));
    conditions.push_back({entry.key, read_patterns(entry.value, reader)});
  }
  return conditions;
}

KeyValues read_keys(const Value& map, Reader& reader) {
  KeyValues keys;
  if (map.kind != Value::Kind::map) reader.error(map.at, tr("a map of scenario keys is due"));
  for (const Entry& entry : map.entries) {
    const bool scalar = entry.value.kind == Value::Kind::scalar;
    keys.emplace_back(entry.key, scalar ? entry.value.text : flow_text(entry.value));
  }
  return keys;
}

template <class S>
void add_conditions(Table<S>& t) {
  t.add(scalar_field("when", free_text().info, "Columns and what they must say."),
        {.read = [](const Value& value, S& into,
                    Reader& reader) { into.when = read_conditions(value, reader); },
         .write = {},
         .absent = {}});
}

const Table<Rule>& rule_table() {
  static const Table<Rule> table = [] {
    Table<Rule> t("rule", "What follows from what a row says.");
    add_conditions(t);
    t.add("use", &Rule::use, free_text(), "What it is then.");
    t.add("peak", &Rule::peak, free_text(), "Denominator of a utilisation.");
    t.add(scalar_field("set", free_text().info, "Scenario keys and their values."),
          {.read = [](const Value& value, Rule& into,
                      Reader& reader) { into.set = read_keys(value, reader); },
           .write = {},
           .absent = {}});
    return t;
  }();
  return table;
}

constexpr auto take_names = std::to_array<std::pair<std::string_view, Take>>(
    {{"tuned", Take::tuned}, {"least", Take::least}, {"version", Take::version}});

const Table<OpenKey>& open_table() {
  static const Table<OpenKey> table = [] {
    Table<OpenKey> t("open key", "What a row may leave open.");
    t.add("key", &OpenKey::key, free_text(), "The scenario key.").required();
    add_conditions(t);
    t.add("choices", &OpenKey::choices, text_list(), "Its plausible values.").required();
    t.add("take", &OpenKey::take, choice<Take>(take_names), "Which of them authors take.");
    return t;
  }();
  return table;
}

const Table<Spread>& spread_table() {
  static const Table<Spread> table = [] {
    Table<Spread> t("spread", "How far a prediction may be off where a version is not known.");
    add_conditions(t);
    t.add("share", &Spread::share, number(), "Of the step time, up and down.").required();
    return t;
  }();
  return table;
}

const Table<OtherTool>& others_table() {
  static const Table<OtherTool> table = [] {
    using O = OtherTool;
    Table<O> t("other tool", "Another simulator on the same rows.");
    t.add("tool", &O::tool, free_text(), "Its name.").required();
    t.add("rows", &O::rows, free_text(), "Which rows, in words.").required();
    t.add("figures", &O::figures, free_text(), "What its authors print.").required();
    add_conditions(t);
    return t;
  }();
  return table;
}

const Table<Rules>& rules_table() {
  static const Table<Rules> table = [] {
    using R = Rules;
    Table<R> t("rules", "How rows of measurements become scenarios.");
    t.list("clusters", &R::clusters, rule_table(), "The machine.");
    t.list("stacks", &R::stacks, rule_table(), "The training framework.");
    t.list("models", &R::models, rule_table(), "What a model is that the catalogue does not know.");
    t.list("keys", &R::keys, rule_table(), "Words to scenario keys.");
    t.list("formulas", &R::formulas, rule_table(), "How a source counts FLOPs.");
    t.list("vendors", &R::vendors, rule_table(), "Who makes the accelerator.");
    t.list("open", &R::open, open_table(), "Choices for what a row leaves open.");
    t.list("spread", &R::spread, spread_table(), "Versions that are not known.");
    t.list("others", &R::others, others_table(), "Other simulators on the same rows.");
    t.add("near_best", &R::near_best, number(), "Slowest choice of the range over the fastest.");
    t.add("most_choices", &R::most_choices, whole(), "Combinations of choices tried for a row.");
    return t;
  }();
  return table;
}

}  // namespace

bool holds(const Condition& condition, const Measurement& row) {
  bool any_positive = false;
  bool one_holds = false;
  for (const std::string& pattern : condition.patterns) {
    if (is_negative(pattern)) {
      if (!negative_holds(pattern, condition.column, row)) return false;
    } else {
      any_positive = true;
      one_holds = one_holds || match(pattern, condition.column, row).has_value();
    }
  }
  return one_holds || !any_positive;
}

bool holds(const std::vector<Condition>& conditions, const Measurement& row) {
  return std::ranges::all_of(conditions, [&](const Condition& c) { return holds(c, row); });
}

const Rule* first_match(const std::vector<Rule>& rules, const Measurement& row) {
  const auto found =
      std::ranges::find_if(rules, [&](const Rule& rule) { return holds(rule.when, row); });
  return found == rules.end() ? nullptr : &*found;
}

KeyValues keys_of(const Rule& rule, const Measurement& row) {
  constexpr std::string_view place = "{number}";
  KeyValues keys;
  for (auto [key, value] : rule.set) {
    if (const std::size_t at = value.find(place); at != std::string::npos) {
      const std::string number = placed_number(rule, row);
      if (number.empty()) continue;
      value.replace(at, place.size(), number);
    }
    keys.emplace_back(key, value);
  }
  return keys;
}

const char* name_of(Take take) {
  const auto* const found =
      std::ranges::find(take_names, take, &std::pair<std::string_view, Take>::second);
  return found->first.data();
}

Rules read_rules(const std::string& text, const std::string& name) {
  return read_document(rules_table(), text, name);
}

}  // namespace qianka
