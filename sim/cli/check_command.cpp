// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/input/diagnostics.hpp"
#include "sim/report/json.hpp"
#include "sim/simulate.hpp"

#include <algorithm>

#include <fmt/format.h>

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

/// Like outcome_of, but what is wrong goes into `result` instead of standard error.
int check_into(Json& result, const std::string& file, const std::vector<Override>& overrides) {
  result = {{"file", file}, {"ok", false}, {"digest", nullptr}, {"diagnostics", Json::array()}};
  try {
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
      const Scenario scenario = load_scenario(scenario_file(file), overrides);
      check_feasible(scenario);
      print(fmt::format("{}: ok (digest {})\n", file, scenario.digest));
      return static_cast<int>(exit_ok);
    });
    worst = std::max(worst, outcome);
  }
  if (options.json && !all.empty()) print(json_text(options.files.size() > 1 ? all : all.front()));
  return worst;
}

}  // namespace qianka
