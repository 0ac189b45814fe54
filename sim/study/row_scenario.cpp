// SPDX-License-Identifier: Apache-2.0
#include "sim/study/row_scenario.hpp"

#include "sim/language/language.hpp"
#include "sim/study/row_layout.hpp"
#include "sim/study/row_model.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Columns that are scenario keys as they stand.
struct PlainColumn {
  const char *column, *key;
};
constexpr std::array plain_columns{
    PlainColumn{"seq", "job.sequence"},
    PlainColumn{"global_batch_seqs", "job.global_batch"},
    PlainColumn{"tp", "job.parallel.tensor"},
    PlainColumn{"cp", "job.parallel.context"},
    PlainColumn{"pp", "job.parallel.pipeline"},
    PlainColumn{"dp", "job.parallel.data"},
    PlainColumn{"ep", "job.parallel.expert"},
    PlainColumn{"micro_batch", "job.parallel.micro_batch"},
    PlainColumn{"vpp", "job.parallel.interleave"},
};

/// The row's own word, or what the rules make of it; `text` gets what the rule sets.
std::string named_or_inferred(Measurement& row, const std::string& column,
                              const std::vector<Rule>& rules, RowText& text) {
  const Rule* rule = first_match(rules, row);
  if (const std::string own = row.text(column); !own.empty()) return own;
  if (rule == nullptr || rule->use.empty())
    throw Infeasible(say("no rule names a {} for '{}' of '{}'", column, row.text("accelerator"),
                         row.text("source")));
  for (const auto& [key, value] : keys_of(*rule, row)) text.set(key, value);
  row.cells[column] = rule->use;  // later rules may ask for it
  return rule->use;
}

using Options = std::vector<const OpenKey*>;

/// Keys that nothing has set, with their choices.
Options open_keys(const Measurement& row, const Rules& rules, const RowText& text) {
  Options options;
  for (const OpenKey& open : rules.open) {
    const bool taken = text.has(open.key) || std::ranges::any_of(options, [&](const auto* option) {
                         return option->key == open.key;
                       });
    if (!taken && holds(open.when, row)) options.push_back(&open);
  }
  return options;
}

std::int64_t combinations(const Options& options) {
  std::int64_t product = 1;
  for (const OpenKey* option : options) product *= std::ssize(option->choices);
  return product;
}

/// Combination number `index`, the last key varying fastest.
KeyValues combination(const Options& options, std::int64_t index) {
  KeyValues open;
  for (auto option = options.rbegin(); option != options.rend(); ++option) {
    const std::int64_t size = std::ssize((*option)->choices);
    open.emplace_back((*option)->key, (*option)->choices[static_cast<std::size_t>(index % size)]);
    index /= size;
  }
  std::ranges::reverse(open);
  return open;
}

/// What of a combination was really chosen: a key whose value the layout changed or dropped is not.
KeyValues chosen(const KeyValues& open, const Options& options, const RowText& text) {
  KeyValues result;
  for (std::size_t i = 0; i < open.size(); ++i) {
    const auto& [key, value] = open[i];
    const bool pseudo = key.find('.') == std::string::npos;
    if (options[i]->choices.size() > 1 && (pseudo || text.text(key) == value))
      result.push_back(open[i]);
  }
  return result;
}

/// The groups that a choice belongs to.
void classify(RowChoice& choice, const KeyValues& open, const Options& options) {
  for (std::size_t i = 0; i < open.size(); ++i) {
    const std::string one = fmt::format("{} {}\n", open[i].first, open[i].second);
    if (options[i]->take != Take::least) choice.but_least += one;
    if (options[i]->take != Take::version) continue;
    choice.version += one;
    choice.usual = choice.usual && open[i].second == options[i]->choices.front();
  }
}

/// At most `most`, evenly spread.
void thin(std::vector<RowChoice>& choices, int most) {
  const std::size_t limit = static_cast<std::size_t>(std::max(1, most));
  if (choices.size() <= limit) return;
  std::vector<RowChoice> kept;
  for (std::size_t i = 0; i < limit; ++i)
    kept.push_back(std::move(choices[i * choices.size() / limit]));
  choices = std::move(kept);
}

void add_choice(RowPlan& plan, RowChoice choice) {
  const auto same = [&](const RowChoice& known) { return known.text == choice.text; };
  if (std::ranges::none_of(plan.choices, same)) plan.choices.push_back(std::move(choice));
}

/// "{constant tensor-overlap}" -> "tensor-overlap"; "" when it is no such thing.
std::string constant_in(const std::string& value) {
  constexpr std::string_view begin = "{constant ";
  if (!value.starts_with(begin) || !value.ends_with('}')) return "";
  return value.substr(begin.size(), value.size() - begin.size() - 1);
}

const std::string& value_of(const std::string& constant, const Rules& rules) {
  const auto known = rules.constants.find(constant);
  if (known == rules.constants.end())
    throw Infeasible(say("the rules name a constant '{}' that nobody fitted", constant));
  return known->second;
}

/// Puts the constants' values into the text, and what was chosen.
void fill_in_constants(RowText& text, RowChoice& choice, const Rules& rules) {
  for (const auto& [key, value] : KeyValues(text.keys())) {
    const std::string constant = constant_in(value);
    if (constant.empty()) continue;
    choice.constants.emplace_back(key, constant);
    text.set(key, value_of(constant, rules));
  }
  for (auto& [key, value] : choice.open)
    if (const std::string constant = constant_in(value); !constant.empty())
      value = value_of(constant, rules);
}

void write_choices(RowPlan& plan, Measurement row, const Rules& rules, KnownParts& parts) {
  RowText text;
  text.set("cluster.use", "");
  plan.cluster = named_or_inferred(row, "cluster", rules.clusters, text);
  text.set("cluster.use", plan.cluster);
  ModelSpec model = write_model(row, rules, parts, text, plan.notes);
  text.set("job.stack.use", "");
  plan.stack = named_or_inferred(row, "stack", rules.stacks, text);
  text.set("job.stack.use", plan.stack);
  for (const PlainColumn& plain : plain_columns) {
    const std::optional<int> value = row.whole(plain.column);
    if (value && *value > 0) text.set(plain.key, *value);
  }
  for (const Rule& rule : rules.keys) {
    if (!holds(rule.when, row)) continue;
    for (const auto& [key, value] : keys_of(rule, row)) text.set(key, value);
  }
  if (!text.has("job.precision"))
    throw Infeasible(say("no rule knows the precision '{}'", row.text("precision")));
  const auto spread =
      std::ranges::find_if(rules.spread, [&](const Spread& one) { return holds(one.when, row); });
  if (spread != rules.spread.end()) plan.spread = spread->share;
  const Options options = open_keys(row, rules, text);
  const ClusterSpec& cluster = parts.cluster(plan.cluster);
  std::string refusal = tr("the choices of 'open' in the rules do not go together with this row");
  for (std::int64_t i = 0; i < combinations(options); ++i) {
    const KeyValues open = combination(options, i);
    RowText one = text;
    for (const auto& [key, value] : open) {
      one.set(key, value);
      if (key == "job.model.heads") model.heads = model.kv_heads = one.whole(key).value_or(0);
    }
    LayoutResult layout = lay_out(row, model, cluster, one);
    if (!layout.refusal.empty()) {
      refusal = layout.refusal;
      continue;
    }
    if (plan.choices.empty())
      plan.notes.insert(plan.notes.end(), layout.notes.begin(), layout.notes.end());
    RowChoice choice{chosen(open, options, one), ""};
    fill_in_constants(one, choice, rules);
    choice.text = one.file();
    classify(choice, open, options);
    add_choice(plan, std::move(choice));
  }
  if (plan.choices.empty()) plan.reason = refusal;
  thin(plan.choices, rules.most_choices);
}

}  // namespace

RowPlan plan_row(const Measurement& row, const Rules& rules, KnownParts& parts) {
  RowPlan plan;
  if (const Rule* vendor = first_match(rules.vendors, row)) plan.vendor = vendor->use;
  if (plan.vendor.empty()) plan.vendor = "other";
  try {
    write_choices(plan, row, rules, parts);
  } catch (const Infeasible& error) {
    plan.reason = error.what();
  } catch (const InputError& error) {
    plan.reason.clear();
    for (const Diagnostic& d : error.diagnostics)
      plan.reason += (plan.reason.empty() ? "" : "; ") + d.message;
  }
  return plan;
}

std::string label(const KeyValues& open) {
  std::string text;
  for (const auto& [key, value] : open) {
    const std::size_t dot = key.rfind('.');
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                        dot == std::string::npos ? key : key.substr(dot + 1), value);
  }
  return text;
}

}  // namespace qianka
