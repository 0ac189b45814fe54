// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/output_file.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/fault_list.hpp"
#include "sim/study/fit_faults.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/units/require.hpp"

#include <filesystem>
#include <vector>

#include <fmt/format.h>

namespace qianka {
namespace {

std::vector<ReplayedFault> record_of(const std::string& file) {
  std::vector<Diagnostic> problems;
  const std::string text = read_file(file, {file, 0, 0}, problems);
  std::vector<ReplayedFault> record;
  if (problems.empty()) record = read_fault_list(text, file, problems);
  if (!problems.empty()) throw InputError(sorted(std::move(problems)));
  return record;
}

Seconds time_of_option(const std::string& text) {
  try {
    const Seconds time{parse_quantity(text, Dimension::time)};
    if (time.value < 0)
      throw UsageError(tr("--burst: a time is not negative"), tr("'0 s' merges nothing"));
    return time;
  } catch (const QuantityError& error) {
    throw UsageError(fmt::format("--burst: {}", error.what()), error.hint);
  }
}

}  // namespace

void add_fit_faults(CLI::App& app, FitFaultsOptions& options) {
  CLI::App* command = add_command(
      app, "fit-faults", "Find the rates behind a list of faults.",
      "  qianka fit-faults faults.csv --nodes 1024 --days 90 -o our-fleet.yaml\n"
      "  qianka import fault-log log.csv -o faults.csv && qianka fit-faults faults.csv");
  command
      ->add_option("FILE", options.file,
                   sentence("Faults as 'faults: {replay: FILE}' takes them: CSV with the columns "
                            "time_s,component,node,kind and, if wanted, "
                            "duration_s,evicts_node,noticed,slow_to."))
      ->required()
      ->type_name("");
  command
      ->add_option(
          "--nodes", options.nodes,
          sentence("Nodes that were watched; left out: as many as the highest number says."))
      ->type_name("N")
      ->check(CLI::Range(1, 10'000'000).description(""));
  command
      ->add_option(
          "--days", options.days,
          sentence("For how long; left out: until the last fault, which overstates rates."))
      ->type_name("D");
  command
      ->add_option("--burst", options.burst,
                   sentence("Faults of a class this close behind another are its followers, not "
                            "faults of their own: 5 min when left out; 0 merges nothing."))
      ->type_name("TIME");
  command
      ->add_option("-o,--output", options.output,
                   sentence("Write the rates as a set of faults that a scenario uses by its path."))
      ->type_name("PRESET");
}

int fit_faults_command(const FitFaultsOptions& options) {
  if (options.days && !(*options.days > 0))
    throw UsageError(say("--days: a record lasts longer than {} days", *options.days),
                     tr("leave it out, and the last fault is its end"));
  const FaultFit fit = fit_faults(record_of(options.file),
                                  {.name = std::filesystem::path(options.file).filename().string(),
                                   .nodes = options.nodes,
                                   .days = options.days,
                                   .burst = time_of_option(options.burst)});
  print_report(fault_fit_text(fit));
  if (options.output.empty()) return exit_ok;
  write_output(options.output, fault_preset(fit));
  remark(say("written: {}", options.output));
  return exit_ok;
}

}  // namespace qianka
