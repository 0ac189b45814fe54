// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/run_log.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/cli/trace_options.hpp"
#include "sim/language/language.hpp"
#include "sim/report/json.hpp"
#include "sim/report/sources_text.hpp"
#include "sim/report/text.hpp"
#include "sim/simulate.hpp"
#include "sim/study/replicas_report.hpp"
#include "sim/study/run_extras.hpp"
#include "sim/weeks.hpp"

#include <algorithm>
#include <optional>

#include <spdlog/spdlog.h>

namespace qianka {
namespace {

std::vector<Override> overrides_of(const RunOptions& options) {
  std::vector<Override> overrides = parse_sets(options.sets);
  if (options.seed) overrides.push_back({"seed", std::to_string(*options.seed)});
  return overrides;
}

std::string text_of(const Summary& summary, const Scenario& scenario, const RunOptions& options) {
  std::string text = text_report(summary, {.every_restart = options.verbose > 0});
  if (options.explain_sources) text += "\nSources\n" + sources_text(scenario.provenance);
  return text;
}

/// Nothing when one seed is all that is asked for.
std::optional<ReplicaFigures> replicas_of(const Scenario& scenario, int seeds) {
  if (seeds < 2) return std::nullopt;
  PreparedWeeks weeks(scenario);
  ProgressLine line;
  std::size_t done = 0;
  const RunWeeks run = [&](const Scenario& replica) {
    line.tell(done++, static_cast<std::size_t>(seeds));
    return weeks.run(replica);
  };
  const ReplicaFigures figures = run_replicas(run, scenario, seeds);
  line.clear();
  return figures;
}

/// Pages and traces are of one run.
void check_files(const RunOptions& options) {
  if (options.files.size() == 1 && !options.together) return;
  if (!options.report.file.empty())
    throw UsageError(tr("--report is of one scenario"),
                     tr("a report for each, or 'qianka compare'"));
  if (!options.trace->folder.empty())
    throw UsageError(tr("--trace: several scenarios"), tr("a folder and a run for each"));
}

/// The page has the sources of all values, asked for or not.
void write_run_report(ReportWriter& writer, const std::filesystem::path& file,
                      const Scenario& scenario, const Results& run,
                      const std::optional<ReplicaFigures>& replicas) {
  if (!writer.wanted()) return;
  writer.add_input(file);
  const auto result = [&] {
    Json all = json_report(run.summary, scenario.provenance);
    if (replicas) all["replicas"] = replicas_json(*replicas);
    return all;
  };
  Json extras = run_extras(scenario, run);
  if (replicas) extras["replicas"] = replicas_by_seed_json(*replicas, scenario.seed);
  writer.write("run", result, extras);
}

}  // namespace

int run_command(const RunOptions& options) {
  check_files(options);
  if (options.together) return run_jobs_together(options);
  const std::vector<Override> overrides = overrides_of(options);
  ReportWriter report(options.report);
  Json all = Json::array();
  std::string separator;
  int worst = exit_ok;
  for (const std::string& file : options.files) {
    std::string text;
    const int outcome = outcome_of([&] {
      const std::filesystem::path path = scenario_file(file);
      const Scenario scenario = load_scenario(path, overrides);
      spdlog::info("{}: {} cards, digest {}", scenario.name, cards(scenario.job.parallel),
                   scenario.digest);
      check_traces(*options.trace, scenario);
      const Results run = simulate(scenario, study_workers(0));
      log_run(scenario, run);
      const Summary& summary = run.summary;
      write_traces(*options.trace, scenario, run);
      const auto replicas = replicas_of(scenario, options.seeds);
      write_run_report(report, path, scenario, run, replicas);
      if (options.json) {
        const std::vector<SourcedValue> none;
        all.push_back(json_report(summary, options.explain_sources ? scenario.provenance : none));
        if (replicas) all.back()["replicas"] = replicas_json(*replicas);
      } else {
        text = text_of(summary, scenario, options);
        if (replicas) text += "\n" + replicas_text(*replicas);
      }
      return exit_ok;
    });
    worst = std::max(worst, outcome);
    if (text.empty()) continue;
    print_report(separator + text);
    separator = "\n\n";
  }
  if (options.json && options.files.size() > 1) {
    print(json_text(all));
  } else if (options.json && !all.empty()) {
    print(json_text(all.front()));
  }
  return worst;
}

}  // namespace qianka
