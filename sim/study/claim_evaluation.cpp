// SPDX-License-Identifier: Apache-2.0
#include "sim/study/claim_evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr const char* refused_figure = "refused";

/// The figure at "step.time_s" or "items.7.count"; null when there is none.
const Json* figure_at(const Json& report, const std::string& path) {
  const Json* at = &report;
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t dot = std::min(path.find('.', from), path.size());
    const std::string key = path.substr(from, dot - from);
    const bool index = !key.empty() && key.find_first_not_of("0123456789") == key.npos;
    if (at->is_object() && at->contains(key))
      at = &(*at)[key];
    else if (at->is_array() && index && std::stoul(key) < at->size())
      at = &(*at)[std::stoul(key)];
    else
      return nullptr;
    from = dot + 1;
  }
  return at;
}

std::string run_of(const std::string& name) { return name.substr(0, name.find('.')); }

/// An expression that asks whether a run was refused copes with the answer.
bool copes(const Expression& expression, const std::string& name) {
  return std::ranges::count(expression.names(), run_of(name) + "." + refused_figure) > 0;
}

}  // namespace

ClaimEvaluation::ClaimEvaluation(const Claim& claim, const ClaimRuns& runs)
    : claim_(claim), runs_(runs) {
  for (const ClaimFigure& figure : claim.figures) figures_.emplace_back(figure.expression);
  for (const ClaimReading& reading : claim.readings) tests_.emplace_back(reading.test);
}

ClaimValue ClaimEvaluation::named(const std::string& name, const ClaimOutcome& so_far,
                                  const RunKeys& keys) const {
  if (const auto known = so_far.figures.find(name); known != so_far.figures.end())
    return known->second;
  const auto input = std::ranges::find(claim_.inputs, name, &ClaimInput::name);
  if (input != claim_.inputs.end())
    return {std::nullopt, {"nobody published the " + input->words.en}};
  const std::string run = run_of(name), path = name.substr(run.size() + 1);
  const ClaimRunResult& result = runs_.result(keys.at(run));
  if (path == refused_figure && !result.unknown) return {result.refusal.empty() ? 0.0 : 1.0, {}};
  if (!result.refusal.empty()) return {std::nullopt, {result.refusal}};
  const Json* figure = figure_at(result.figures, path);
  if (figure != nullptr && figure->is_boolean()) return {figure->get<bool>() ? 1.0 : 0.0, {}};
  if (figure != nullptr && figure->is_number()) return {figure->get<double>(), {}};
  const std::string of = result.figures.value("id", run);
  return {std::nullopt, {fmt::format("this needs the {} of {}, which is unknown", path, of)}};
}

ClaimValue ClaimEvaluation::calculate(Expression& expression, const ClaimOutcome& so_far,
                                      const RunKeys& keys) {
  ClaimValue result;
  std::vector<double> values;
  for (const std::string& name : expression.names()) {
    const ClaimValue value = named(name, so_far, keys);
    values.push_back(value.value.value_or(std::numeric_limits<double>::quiet_NaN()));
    if (!value.value && !copes(expression, name))
      result.missing.insert(value.missing.begin(), value.missing.end());
  }
  if (!result.missing.empty()) return result;
  const double value = expression(values);
  if (std::isfinite(value))
    result.value = value;
  else
    result.missing.insert("a division by zero");
  return result;
}

ClaimOutcome ClaimEvaluation::outcome(const InputValues& inputs, const RunKeys& keys) {
  ClaimOutcome result;
  for (const auto& [name, value] : inputs) result.figures[name] = {value, {}};
  for (std::size_t i = 0; i < figures_.size(); ++i)
    result.figures[claim_.figures[i].name] = calculate(figures_[i], result, keys);
  for (Expression& test : tests_) {
    ClaimValue truth = calculate(test, result, keys);
    result.readings.push_back(truth.value ? std::optional(*truth.value != 0) : std::nullopt);
    result.missing.push_back(std::move(truth.missing));
  }
  return result;
}

}  // namespace qianka
