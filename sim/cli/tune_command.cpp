// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/output_file.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/report_option.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/any_layout.hpp"
#include "sim/scenario/names.hpp"
#include "sim/study/tune_report.hpp"
#include "sim/study/tuned_file.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <memory>

namespace qianka {
namespace {

struct TuneCommand {
  std::string file, output, within;
  std::vector<std::string> sets, recompute, sharding, layers_per_stage;
  TuneOptions options;
  int jobs = 0;
  bool json = false;
  ReportOption report;
};

/// The values that `words` name. Throws UsageError.
template <class E, std::size_t n>
std::vector<E> values_of(const char* option, const std::vector<std::string>& words,
                         const NameTable<E, n>& names) {
  std::vector<E> values;
  for (const std::string& word : words) {
    const auto known = std::ranges::find(names, word, &std::pair<std::string_view, E>::first);
    if (known == names.end()) {
      std::vector<std::string> choices;
      for (const auto& [name, value] : names) choices.emplace_back(name);
      throw UsageError(say("{}: unknown value '{}'", option, word),
                       suggestion(word, choices, tr("choices are")));
    }
    values.push_back(known->second);
  }
  return values;
}

/// "2%", "0.02"
double share_of(const std::string& text) {
  if (text.empty()) return 0;
  const bool percent = text.back() == '%';
  const std::string number = percent ? text.substr(0, text.size() - 1) : text;
  try {
    std::size_t read = 0;
    const double share = std::stod(number, &read) / (percent ? 100 : 1);
    if (number.find_first_not_of(' ', read) == std::string::npos && share >= 0 && share < 1)
      return share;
  } catch (const std::exception&) {  // told below
  }
  throw UsageError(say("--within: '{}' is no share", text), tr("for example: --within 2%"));
}

int tune_command(TuneCommand& command) {
  TuneOptions& options = command.options;
  options.choices.recompute = values_of("--recompute", command.recompute, recompute_names);
  options.choices.sharding = values_of("--sharding", command.sharding, sharding_names);
  options.choices.layers_per_stage =
      values_of("--layers-per-stage", command.layers_per_stage, layer_split_names);
  ReportWriter report(command.report);
  options.within = share_of(command.within);
  options.workers = study_workers(command.jobs);
  const std::filesystem::path file = scenario_file(command.file);
  const std::vector<Override> overrides = parse_sets(command.sets);
  const Scenario scenario = load_with_any_layout(file, overrides);
  ProgressLine line;
  options.progress = [&line](const std::string& text) { line.tell(text); };
  const TuneStudy study = tune(scenario, options);
  line.clear();
  report.add_input(file);
  report.write("tune", [&] { return tune_json(study, scenario); });
  print_report(command.json ? json_text(tune_json(study, scenario)) : tune_text(study, scenario));
  if (study.best.empty()) return exit_infeasible;
  if (!command.output.empty())
    write_output(command.output,
                 tuned_text(file, overrides, study.best.front().parallel, command.output));
  return exit_ok;
}

void add_dimensions(CLI::App& app, TuneCommand& command) {
  LayoutChoices& choices = command.options.choices;
  const auto numbers = [&](const char* name, std::vector<int>& into, const char* what) {
    app.add_option(name, into, sentence(what))
        ->type_name("N,…")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Range(1, 1'000'000));
  };
  numbers("--tensor", choices.tensor,
          "Only these tensor-parallel sizes; left out: every one up to the scale-up domain.");
  numbers("--context", choices.context, "Only these context-parallel sizes.");
  numbers("--pipeline", choices.pipeline, "Only these pipeline lengths.");
  numbers("--data", choices.data, "Only these numbers of replicas.");
  numbers("--expert", choices.expert, "Only these expert-parallel sizes.");
  numbers("--micro-batch", choices.micro_batch, "Only these micro batches.");
  numbers("--interleave", choices.interleave, "Only these numbers of chunks a stage.");
  const auto names = [&](const char* name, std::vector<std::string>& into, const char* what) {
    app.add_option(name, into, sentence(what))
        ->type_name("NAME,…")
        ->delimiter(',')
        ->allow_extra_args(false);
  };
  names("--layers-per-stage", command.layers_per_stage,
        "Only these: even, embedding-counts; left out: even, or where that does not divide "
        "embedding-counts.");
  names("--recompute", command.recompute,
        "Only these ways to recompute: none, selective, operators, full.");
  names("--sharding", command.sharding, "Only these: none, zero-1, zero-2, zero-3.");
}

}  // namespace

Run add_tune(CLI::App& app) {
  auto command = std::make_shared<TuneCommand>();
  CLI::App* tune =
      add_command(app, "tune", "The best parallel layout for the scenario's job on its cluster.",
                  "  qianka tune gpt3-175b-1024-a100\n"
                  "  qianka tune bloom-176b --sharding zero-1 --recompute none,full -o best.yaml");
  tune->add_option("FILE", command->file,
                   sentence("A scenario; of its job everything but the layout counts."))
      ->required()
      ->type_name("");
  add_dimensions(*tune, *command);
  tune->add_option("--top", command->options.top, sentence("List so many; left out: 20."))
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  tune->add_option(
          "--simulate", command->options.simulate,
          sentence("Simulate so many at most, those with the least bounds first; left out: "
                   "200. With 0 only the bounds are found."))
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000));
  tune->add_option("--within", command->within,
                   sentence("End when no layout left can beat the best by this share, as 2%."))
      ->type_name("SHARE");
  tune->add_option("-o,--output", command->output,
                   sentence("Write the scenario with the best layout into this file."))
      ->type_name("FILE");
  tune->add_option("--jobs", command->jobs,
                   sentence("Processes to use; left out: one for each processor. The result does "
                            "not depend on it."))
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  add_sets(*tune, command->sets);
  add_report(*tune, command->report);
  add_switch(*tune, "--json", command->json, "Print JSON, with every key of docs/json.md.");
  return [command] { return tune_command(*command); };
}

}  // namespace qianka
