// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/study_files.hpp"

#include "sim/cli/outcome.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

namespace qianka {
namespace {

std::string name_of_input(const std::string& given, const char* shipped) {
  return given.empty() ? shipped : given;
}

}  // namespace

std::string study_file(const std::string& given, const char* shipped) {
  const std::filesystem::path file =
      given.empty() ? data_directory() / shipped : std::filesystem::path(given);
  std::vector<Diagnostic> problems;
  std::string text = read_file(file, {file.string(), 0, 0}, problems);
  if (!problems.empty()) throw InputError(problems);
  return text;
}

std::vector<Measurement> study_rows(const std::string& given) {
  constexpr const char* shipped = "tests/validation/training_steps.csv";
  MeasurementTable table =
      read_measurements(study_file(given, shipped), name_of_input(given, shipped));
  for (const std::string& column : table.ignored) {
    const std::string meant = nearest(column, measurement_columns());
    const std::string hint = meant.empty() ? "" : say(", did you mean '{}'?", meant);
    remark(say("warning: column '{}' is ignored{}", column, hint));
  }
  return std::move(table.rows);
}

Constants study_constants(const std::string& given) {
  constexpr const char* shipped = "scenarios/validation/constants.yaml";
  return read_constants(study_file(given, shipped), name_of_input(given, shipped));
}

Rules study_rules(const std::string& given, const ConstantPlaces& places) {
  constexpr const char* shipped = "scenarios/validation/rules.yaml";
  Rules rules = read_rules(study_file(given, shipped), name_of_input(given, shipped));
  rules.constants = places.texts();
  return rules;
}

CostModel study_costs(const std::string& asked) {
  const std::string name = asked.empty() ? "street-2024" : asked;
  if (name.ends_with(".yaml")) return read_cost_model(study_file(name, ""), name);
  const std::string shipped = fmt::format("scenarios/costs/{}.yaml", name);
  return read_cost_model(study_file("", shipped.c_str()), shipped);
}

int study_workers(int asked) {
  return asked > 0 ? asked : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace qianka
