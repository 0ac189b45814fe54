// SPDX-License-Identifier: Apache-2.0
#include "sim/input/fields.hpp"
#include "sim/input/scalars.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/study/claim.hpp"
#include "sim/study/claim_words.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr auto together_names = std::to_array<std::pair<std::string_view, Readings>>(
    {{"alternatives", Readings::alternatives}, {"parts", Readings::parts}});

const Table<ClaimWords>& words_table() {
  static const Table<ClaimWords> table = [] {
    Table<ClaimWords> t("words", "The same in both languages.");
    t.add("en", &ClaimWords::en, free_text(), "English.").required();
    t.add("zh", &ClaimWords::zh, free_text(), "Chinese.").required();
    return t;
  }();
  return table;
}

void check_input(ClaimInput& input, const Value& map, Reader& reader) {
  const double middle = input.value.value_or(input.low.value_or(0));
  if (input.low.has_value() != input.high.has_value())
    reader.error(map.at, fmt::format("'{}' has one end of a range", input.name),
                 "'low' and 'high' go together");
  else if (input.low && (middle < *input.low || middle > *input.high || *input.low >= *input.high))
    reader.error(map.at, fmt::format("the range of '{}' does not hold its value", input.name),
                 "low <= value <= high");
}

const Table<ClaimInput>& input_table() {
  static const Table<ClaimInput> table = [] {
    using I = ClaimInput;
    Table<I> t("claim input", "A number that the answer depends on.");
    t.add("name", &I::name, free_text(), "Its name in expressions.").required();
    t.section("words", &I::words, words_table(), "What it is.");
    t.figure("value", &I::value, number(any_number), "In its unit.").required();
    t.add("low", &I::low, number(any_number), "It is hardly below this.");
    t.add("high", &I::high, number(any_number), "Nor above this.");
    t.add("unit", &I::unit, free_text(), "For the reader.");
    t.add("source", &I::source, free_text(), "Why the value, and why the range.").required();
    t.then(check_input);
    return t;
  }();
  return table;
}

/// For the schema: keys of a scenario, as their paths or nested.
ScalarInfo scenario_keys() {
  ScalarInfo info;
  info.type = "map";
  info.json = ScalarInfo::Json::map;
  return info;
}

const Table<ClaimRun>& run_table() {
  static const Table<ClaimRun> table = [] {
    using R = ClaimRun;
    Table<R> t("claim run", "One run of the simulator, a bill, a data sheet or a model.");
    t.add("name", &R::name, free_text(), "Its name in expressions.").required();
    t.add(scalar_field("write", scenario_keys(), "A scenario in place."),
          {.read = [](const Value& value, R& into, Reader&) { into.text = flow_text(value); },
           .write = {},
           .absent = {}});
    t.add("scenario", &R::scenario, free_text(), "Or a shipped one.");
    t.add("from", &R::from, free_text(), "Or another run of this claim.");
    t.add("bill", &R::bill, free_text(), "Or the bill of materials of a cluster.");
    t.add("part", &R::part, free_text(), "Or the data sheet of an accelerator.");
    t.add("model", &R::model, free_text(), "Or the size of a model.");
    t.add(scalar_field("set", scenario_keys(), "Values laid over it."),
          {.read =
               [](const Value& value, R& into, Reader& reader) {
                 if (value.kind != Value::Kind::map) reader.error(value.at, "a map of keys is due");
                 for (const Entry& entry : value.entries) {
                   const bool scalar = entry.value.kind == Value::Kind::scalar;
                   into.set.emplace_back(entry.key,
                                         scalar ? entry.value.text : flow_text(entry.value));
                 }
               },
           .write = {},
           .absent = {}});
    t.add("seeds", &R::seeds, whole(), "Weeks under so many seeds.");
    t.then([](R& run, const Value& map, Reader& reader) {
      run.at = map.at;
      const auto given = [](const std::string& text) { return text.empty() ? 0 : 1; };
      if (given(run.text) + given(run.scenario) + given(run.from) + given(run.bill) +
              given(run.part) + given(run.model) !=
          1)
        reader.error(map.at, fmt::format("what is run '{}'?", run.name),
                     "one of write, scenario, from, bill, part, model");
    });
    return t;
  }();
  return table;
}

const Table<ClaimFigure>& figure_table() {
  static const Table<ClaimFigure> table = [] {
    using F = ClaimFigure;
    Table<F> t("claim figure", "One line of the working.");
    t.add("name", &F::name, free_text(), "Its name in expressions.").required();
    t.add("value", &F::expression, free_text(), "Its expression.").required();
    t.add("unit", &F::unit, free_text(), "For the reader.");
    t.section("words", &F::words, words_table(), "What it is.");
    return t;
  }();
  return table;
}

const Table<ClaimReading>& reading_table() {
  static const Table<ClaimReading> table = [] {
    using R = ClaimReading;
    Table<R> t("claim reading", "One way to understand the source.");
    t.add("id", &R::id, free_text(), "A letter.").required();
    t.section("words", &R::words, words_table(), "How it is understood.");
    t.add("test", &R::test, free_text(), "When it holds.").required();
    t.section("answer", &R::answer, words_table(), "Our answer.");
    t.add("ours", &R::ours, yes_no(), "A question of ours, left out of the verdict.");
    return t;
  }();
  return table;
}

const Table<ClaimSource>& source_table() {
  static const Table<ClaimSource> table = [] {
    Table<ClaimSource> t("claim source", "Who said it.");
    t.add("letter", &ClaimSource::letter, word_of({"A", "B", "C", "D", "E"}), "Which.").required();
    t.add("date", &ClaimSource::date, free_text(), "When.").required();
    return t;
  }();
  return table;
}

/// Complains about the names in one expression or text that nothing defines.
class NameCheck {
 public:
  NameCheck(const Claim& claim, Reader& reader) : claim_(claim), reader_(reader) {
    for (const ClaimInput& input : claim.inputs) add(input.name);
    for (const ClaimRun& run : claim.runs) runs_.insert(run.name);
  }
  void add(const std::string& name) { known_.insert(name); }

  void expression(const std::string& text, const SourcePos& at) {
    try {
      const Expression parsed(text);
      for (const std::string& name : parsed.names()) this->name(name, at);
    } catch (const ExpressionError& error) {
      reader_.error(at, error.what());
    }
  }
  void words(const ClaimWords& words, const SourcePos& at) {
    for (const std::string& text : {words.en, words.zh})
      for (const std::string& name : names_in_words(text)) this->name(name, at);
  }
  void name(const std::string& name, const SourcePos& at) {
    const std::size_t dot = name.find('.');
    if (known_.contains(name) || (dot != name.npos && runs_.contains(name.substr(0, dot)))) return;
    std::vector<std::string> all(known_.begin(), known_.end());
    for (const std::string& run : runs_) all.push_back(run + ".");
    reader_.error(at, fmt::format("nothing here is named '{}'", name),
                  suggestion(name, all, "names are"));
  }

 private:
  const Claim& claim_;
  Reader& reader_;
  std::set<std::string> known_, runs_;
};

/// Where the i-th item of a list was written.
SourcePos place(const Value& map, const char* list, std::size_t i) {
  const Entry* entry = map.find(list);
  return entry != nullptr && i < entry->value.items.size() ? entry->value.items[i].at : map.at;
}

void check_names(Claim& claim, const Value& map, Reader& reader) {
  NameCheck check(claim, reader);
  for (std::size_t i = 0; i < claim.runs.size(); ++i)
    for (const auto& [key, value] : claim.runs[i].set)
      if (const std::string input = input_in(value); !input.empty())
        check.name(input, place(map, "runs", i));
  for (std::size_t i = 0; i < claim.figures.size(); ++i) {
    check.expression(claim.figures[i].expression, place(map, "figures", i));
    check.add(claim.figures[i].name);
  }
  for (std::size_t i = 0; i < claim.readings.size(); ++i) {
    check.expression(claim.readings[i].test, place(map, "readings", i));
    check.words(claim.readings[i].answer, place(map, "readings", i));
  }
  check.words(claim.remarks, map.at);
  if (claim.readings.empty()) reader.error(map.at, "a claim needs a reading at least");
  if (!claim.headline.empty()) check.name(claim.headline, map.at);
}

const Table<Claim>& claim_table() {
  static const Table<Claim> table = [] {
    using C = Claim;
    Table<C> t("claim", "What a source says about a machine, and how to judge it.");
    t.section("system", &C::system, words_table(), "What it is about.");
    t.list("sources", &C::sources, source_table(), "Who said it.");
    t.section("said", &C::said, words_table(), "In the source's words.");
    t.section("remarks", &C::remarks, words_table(), "What is garbled, assumed or left out.");
    t.list("inputs", &C::inputs, input_table(), "Numbers that go in.");
    t.list("runs", &C::runs, run_table(), "Runs.");
    t.list("figures", &C::figures, figure_table(), "The working.");
    t.add("headline", &C::headline, free_text(), "The figure whose sensitivity is shown.")
        .required();
    t.list("readings", &C::readings, reading_table(), "Every way to understand it.");
    t.add("together", &C::together, choice<Readings>(together_names), "What they make together.");
    t.then(check_names);
    return t;
  }();
  return table;
}

}  // namespace

std::string input_in(const std::string& value) {
  const std::size_t open = value.find('{'), close = value.find('}');
  if (open == value.npos || close == value.npos || value.find(':') != value.npos) return "";
  return value.substr(open + 1, close - open - 1);
}

const TableInfo& claim_format() { return claim_table().info(); }

Claim read_claim(const std::string& text, const std::string& file) {
  return read_document(claim_table(), text, file);
}

}  // namespace qianka
