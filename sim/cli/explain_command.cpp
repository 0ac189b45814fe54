// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/report_option.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/study/explain_report.hpp"

#include <memory>

namespace qianka {
namespace {

struct ExplainCommand {
  std::string file;
  std::vector<std::string> sets;
  int seeds = 20, jobs = 0;
  bool json = false;
  ReportOption report;
};

int explain_command(const ExplainCommand& command) {
  ReportWriter report(command.report);
  const std::filesystem::path file = scenario_file(command.file);
  const Side run{.name = file.stem().string(), .file = file, .overrides = parse_sets(command.sets)};
  ProgressLine line;
  const Explanation found =
      explain_run(run, {.seeds = command.seeds,
                        .workers = study_workers(command.jobs),
                        .progress = [&line](const std::string& text) { line.tell(text); }});
  line.clear();
  report.add_input(file);
  report.write("explain", [&] { return explain_json(found); });
  print(command.json ? json_text(explain_json(found)) : explain_text(found));
  return exit_ok;
}

}  // namespace

Run add_explain(CLI::App& app) {
  auto options = std::make_shared<ExplainCommand>();
  CLI::App* command = add_command(
      app, "explain", "What limits a run and what would help most, each tried by simulation.",
      "  qianka explain gpt3-175b-1024-a100\n"
      "  qianka explain llama3-405b-54-days --seeds 50");
  command
      ->add_option("FILE", options->file,
                   sentence("A scenario; of one that runs for a time, the weeks as well."))
      ->required()
      ->type_name("");
  command
      ->add_option("--seeds", options->seeds,
                   sentence("How many seeds of the weeks, from the scenario's up; left out: 20."))
      ->type_name("N")
      ->check(CLI::Range(2, 1'000'000));
  add_sets(*command, options->sets);
  command->add_option("-j,--jobs", options->jobs, sentence("Processes; left out: one a processor."))
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  add_report(*command, options->report);
  add_switch(*command, "--json", options->json, "Print JSON, with every key of docs/json.md.");
  return [options] { return explain_command(*options); };
}

}  // namespace qianka
