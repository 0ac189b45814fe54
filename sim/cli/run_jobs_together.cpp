// SPDX-License-Identifier: Apache-2.0
// `qianka run A B --together`.
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/engine/together.hpp"
#include "sim/language/language.hpp"
#include "sim/report/jobs_report.hpp"
#include "sim/simulate.hpp"

namespace qianka {
namespace {

JobPlacement placement_named(const std::string& name) {
  for (const auto& [known, placement] : job_placement_names)
    if (known == name) return placement;
  throw UsageError(say("unknown placement '{}'", name));
}

std::vector<Scenario> load_jobs(const RunOptions& options) {
  if (options.files.size() < 2)
    throw UsageError(tr("--together needs two scenarios at least"),
                     tr("for example 'qianka run one.yaml other.yaml --together'"));
  std::vector<Scenario> jobs;
  const auto overrides = parse_sets(options.sets);
  for (const std::string& file : options.files) {
    jobs.push_back(load_scenario(scenario_file(file), overrides));
    check_feasible(jobs.back());
    if (jobs.back().cluster.id != jobs.front().cluster.id)
      throw UsageError(say("{} is on {}, but {} is on {}", jobs.front().name,
                           jobs.front().cluster.id, jobs.back().name, jobs.back().cluster.id),
                       tr("jobs on one fabric name the same cluster; the first one's is taken"));
  }
  return jobs;
}

}  // namespace

int run_jobs_together(const RunOptions& options) {
  const std::vector<Scenario> jobs = load_jobs(options);
  const JobsSummary summary = run_together(jobs, placement_named(options.placement),
                                           options.seed.value_or(jobs.front().seed));
  print_report(options.json ? json_text(jobs_json(summary)) : jobs_text(summary));
  return exit_ok;
}

}  // namespace qianka
