// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/report_option.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/study/sweep_report.hpp"
#include "sim/study/sweep_runner.hpp"
#include "sim/study/sweep_slurm.hpp"
#include "sim/study/sweep_tables.hpp"
#include "sim/units/format.hpp"
#include "sim/units/shell_word.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;

struct SweepCommand {
  std::string plan, folder, shard;
  int jobs = 0;
  bool anew = false, retry = false, partial = false, csv = false, json = false, print_only = false;
  ReportOption report;
  SweepQuestion question;
  std::vector<std::string> curve;
  std::string manager;
  SlurmJob slurm;
};

/// The sweep of a plan whose paths are looked for in `origin`.
Sweep sweep_of(const std::string& text, const std::string& name, const fs::path& origin) {
  SweepPlan plan = read_sweep_plan(text, name);
  fs::path file = origin / plan.scenario;
  try {
    if (!fs::is_regular_file(file)) file = scenario_file(plan.scenario);
  } catch (const UsageError& missing) {
    throw InputError({{plan.scenario_at, missing.what(), missing.hint}});
  }
  file = fs::absolute(file).lexically_normal();
  SweepPoints points(plan);
  return {std::move(plan), std::move(points), file.stem().string(), file,
          sweep_digest(text, study_file(file.string(), ""))};
}

Sweep sweep_in(const SweepFolder& folder) {
  if (!fs::exists(folder.plan_file()))
    throw UsageError(say("no sweep in '{}'", folder.path().string()),
                     tr("'qianka sweep run PLAN.yaml -o DIR' makes one"));
  const std::string name = folder.plan_file().string();
  return sweep_of(study_file(name, ""), name, folder.origin());
}

/// The given plan's, whose folder is made when it is not there; or that which the folder is of.
Sweep begin_sweep(const SweepCommand& command, const SweepFolder& folder) {
  if (command.plan.empty()) return sweep_in(folder);
  const std::string text = study_file(command.plan, "");
  std::error_code absent;  // of a folder that is yet to be made
  fs::path origin = fs::absolute(command.plan).parent_path();
  if (fs::equivalent(origin, folder.path(), absent)) origin = folder.origin();
  Sweep sweep = sweep_of(text, command.plan, origin);
  check_sweep_values(sweep.plan, sweep.points, sweep.scenario);
  if (command.anew) folder.forget();
  folder.begin(text, origin);
  return sweep;
}

/// Which of the tasks of an array this is, from 1: of Slurm, or of Kubernetes (from 0).
int shard_of_environment() {
  if (const char* task = std::getenv("SLURM_ARRAY_TASK_ID")) return std::atoi(task);
  if (const char* index = std::getenv("JOB_COMPLETION_INDEX")) return std::atoi(index) + 1;
  throw UsageError(tr("--shard env: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set"),
                   tr("they are in tasks of a Slurm array and of an indexed job of Kubernetes"));
}

SweepShard shard_of(const std::string& text) {
  if (text.empty()) return {};
  SweepShard shard{0, 0};
  const std::size_t slash = text.find('/');
  const std::string k = text.substr(0, slash);
  int used = 0;
  if (slash != std::string::npos &&
      std::sscanf(text.c_str() + slash, "/%6d%n", &shard.n, &used) == 1 &&
      text.c_str()[slash + static_cast<std::size_t>(used)] == '\0') {
    if (k == "env")
      shard.k = shard_of_environment();
    else if (std::sscanf(k.c_str(), "%6d%n", &shard.k, &used) != 1 || k.c_str()[used] != '\0')
      shard.k = 0;
  }
  if (shard.k < 1 || shard.k > shard.n)
    throw UsageError(
        say("--shard: '{}' is no shard", text),
        tr("the second of eight: --shard 2/8; its number from the environment: env/8"));
  return shard;
}

std::string progress_text(const SweepProgress& progress) {
  return say("{} of {} points{}", format_count(static_cast<std::int64_t>(progress.done)),
             format_count(static_cast<std::int64_t>(progress.all)),
             progress.eta_s < 0 ? "" : ", " + clock_text(Seconds{progress.eta_s}) + tr(" to go"));
}

/// Writes the merged files when nothing is missing, or `partial`. False when something is.
bool merge(const Sweep& sweep, const SweepFolder& folder, bool partial) {
  const SweepResults results = read_results(folder, sweep.digest);
  for (const std::string& note : results.notes) complain("note: " + note);
  const std::string missing = missing_points(sweep, results.records);
  if (!missing.empty() && !partial) {
    complain(
        say("error: points without a result: {}\n  hint: 'qianka sweep run -o {}' "
            "runs them, 'qianka sweep merge {} --partial' does without",
            missing, folder.path().string(), folder.path().string()));
    return false;
  }
  const SweepTable points = points_table(sweep, results.records);
  write_sqlite(folder.path() / "results.sqlite",
               {facts_table(sweep), points, replicas_table(results.records)});
  write_whole(folder.path() / "points.csv", csv_text(points));
  const std::size_t all = sweep.points.size(), found = results.records.size();
  print(say("{} of {} in {} and {}\n{}", format_count(static_cast<std::int64_t>(found)),
            counted(static_cast<std::int64_t>(all), "point"),
            (folder.path() / "results.sqlite").string(), (folder.path() / "points.csv").string(),
            trouble_text(results.records)));
  return missing.empty();
}

int run_sweep_command(const SweepCommand& command) {
  const SweepFolder folder(command.folder);
  const SweepShard shard = shard_of(command.shard);
  if (command.anew && (command.plan.empty() || shard.n > 1))
    throw UsageError(tr("--anew is of a plan, run whole"),
                     "qianka sweep run PLAN.yaml -o DIR --anew");
  const Sweep sweep = begin_sweep(command, folder);
  ProgressLine line(std::chrono::minutes(1));
  const SweepRunEnd end = run_sweep(
      sweep, folder,
      {.shard = shard,
       .workers = study_workers(command.jobs),
       .retry = command.retry,
       .progress = [&](const SweepProgress& progress) { line.tell(progress_text(progress)); }});
  line.clear();
  for (const std::string& note : end.notes)
    complain("note: " + note);  // -q or not: a file was mended
  if (end.interrupted) {
    complain(
        say("interrupted; {} of {} points are kept. To go on:\n"
            "  qianka sweep run -o {}{}",
            format_count(static_cast<std::int64_t>(end.found + end.done)),
            format_count(static_cast<std::int64_t>(end.all)), shell_word(command.folder),
            command.shard.empty() ? "" : " --shard " + command.shard));
    return exit_interrupted;
  }
  if (shard.n == 1) return merge(sweep, folder, false) ? exit_ok : exit_run_failed;
  print(
      say("shard {}/{}: {}, {} of them found done; 'qianka sweep merge {}' when all "
          "shards are\n",
          shard.k, shard.n, counted(static_cast<std::int64_t>(end.all), "point"),
          format_count(static_cast<std::int64_t>(end.found)), command.folder));
  return exit_ok;
}

int merge_sweep_command(const SweepCommand& command) {
  const SweepFolder folder(command.folder);
  const bool whole = merge(sweep_in(folder), folder, command.partial);
  return whole || command.partial ? exit_ok : exit_run_failed;
}

int report_sweep_command(SweepCommand& command) {
  ReportWriter report(command.report);
  const SweepFolder folder(command.folder);
  const Sweep sweep = sweep_in(folder);
  if (!command.curve.empty()) command.question.curve = command.curve[0];
  if (command.curve.size() > 1) command.question.by = command.curve[1];
  const SweepResults results = read_results(folder, sweep.digest);
  const SweepStory story = sweep_story(sweep, results.records, command.question);
  if (report.wanted()) {
    report.add_input(folder.plan_file());
    report.add_input(sweep.scenario);
    report.write("sweep", [&] { return sweep_story_json(sweep, results.records, story); });
  }
  if (command.json) {
    print(json_text(sweep_story_json(sweep, results.records, story)));
    return exit_ok;
  }
  print_report(command.csv ? sweep_story_csv(story)
                           : sweep_story_text(sweep, results.records, story));
  return exit_ok;
}

/// What a program prints; RunFailed when it fails.
std::string output_of(const std::string& shell_command) {
  std::fflush(stderr);
  std::FILE* const pipe = popen(shell_command.c_str(), "r");
  if (pipe == nullptr) throw RunFailed(tr("cannot run: ") + shell_command);
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
    text.push_back(static_cast<char>(c));
  if (pclose(pipe) != 0) throw RunFailed("failed: " + shell_command);
  return text;
}

int submit_sweep_command(SweepCommand& command) {
  const SweepFolder folder(fs::absolute(command.folder).lexically_normal());
  if (!command.print_only) begin_sweep(command, folder);
  SlurmJob& job = command.slurm;
  job.program = fs::read_symlink("/proc/self/exe"), job.folder = folder.path();
  job.workers = command.jobs > 0 ? command.jobs : 1;
  const std::string array = slurm_array_script(job), last = slurm_merge_script(job);
  if (command.print_only) {
    print(fmt::format("# {}\n{}\n# {}, after all tasks have ended\n{}",
                      (job.folder / "slurm-array.sh").string(), array,
                      (job.folder / "slurm-merge.sh").string(), last));
    return exit_ok;
  }
  write_whole(job.folder / "slurm-array.sh", array);
  write_whole(job.folder / "slurm-merge.sh", last);
  const auto submit = [&](const std::string& options, const char* script) {
    std::string id = output_of(
        fmt::format("sbatch --parsable {}{}", options, shell_word((job.folder / script).string())));
    return id.substr(0, id.find_first_of(";\n"));
  };
  const std::string tasks = submit("", "slurm-array.sh");
  const std::string merge_job =
      submit(fmt::format("--dependency=afterany:{} ", tasks), "slurm-merge.sh");
  print(say("array job {} with {}, merge job {}\n", tasks, counted(job.shards, "task"), merge_job));
  return exit_ok;
}

CLI::App* add_part(CLI::App& sweep, const char* name, const char* what, SweepCommand& options) {
  CLI::App* part = sweep.add_subcommand(name, tr(what));
  part->get_formatter()->column_width(name_width);
  part->get_help_ptr()->group(tr("Options"));
  if (std::string_view(name) == "merge" || std::string_view(name) == "report")
    part->add_option("DIR", options.folder, sentence("The folder of the sweep."))
        ->required()
        ->type_name("");
  return part;
}

void add_jobs(CLI::App& part, int& jobs, const char* what) {
  part.add_option("-j,--jobs", jobs, sentence(what))->type_name("N")->check(CLI::Range(1, 1024));
}

void add_run_part(CLI::App& sweep, SweepCommand& options) {
  CLI::App* part = add_part(sweep, "run", "Run what is missing of a sweep.", options);
  part->add_option("PLAN.yaml", options.plan,
                   sentence("What is varied, and how: docs/sweep.md. Left out: the plan that the "
                            "folder has."))
      ->type_name("");
  part->add_option("-o,--output", options.folder, sentence("The folder of the sweep."))
      ->required()
      ->type_name("DIR");
  part->add_option("--shard", options.shard,
                   sentence("This part of so many alone, from 1; env/N: the number that Slurm or "
                            "Kubernetes gives the task."))
      ->type_name("K/N");
  add_jobs(*part, options.jobs, "Processes; left out: one a processor.");
  add_switch(*part, "--anew", options.anew, "Forget what the folder has of a sweep, and begin.");
  add_switch(*part, "--retry", options.retry, "Run points again whose process was ended.");
}

void add_report_part(CLI::App& sweep, SweepCommand& options) {
  CLI::App* part = add_part(sweep, "report", "What a sweep says, finished or not.", options);
  part->add_option("--figure", options.question.figure,
                   sentence("Which one; left out: goodput, or mfu for single steps."))
      ->type_name("NAME");
  part->add_option("--top", options.question.top, sentence("How many of the best; left out: 10."))
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  part->add_option(
          "--pareto", options.question.pareto,
          sentence("Figures and keys that matter together: goodput,cluster.spares. Less of "
                   "a key is better; +key: more."))
      ->type_name("NAME,…")
      ->delimiter(',');
  part->add_option("--curve", options.curve,
                   sentence("How the figure answers to a key, and under each value of another."))
      ->type_name("KEY[,KEY]")
      ->delimiter(',')
      ->expected(1, 2);
  add_switch(*part, "--csv", options.csv, "Main effects and curves as CSV.");
  add_switch(*part, "--json", options.json, "Print JSON, with every key of docs/json.md.");
  add_report(*part, options.report);
}

void add_submit_part(CLI::App& sweep, SweepCommand& options) {
  CLI::App* part =
      add_part(sweep, "submit", "A sweep as an array job, and a merge after it.", options);
  part->add_option("MANAGER", options.manager, sentence("slurm"))
      ->required()
      ->check(CLI::IsMember({"slurm"}))
      ->type_name("");
  part->add_option("DIR", options.folder, sentence("The folder of the sweep."))
      ->required()
      ->type_name("");
  part->add_option("--plan", options.plan, sentence("Makes the folder of this plan first."))
      ->type_name("PLAN.yaml");
  part->add_option("--shards", options.slurm.shards, sentence("Tasks; left out: 1."))
      ->type_name("N")
      ->check(CLI::Range(1, 100'000));
  add_jobs(*part, options.jobs, "Processes, and processors, of a task; left out: 1.");
  part->add_option("--partition", options.slurm.partition, sentence("Of Slurm."))
      ->type_name("NAME");
  part->add_option("--time", options.slurm.time, sentence("Limit of a task, as sbatch reads it."))
      ->type_name("TIME");
  part->add_option("--sbatch", options.slurm.more,
                   sentence("Another option for both jobs: --sbatch=--account=x."))
      ->type_name("OPTION")
      ->allow_extra_args(false);
  add_switch(*part, "--print", options.print_only, "Show the scripts, submit nothing.");
}

}  // namespace

Run add_sweep(CLI::App& app) {
  auto options = std::make_shared<SweepCommand>();
  CLI::App* command =
      add_command(app, "sweep", "Many variants of a scenario, on one machine or many.",
                  "  qianka sweep run plan.yaml -o results\n"
                  "  qianka sweep run -o results --shard 2/8\n"
                  "  qianka sweep report results --pareto goodput,cluster.spares\n"
                  "  qianka sweep submit slurm results --plan plan.yaml --shards 8");
  command->require_subcommand(1);
  add_run_part(*command, *options);
  add_report_part(*command, *options);
  CLI::App* part = add_part(*command, "merge", "Write the results of all shards as one.", *options);
  add_switch(*part, "--partial", options->partial, "Also when points are missing.");
  add_submit_part(*command, *options);
  return [options, command] {
    const std::string chosen = command->get_subcommands().front()->get_name();
    if (chosen == "run") return run_sweep_command(*options);
    if (chosen == "merge") return merge_sweep_command(*options);
    if (chosen == "report") return report_sweep_command(*options);
    return submit_sweep_command(*options);
  };
}

}  // namespace qianka
