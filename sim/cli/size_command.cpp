// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/report_option.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/any_layout.hpp"
#include "sim/study/size_report.hpp"
#include "sim/units/parse_quantity.hpp"

#include <memory>

#include <fmt/format.h>

namespace qianka {
namespace {

struct SizeCommand {
  std::string file, within, tokens, power, costs;
  std::vector<std::string> sets;
  std::vector<int> nodes;
  double budget = 0;
  SizeOptions options;
  int jobs = 0;
  bool json = false;
  ReportOption report;
};

double quantity_of(const char* option, const std::string& text, Dimension dimension) {
  try {
    const double value = parse_quantity(text, dimension);
    if (value > 0) return value;
  } catch (const QuantityError& problem) {
    throw UsageError(fmt::format("{}: {}", option, problem.what()), problem.hint);
  }
  throw UsageError(say("{}: '{}' is to be above 0", option, text),
                   say("for example {}", example_of(dimension)));
}

SizeGoal goal_of(const SizeCommand& command, const Scenario& scenario) {
  SizeGoal goal;
  goal.tokens = scenario.job.tokens;
  if (!command.tokens.empty())
    goal.tokens = quantity_of("--tokens", command.tokens, Dimension::tokens);
  if (!command.within.empty())
    goal.within = Seconds{quantity_of("--within", command.within, Dimension::time)};
  if (!command.power.empty())
    goal.power = Power{quantity_of("--power", command.power, Dimension::power)};
  if (command.budget > 0) goal.budget = command.budget;
  if (!goal.tokens && !goal.within)
    throw UsageError(tr("size needs to know how much is to be trained, or by when"),
                     "--tokens 300B --within '30 days'");
  if (goal.tokens && !goal.within && !goal.budget && !goal.power && command.nodes.empty())
    throw UsageError(tr("nothing limits the size"),
                     "--within '30 days', --budget N or --power '2 MW'");
  return goal;
}

/// Without tokens to reach there is nothing to search: what these sizes finish by then.
std::vector<int> sizes_asked(const SizeCommand& command, const SizeGoal& goal,
                             const Scenario& scenario) {
  if (!command.nodes.empty() || goal.tokens) return command.nodes;
  return {scenario.cluster.nodes};
}

int size_command(SizeCommand& command) {
  ReportWriter report(command.report);
  const Scenario scenario =
      load_with_any_layout(scenario_file(command.file), parse_sets(command.sets));
  const SizeGoal goal = goal_of(command, scenario);
  const CostModel costs = study_costs(command.costs);
  command.options.workers = study_workers(command.jobs);
  ProgressLine line;
  command.options.progress = [&line](const std::string& text) { line.tell(text); };
  const std::vector<int> nodes = sizes_asked(command, goal, scenario);
  const SizeStudy study = nodes.empty() ? size_for(scenario, goal, costs, command.options)
                                        : sizes_of(scenario, goal, costs, command.options, nodes);
  line.clear();
  report.add_input(scenario_file(command.file));
  report.write("size", [&] { return size_json(study, scenario, goal, costs); });
  print_report(command.json ? json_text(size_json(study, scenario, goal, costs))
                            : size_text(study, scenario, goal, costs));
  return !goal.tokens || study.chosen ? exit_ok : exit_infeasible;
}

}  // namespace

Run add_size(CLI::App& app) {
  auto options = std::make_shared<SizeCommand>();
  CLI::App* command = add_command(
      app, "size", "The smallest cluster that finishes a job in a time, for a sum, below a power.",
      "  qianka size gpt3-175b-1024-a100 --tokens 300B --within '30 days'\n"
      "  qianka size gpt3-175b-1024-a100 --within '30 days' --nodes 64,128,256");
  command
      ->add_option("FILE", options->file, sentence("A scenario; its cluster says of which nodes."))
      ->required()
      ->type_name("");
  const auto text = [&](const char* name, std::string& into, const char* type, const char* what) {
    command->add_option(name, into, sentence(what))->type_name(type);
  };
  text("--tokens", options->tokens, "N",
       "How much is to be trained; left out: the job's tokens, and without these, what is finished "
       "by then.");
  text("--within", options->within, "TIME", "By when: '30 days'.");
  command
      ->add_option("--budget", options->budget,
                   sentence("What the training may cost, in the currency of the costs."))
      ->type_name("N")
      ->check(CLI::Range(1.0, 1e15));
  text("--power", options->power, "POWER", "Rated power of all nodes, the hall included: '2 MW'.");
  command
      ->add_option("--nodes", options->nodes,
                   sentence("These numbers of nodes alone, in place of a search."))
      ->type_name("N,…")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::Range(1, 1'000'000));
  command
      ->add_option("--most-nodes", options->options.most_nodes,
                   sentence("Where the search ends; left out: what the cluster has installed, or "
                            "16,384."))
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--seeds", options->options.seeds, sentence("Of the weeks; left out: 20."))
      ->type_name("N")
      ->check(CLI::Range(2, 1'000'000));
  text("--costs", options->costs, "FILE",
       "Prices and running costs: a file, or one of scenarios/costs; left out: street-2024.");
  add_switch(*command, "--as-written", options->options.as_written,
             "Keep the scenario's layout: data parallel takes the rest.");
  add_sets(*command, options->sets);
  command->add_option("-j,--jobs", options->jobs, sentence("Processes; left out: one a processor."))
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  add_report(*command, options->report);
  add_switch(*command, "--json", options->json, "Print JSON, with every key of docs/json.md.");
  return [options] { return size_command(*options); };
}

}  // namespace qianka
