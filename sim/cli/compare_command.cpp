// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/compare_report.hpp"

#include <filesystem>
#include <memory>

#include <fmt/format.h>

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
};

constexpr const char* errors_file = "scenarios/validation/model-error.csv";

/// The one job that `--across` puts on many clusters.
Side job_across(const CompareCommand& options, const std::vector<Side>& files) {
  const char* hint = "qianka compare A.yaml --across cluster,cluster";
  if (options.job.model.empty()) {
    if (files.size() != 1) throw UsageError("--across is of one scenario", hint);
    return files.front();
  }
  if (!files.empty()) throw UsageError("--model stands in place of a scenario", hint);
  if (options.job.cards == 0)
    throw UsageError("--model needs to know on how many --cards", "--cards 1024");
  return plain_side(options.job, options.across.front());
}

/// With `--across` one job on many clusters, otherwise each file as it is.
std::vector<Side> sides_of(const CompareCommand& options, const ModelErrors& errors,
                           std::vector<std::string>& remarks) {
  const std::vector<Override> overrides = parse_sets(options.sets);
  std::vector<Side> files;
  for (const std::string& file : options.files) {
    const std::filesystem::path path = scenario_file(file);
    files.push_back({.name = path.stem().string(), .file = path, .overrides = overrides});
  }
  if (options.across.empty()) {
    if (!options.job.model.empty())
      throw UsageError("--model goes with --across", "--across cluster,cluster");
    remarks = assume_efficiencies(files);
    return files;
  }
  const Side job = job_across(options, files);
  const bool search = !options.pin_layout || !options.job.model.empty();
  std::vector<Side> sides;
  for (const std::string& cluster : options.across) {
    Side side = on_cluster(job, cluster, errors);
    side.overrides.insert(side.overrides.end(), overrides.begin(), overrides.end());
    sides.push_back(std::move(side));
  }
  remarks = assume_efficiencies(sides);
  if (search)
    for (Side& side : sides) side = with_best_layout(side, study_workers(options.jobs));
  return sides;
}

int compare_command(const CompareCommand& options) {
  const ModelErrors errors(read_model_error(study_file("", errors_file), errors_file));
  std::vector<std::string> assumed;
  std::vector<Side> sides = sides_of(options, errors, assumed);
  if (sides.size() < 2)
    throw UsageError("a comparison is of two scenarios or more",
                     "qianka compare A.yaml B.yaml, or A.yaml --across cluster,cluster");
  for (Side& side : sides) {
    if (options.days == 0) break;
    const std::string words = train_for_days(side, options.days, options.faults);
    if (!words.empty()) assumed.push_back(side.name + " says nothing of it, so assumed: " + words);
  }
  ComparisonResult result = compare_sides(sides, errors,
                                          {.seeds = options.seeds,
                                           .workers = study_workers(options.jobs),
                                           .fleet = options.fleet,
                                           .sizes = options.sizes});
  result.remarks.insert(result.remarks.end(), assumed.begin(), assumed.end());
  const std::optional<CostModel> costs =
      options.no_costs ? std::nullopt : std::optional(study_costs(options.costs));
  const CostModel* model = costs ? &*costs : nullptr;
  print(options.json ? json_text(compare_json(result, model)) : compare_text(result, model));
  return exit_ok;
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
  command
      ->add_option("FILE", options->files,
                   sentence("Scenarios: two or more, or one with --across."))
      ->type_name("");
  command
      ->add_option("--across", options->across,
                   sentence("Clusters to run the one scenario on, with as many cards: names or "
                            "files, each with the best layout. CLUSTER:STACK says the stack; left "
                            "out: the scenario's own if it knows the card, else the one that most "
                            "was measured with on it."))
      ->type_name("CLUSTER")
      ->delimiter(',');
  command
      ->add_option("--model", options->job.model,
                   sentence("With --across, in place of a scenario: train this model, by name or "
                            "file (qianka import hf-config), on --cards cards."))
      ->type_name("NAME");
  const auto whole = [&](const char* name, int& into, const char* what) {
    command->add_option(name, into, sentence(what))
        ->type_name("N")
        ->check(CLI::Range(1, 10'000'000));
  };
  whole("--cards", options->job.cards, "With --model: cards of each cluster.");
  whole("--sequence", options->job.sequence, "With --model: tokens of a sequence; left out: 4096.");
  whole("--batch", options->job.global_batch,
        "With --model: sequences of a step; left out: four million tokens.");
  command
      ->add_option("--precision", options->job.precision, sentence("With --model: left out: bf16."))
      ->type_name("NAME");
  add_switch(*command, "--pin-layout", options->pin_layout,
             "With --across: the scenario's layout on all clusters, not the best on each.");
  command
      ->add_option("--days", options->days,
                   sentence("Wall clock to train for, in place of what the scenarios say: then "
                            "failures, checkpoints and spares count. What a scenario of one step "
                            "does not say of them is assumed, and told."))
      ->type_name("N")
      ->check(CLI::Range(0.01, 36'525.0));
  command
      ->add_option("--faults", options->faults,
                   sentence("A preset of failures for all sides, in place of their own."))
      ->type_name("NAME");
  command
      ->add_option("--seeds", options->seeds,
                   sentence("How many seeds of the weeks; all sides meet the same ones; left out: "
                            "100."))
      ->type_name("N")
      ->check(CLI::Range(2, 1'000'000));
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
  add_sets(*command, options->sets);
  command->add_option("-j,--jobs", options->jobs, sentence("Processes; left out: one a processor."))
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  add_switch(*command, "--json", options->json, "Print JSON, with every key of docs/compare.md.");
  return [options] { return compare_command(*options); };
}

}  // namespace qianka
