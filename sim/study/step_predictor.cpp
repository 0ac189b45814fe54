// SPDX-License-Identifier: Apache-2.0
#include "sim/study/step_predictor.hpp"

#include "sim/study/step_runs.hpp"
#include "sim/units/require.hpp"

#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

std::string key_of(std::size_t row, const std::vector<Override>& overrides) {
  std::string key = std::to_string(row);
  for (const Override& change : overrides) key += fmt::format(" {}={}", change.path, change.value);
  return key;
}

}  // namespace

std::vector<double> StepPredictor::errors(const std::vector<Question>& questions) {
  std::vector<std::string> keys;
  std::vector<StepRun> runs;
  std::vector<std::string> new_keys;
  for (const Question& question : questions) {
    const FitRow& row = rows_[question.row];
    std::vector<Override> overrides = places_.overrides(row.parts, question.values);
    keys.push_back(key_of(question.row, overrides));
    if (!known_.try_emplace(keys.back(), 0).second) continue;
    new_keys.push_back(keys.back());
    runs.push_back({row.id, row.text, std::move(overrides)});
  }
  const std::vector<StepOutcome> outcomes = run_steps(runs, workers_);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].end != StepOutcome::End::ran)
      throw RunFailed(fmt::format("row '{}': {}", runs[i].name, outcomes[i].reason));
    known_[new_keys[i]] = outcomes[i].seconds;
  }
  std::vector<double> errors;
  for (std::size_t i = 0; i < questions.size(); ++i)
    errors.push_back(std::log(known_.at(keys[i]) / rows_[questions[i].row].measured));
  return errors;
}

}  // namespace qianka
