// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/input/diagnostics.hpp"
#include "sim/input/yaml.hpp"
#include "sim/interchange/part_file.hpp"
#include "sim/language/language.hpp"
#include "sim/report/json.hpp"
#include "sim/simulate.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace qianka {
namespace {

Json diagnostic_json(const Diagnostic& diagnostic) {
  return {{"file", diagnostic.at.file},
          {"line", diagnostic.at.line},
          {"column", diagnostic.at.col},
          {"message", diagnostic.message},
          {"hint", diagnostic.hint}};
}

Json diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
  Json result = Json::array();
  for (const Diagnostic& diagnostic : diagnostics) result.push_back(diagnostic_json(diagnostic));
  return result;
}

/// What a file is that is less than a scenario, when nothing is wrong with it; "" for a scenario,
/// and when something is laid over the file to make it one. Throws InputError.
std::string checked_part(const std::string& file, const std::vector<Override>& overrides) {
  if (!overrides.empty() || !std::filesystem::is_regular_file(file)) return "";
  std::vector<Diagnostic> problems;
  const std::string text = read_file(file, {file, 0, 0}, problems);
  const std::optional<PartKind> kind = part_kind(text, file);
  if (!kind) return "";
  problems = part_problems(text, file, *kind);
  if (!problems.empty()) throw InputError(problems);
  return part_use(*kind, file);
}

/// Like outcome_of, but what is wrong goes into `result` instead of standard error.
int check_into(Json& result, const std::string& file, const std::vector<Override>& overrides) {
  result = {{"file", file}, {"ok", false}, {"digest", nullptr}, {"diagnostics", Json::array()}};
  try {
    if (!checked_part(file, overrides).empty()) {
      result["ok"] = true;
      return exit_ok;
    }
    const Scenario scenario = load_scenario(scenario_file(file), overrides);
    check_feasible(scenario);
    result["ok"] = true;
    result["digest"] = scenario.digest;
    return exit_ok;
  } catch (const InputError& mistakes) {
    result["diagnostics"] = diagnostics_json(mistakes.diagnostics);
    return exit_invalid;
  } catch (const InfeasibleInput& reasons) {
    result["diagnostics"] = diagnostics_json(reasons.diagnostics);
    return exit_infeasible;
  } catch (const Infeasible& reason) {
    result["diagnostics"] = diagnostics_json({{{file, 0, 0}, reason.what(), ""}});
    return exit_infeasible;
  }
}

}  // namespace

int check_command(const CheckOptions& options) {
  const std::vector<Override> overrides = parse_sets(options.sets);
  Json all = Json::array();
  int worst = exit_ok;
  for (const std::string& file : options.files) {
    const int outcome = outcome_of([&] {
      if (options.json) {
        Json result;
        const int code = check_into(result, file, overrides);
        all.push_back(std::move(result));
        return code;
      }
      if (const std::string part = checked_part(file, overrides); !part.empty()) {
        print(say("{}: ok ({})\n", file, part));
        return static_cast<int>(exit_ok);
      }
      const Scenario scenario = load_scenario(scenario_file(file), overrides);
      check_feasible(scenario);
      print(say("{}: ok (digest {})\n", file, scenario.digest));
      return static_cast<int>(exit_ok);
    });
    worst = std::max(worst, outcome);
  }
  if (options.json && !all.empty()) print(json_text(options.files.size() > 1 ? all : all.front()));
  return worst;
}

}  // namespace qianka
