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
  std::vector<int> sizes;
  double days = 0;
  int seeds = 100, jobs = 0;
  bool json = false, no_costs = false, pin_layout = false;
};

constexpr const char* errors_file = "scenarios/validation/model-error.csv";

/// With `--across` one scenario on many clusters, otherwise each file as it is.
std::vector<Side> sides_of(const CompareCommand& options, const ModelErrors& errors) {
  const std::vector<Override> overrides = parse_sets(options.sets);
  std::vector<Side> sides;
  for (const std::string& file : options.files) {
    const std::filesystem::path path = scenario_file(file);
    sides.push_back({path.stem().string(), path, overrides});
  }
  if (options.across.empty()) return sides;
  if (sides.size() != 1)
    throw UsageError("--across is of one scenario",
                     "qianka compare A.yaml --across cluster,cluster");
  const Side scenario = sides.front();
  sides.clear();
  for (const std::string& cluster : options.across) {
    const Side side = on_cluster(scenario, cluster, errors);
    sides.push_back(options.pin_layout ? side
                                       : with_best_layout(side, study_workers(options.jobs)));
  }
  return sides;
}

int compare_command(const CompareCommand& options) {
  const ModelErrors errors(read_model_error(study_file("", errors_file), errors_file));
  std::vector<Side> sides = sides_of(options, errors);
  if (sides.size() < 2)
    throw UsageError("a comparison is of two scenarios or more",
                     "qianka compare A.yaml B.yaml, or A.yaml --across cluster,cluster");
  std::vector<std::string> assumed;
  for (Side& side : sides) {
    if (options.days == 0) break;
    const std::string words = train_for_days(side, options.days, options.faults);
    if (!words.empty()) assumed.push_back(side.name + " says nothing of it, so assumed: " + words);
  }
  ComparisonResult result = compare_sides(
      sides, errors,
      {.seeds = options.seeds, .workers = study_workers(options.jobs), .sizes = options.sizes});
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
      "  qianka compare gpt3-175b-1024-a100 --across dgx-a100-superpod,dgx-h100-rail,h20-rails");
  add_files(*command, options->files);
  command
      ->add_option("--across", options->across,
                   sentence("Clusters to run the one scenario on, with as many cards: names or "
                            "files, each with the best layout. CLUSTER:STACK says the stack; left "
                            "out: the scenario's own if it knows the card, else the one that most "
                            "was measured with on it."))
      ->type_name("CLUSTER")
      ->delimiter(',');
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
  add_sets(*command, options->sets);
  command->add_option("-j,--jobs", options->jobs, sentence("Processes; left out: one a processor."))
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  add_switch(*command, "--json", options->json, "Print JSON, with every key of docs/compare.md.");
  return [options] { return compare_command(*options); };
}

}  // namespace qianka
