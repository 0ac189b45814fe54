// SPDX-License-Identifier: Apache-2.0
#include "sim/study/step_times_reader.hpp"

#include "sim/input/csv.hpp"
#include "sim/language/language.hpp"
#include "sim/units/parse_quantity.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

namespace qianka {
namespace {

/// nullptr when it cannot be used, with the reason in `problems`.
std::shared_ptr<const Scenario> load(const std::filesystem::path& file, const std::string& cluster,
                                     const SourcePos& at, std::vector<Diagnostic>& problems) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) {
    problems.push_back({at, say("no scenario '{}'", file.string()),
                        tr("a path is as seen from the folder of this table")});
    return nullptr;
  }
  try {
    Scenario scenario = load_scenario(file);
    if (scenario.cluster.id == cluster)
      return std::make_shared<const Scenario>(std::move(scenario));
    problems.push_back({at,
                        say("'{}' runs on '{}', but '{}' is calibrated", file.string(),
                            scenario.cluster.id, cluster),
                        say("its cluster must be {{use: {}, …}}", cluster)});
  } catch (const InputError& mistakes) {
    problems.insert(problems.end(), mistakes.diagnostics.begin(), mistakes.diagnostics.end());
  }
  return nullptr;
}

std::optional<Seconds> read_time(const std::string& text, const SourcePos& at,
                                 std::vector<Diagnostic>& problems) {
  try {
    const double time = parse_number(text);
    if (time > 0) return Seconds{time};
  } catch (const QuantityError&) {
    // told below
  }
  problems.push_back({at, say("step_time_s cannot be '{}'", text),
                      tr("it is a number of seconds more than 0, for example 6.5")});
  return std::nullopt;
}

}  // namespace

bool is_step_times(const std::string& text) {
  std::istringstream stream(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
  for (std::string line; std::getline(stream, line);) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    return line.compare(first, 8, "scenario") == 0;
  }
  return false;
}

std::vector<TimedStep> read_step_times(const std::string& text, const std::string& name,
                                       const std::string& cluster,
                                       std::vector<Diagnostic>& problems) {
  const std::filesystem::path folder = std::filesystem::path(name).parent_path();
  std::map<std::string, std::shared_ptr<const Scenario>> loaded;
  std::vector<TimedStep> steps;
  for (const CsvRow& row : read_csv(text, name, {"scenario", "step_time_s"}, 0, problems).rows) {
    const SourcePos at{name, row.line, 1};
    const std::string& path = row.cells[0];
    const auto [scenario, fresh] = loaded.try_emplace(path);
    if (fresh) scenario->second = load((folder / path).lexically_normal(), cluster, at, problems);
    const auto time = read_time(row.cells[1], at, problems);
    if (scenario->second && time) steps.push_back({name, row.line, scenario->second, path, *time});
  }
  return steps;
}

}  // namespace qianka
