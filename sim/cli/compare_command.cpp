// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/report_option.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/language/said.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/compare_report.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

struct CompareCommand {
  std::vector<std::string> files, sets, across;
  std::string costs, faults;
  PlainJob job;
  std::vector<int> sizes;
  double days = 0;
  int seeds = 100, jobs = 0;
  bool fleet = false, json = false, no_costs = false, pin_layout = false;
  ReportOption report;
};

constexpr const char* errors_file = "scenarios/validation/model-error.csv";

constexpr const char* across_hint = "qianka compare A.yaml --across cluster,cluster";

/// The one job that `--across` puts on many clusters.
Side job_across(const CompareCommand& options, const std::vector<Side>& files) {
  if (options.job.model.empty()) {
    if (files.size() != 1) throw UsageError(tr("--across is of one scenario"), across_hint);
    return files.front();
  }
  if (!files.empty()) throw UsageError(tr("--model stands in place of a scenario"), across_hint);
  if (options.job.cards == 0) throw UsageError(tr("--model needs to know on how many --cards"));
  if (options.job.model.ends_with(".json"))
    throw UsageError(say("--model: '{}' is no model file", options.job.model),
                     say("qianka import hf-config {} -o model.yaml", options.job.model));
  const std::string& cluster = options.across.front();
  return plain_side(options.job, cluster.substr(0, cluster.find(':')));
}

std::vector<Side> files_of(const CompareCommand& options) {
  const std::vector<Override> overrides = parse_sets(options.sets);
  std::vector<Side> files;
  for (const std::string& file : options.files) {
    const std::filesystem::path path = scenario_file(file);
    files.push_back({.name = path.stem().string(), .file = path, .overrides = overrides});
  }
  return files;
}

/// One job on many clusters. A cluster that cannot run it is left out, with a remark.
std::vector<Side> sides_across(const CompareCommand& options, const ModelErrors& errors,
                               std::vector<Said>& remarks, ProgressLine& line) {
  const std::vector<Override> overrides = parse_sets(options.sets);
  const Side job = job_across(options, files_of(options));
  std::vector<Side> sides;
  const auto each = [&](const std::string& name, const std::function<Side()>& make) {
    const Said refusal = refusal_of<Infeasible>([&] { sides.push_back(make()); });
    if (!refusal.empty())
      remarks.push_back(said([&] { return say("left out: {}: {}", name, refusal.text()); }));
  };
  for (const std::string& cluster : options.across)
    each(cluster, [&] {
      Side side = on_cluster(job, cluster, errors);
      side.overrides.insert(side.overrides.end(), overrides.begin(), overrides.end());
      static_cast<void>(side.load_with_any_layout());
      return side;
    });
  for (Said& assumed : assume_efficiencies(sides)) remarks.push_back(std::move(assumed));
  const bool search = !options.pin_layout || !options.job.model.empty();
  for (const Side& side : std::exchange(sides, {}))
    each(side.name, [&] {
      line.tell(tr("layouts on ") + side.name);
      Side able = search ? with_best_layout(side, study_workers(options.jobs)) : side;
      static_cast<void>(able.load());  // its sizes go together
      return able;
    });
  return sides;
}

/// What `--days` and `--faults` make of the sides.
void lay_weeks(std::vector<Side>& sides, const CompareCommand& options,
               std::vector<Said>& remarks) {
  for (Side& side : sides) {
    if (options.days == 0) {
      if (!options.faults.empty()) side.overrides.push_back({"faults", options.faults});
      continue;
    }
    const Said assumed = train_for_days(side, options.days, options.faults);
    if (!assumed.empty())
      remarks.push_back(said(
          [&] { return say("{} says nothing of it, so assumed: {}", side.name, assumed.text()); }));
  }
}

std::vector<Side> sides_of(const CompareCommand& options, const ModelErrors& errors,
                           std::vector<Said>& remarks, ProgressLine& line) {
  if (options.across.empty() && !options.job.model.empty())
    throw UsageError(tr("--model goes with --across"), "--across cluster,cluster");
  const std::size_t asked = options.across.empty() ? options.files.size() : options.across.size();
  if (asked < 2)
    throw UsageError(tr("a comparison is of two scenarios or more"),
                     "qianka compare A.yaml B.yaml, or A.yaml --across cluster,cluster");
  std::vector<Side> sides;
  if (options.across.empty()) {
    sides = files_of(options);
    remarks = assume_efficiencies(sides);
  } else {
    sides = sides_across(options, errors, remarks, line);
  }
  if (sides.size() < 2) throw Infeasible(fmt::format("{}", fmt::join(remarks, "\n")));
  lay_weeks(sides, options, remarks);
  const std::string model = sides.front().load().job.model.name;
  for (const Side& side : sides)
    if (const std::string other = side.load().job.model.name; other != model)
      throw UsageError(say("a comparison is of one job: {} trains {}, {} {}", sides.front().name,
                           model, side.name, other),
                       across_hint);
  return sides;
}

int compare_command(const CompareCommand& options) {
  ReportWriter report(options.report);
  const ModelErrors errors(read_model_error(study_file("", errors_file), errors_file));
  const std::optional<CostModel> costs =
      options.no_costs ? std::nullopt : std::optional(study_costs(options.costs));
  std::vector<Said> remarks;
  ProgressLine line;
  const std::vector<Side> sides = sides_of(options, errors, remarks, line);
  ComparisonResult result =
      compare_sides(sides, errors,
                    {.seeds = options.seeds,
                     .workers = study_workers(options.jobs),
                     .fleet = options.fleet,
                     .sizes = options.sizes,
                     .progress = [&line](const std::string& text) { line.tell(text); }});
  line.clear();
  result.remarks.insert(result.remarks.end(), remarks.begin(), remarks.end());
  const CostModel* model = costs ? &*costs : nullptr;
  if (report.wanted()) {
    for (const std::string& file : options.files) report.add_input(scenario_file(file));
    if (std::filesystem::is_regular_file(options.job.model))
      report.add_input(std::filesystem::path(options.job.model));
    report.write("compare", [&] { return compare_json(result, model); });
  }
  print_report(options.json ? json_text(compare_json(result, model)) : compare_text(result, model));
  return exit_ok;
}

/// What is compared.
void add_sides(CLI::App& command, CompareCommand& options) {
  command
      .add_option("FILE", options.files, sentence("Scenarios: two or more, or one with --across."))
      ->type_name("");
  command
      .add_option("--across", options.across,
                  sentence("Clusters to run the one scenario on, with as many cards: names or "
                           "files, each with the best layout. CLUSTER:STACK says the stack; left "
                           "out: the scenario's own if it knows the card, else the one that most "
                           "was measured with on it."))
      ->type_name("CLUSTER")
      ->delimiter(',');
  const auto text = [&](const char* name, std::string& into, const char* what) {
    command.add_option(name, into, sentence(what))->type_name("NAME");
  };
  const auto whole = [&](const char* name, int& into, const char* what) {
    command.add_option(name, into, sentence(what))
        ->type_name("N")
        ->check(CLI::Range(1, 10'000'000));
  };
  text("--model", options.job.model,
       tr("With --across, in place of a scenario: train this model, by name or file (qianka import "
          "hf-config), on --cards cards."));
  whole("--cards", options.job.cards, tr("With --model: cards of each cluster."));
  whole("--sequence", options.job.sequence,
        tr("With --model: tokens of a sequence; left out: 4096."));
  whole("--batch", options.job.global_batch,
        tr("With --model: sequences of a step; left out: four million tokens."));
  text("--precision", options.job.precision, tr("With --model: left out: bf16."));
  add_switch(command, "--pin-layout", options.pin_layout,
             "With --across: the scenario's layout on all clusters, not the best on each.");
  add_sets(command, options.sets);
}

/// Which weeks they run through.
void add_weeks(CLI::App& command, CompareCommand& options) {
  command
      .add_option("--days", options.days,
                  sentence("Wall clock to train for, in place of what the scenarios say: then "
                           "failures, checkpoints and spares count. What a scenario of one step "
                           "does not say of them is assumed, and told."))
      ->type_name("N")
      ->check(CLI::Range(0.01, 36'525.0));
  command
      .add_option("--faults", options.faults,
                  sentence("A preset of failures for all sides, in place of their own."))
      ->type_name("NAME");
  command
      .add_option("--seeds", options.seeds,
                  sentence("How many seeds of the weeks; all sides meet the same ones; left out: "
                           "100."))
      ->type_name("N")
      ->check(CLI::Range(2, 1'000'000));
}

}  // namespace

Run add_compare(CLI::App& app) {
  auto options = std::make_shared<CompareCommand>();
  CLI::App* command = add_command(
      app, "compare", "What one cluster gives against another on a job, and how sure that is.",
      "  qianka compare gpt3-175b-1024-a100 gpt3-175b-1024-910b\n"
      "  qianka compare gpt3-175b-1024-a100 gpt3-175b-1024-910b --days 30\n"
      "  qianka compare gpt3-175b-1024-a100 --across dgx-a100-superpod,dgx-h100-rail,h20-rails\n"
      "  qianka compare --model llama2-70b --cards 256 --across dgx-h100-rail,atlas-900-a2-910b");
  add_sides(*command, *options);
  add_weeks(*command, *options);
  command
      ->add_option("--sizes", options->sizes,
                   sentence("Numbers of cards to scale the job to; left out: 8, 64, 256, 1024, … "
                            "up to what the smallest side has."))
      ->type_name("N")
      ->delimiter(',')
      ->check(CLI::Range(1, 10'000'000));
  command
      ->add_option("--costs", options->costs,
                   sentence("Prices and running costs: a file, or one of scenarios/costs; left "
                            "out: street-2024."))
      ->type_name("FILE");
  add_switch(*command, "--no-costs", options->no_costs, "Leave money and energy out.");
  add_switch(*command, "--fleet", options->fleet,
             "All sides as one fleet as well: a job on each, or one job over all kinds of card, "
             "pipeline stages sized to each.");
  command->add_option("-j,--jobs", options->jobs, sentence("Processes; left out: one a processor."))
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  add_report(*command, options->report);
  add_switch(*command, "--json", options->json, "Print JSON, with every key of docs/json.md.");
  return [options] { return compare_command(*options); };
}

}  // namespace qianka
