// SPDX-License-Identifier: Apache-2.0
#include "sim/study/constants.hpp"

#include "sim/input/fields.hpp"
#include "sim/input/scalars.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::array<std::pair<std::string_view, Moves>, 2> moves_names{
    {{"ratio", Moves::ratio}, {"amount", Moves::amount}}};

const Table<ConstantTarget>& target_table() {
  static const Table<ConstantTarget> table = [] {
    using T = ConstantTarget;
    Table<T> t("target", "Keys of the catalogue that hold a constant.");
    t.add("keys", &T::keys, text_list(), "Keys, below the file's root.").required();
    t.add("in", &T::in, text_list(), "Files: stacks/…, parts/…, clusters/….").required();
    t.add("scale", &T::scale, number(positive), "They hold the constant times this.");
    return t;
  }();
  return table;
}

void check(Constant& constant, const Value& map, Reader& reader) {
  const Entry* id = map.find("id");
  const SourcePos at = id == nullptr ? map.at : id->value.at;
  if (constant.low >= constant.high)
    reader.error(at, say("'{}' has no range", constant.id), tr("low is less than high"));
  if (constant.unfitted < constant.low || constant.unfitted > constant.high)
    reader.error(at, say("the unfitted value of '{}' is outside its range", constant.id),
                 tr("a constant that no row needs stays there"));
  if (constant.moves == Moves::ratio && constant.low <= 0)
    reader.error(at, say("'{}' may be 0 and has no logarithm", constant.id), "moves: amount");
}

const Table<Constant>& constant_table() {
  static const Table<Constant> table = [] {
    using C = Constant;
    Table<C> t("constant", "A fitted constant.");
    t.add("id", &C::id, free_text(), "Its name.").required();
    t.add("reading", &C::reading, free_text(), "What it stands for in the machine.").required();
    t.add("unit", &C::unit, free_text(), "Its unit.").required();
    t.add("unfitted", &C::unfitted, number(), "Its value without any fit.").required();
    t.add("source", &C::source, free_text(), "Why that.").required();
    t.add("low", &C::low, number(), "It is not below this.").required();
    t.add("high", &C::high, number(), "Nor above this.").required();
    t.add("counterpart", &C::counterpart, free_text(), "What was measured there.").required();
    t.add("moves", &C::moves, choice<Moves>(moves_names), "In its logarithm, or as it is.");
    t.add("spread", &C::spread, number(positive), "Standard deviation of its prior.").required();
    t.add("grade", &C::grade, word_of({"A", "B"}), "Of the rows it is fitted on.");
    t.list("targets", &C::targets, target_table(), "What holds it.");
    t.then(check);
    return t;
  }();
  return table;
}

const Table<FitSettings>& fit_table() {
  static const Table<FitSettings> table = [] {
    using F = FitSettings;
    Table<F> t("fit", "How errors are weighed.");
    t.add("noise", &F::noise, number(positive), "Scatter of ln(predicted / measured).");
    t.add("bend", &F::bend, number(positive), "From here on an error counts by its size.");
    t.add("rounds", &F::rounds, whole(), "Linearisations at most.");
    return t;
  }();
  return table;
}

const Table<Constants>& constants_table() {
  static const Table<Constants> table = [] {
    using C = Constants;
    Table<C> t("constants", "The fitted constants of the catalogue.");
    t.section("fit", &C::fit, fit_table(), "How errors are weighed.");
    t.list("constants", &C::all, constant_table(), "Each of them.");
    return t;
  }();
  return table;
}

}  // namespace

double Constant::coordinate(double value) const {
  return moves == Moves::ratio ? std::log(value) : value;
}

double Constant::value_at(double coordinate) const {
  return moves == Moves::ratio ? std::exp(coordinate) : coordinate;
}

Constants read_constants(const std::string& text, const std::string& name) {
  return read_document(constants_table(), text, name);
}

std::vector<double> unfitted_values(const Constants& constants) {
  std::vector<double> values;
  for (const Constant& constant : constants.all) values.push_back(constant.unfitted);
  return values;
}

std::size_t constant_of(const Constants& constants, const std::string& id) {
  const auto found = std::ranges::find(constants.all, id, &Constant::id);
  if (found != constants.all.end()) return static_cast<std::size_t>(found - constants.all.begin());
  std::vector<std::string> ids;
  for (const Constant& constant : constants.all) ids.push_back(constant.id);
  throw std::out_of_range(
      fmt::format("no constant '{}': {}", id, suggestion(id, ids, tr("they are"))));
}

}  // namespace qianka
