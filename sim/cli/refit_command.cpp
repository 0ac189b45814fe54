// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/output_file.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/language/language.hpp"
#include "sim/report/json.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/refit_report.hpp"
#include "sim/units/require.hpp"

#include <filesystem>
#include <system_error>

namespace qianka {
namespace {

std::string shipped_table(const char* name) { return std::string("tests/validation/") + name; }

std::string page(const std::string& which, const Constants& constants,
                 const ConstantPlaces& places) {
  const std::string name = shipped_table(which == "constants" ? constants_csv : sources_csv);
  const std::string table = study_file("", name.c_str());
  return which == "constants" ? constants_markdown(constants, places, table, name)
                              : sources_markdown(table, name);
}

void check_ids(const Constants& constants, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    try {
      constant_of(constants, id);
    } catch (const std::out_of_range& error) {
      throw UsageError(error.what());
    }
  }
}

}  // namespace

int refit_command(const RefitOptions& options) {
  require_data();
  const Constants constants = study_constants(options.constants);
  const ConstantPlaces places(constants, data_directory());
  if (!options.page.empty()) {
    print(page(options.page, constants, places));
    return exit_ok;
  }
  check_ids(constants, options.only);
  const Refit result = refit(
      constants, places, study_rows(options.rows), study_rules(options.rules, places),
      {options.only, options.leave_one_out, options.hold, study_workers(options.jobs)}, remark);
  print_report(options.json ? json_text(refit_json(constants, result))
                            : refit_text(constants, result));
  if (!options.tables.empty()) {
    write_output(std::filesystem::path(options.tables) / constants_csv,
                 constants_table(constants, result));
    write_output(std::filesystem::path(options.tables) / sources_csv, sources_table(result));
  }
  if (options.write) {
    for (const std::string& file : places.write(result.values)) remark(say("written: {}", file));
  }
  return exit_ok;
}

}  // namespace qianka
