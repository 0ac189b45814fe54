// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/command_line.hpp"

#include "sim/cli/commands.hpp"
#include "sim/cli/declare.hpp"
#include "sim/cli/global_options.hpp"
#include "sim/cli/help_columns.hpp"
#include "sim/cli/import_options.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/parse_errors.hpp"
#include "sim/cli/show_options.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/report/table.hpp"

#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace qianka {
namespace {

struct Options {
  RunOptions run;
  CheckOptions check;
  ListOptions list;
  ShowOptions show;
  CalibrateOptions calibrate;
  ImportOptions import;
  ExportOptions export_to;
  SchemaOptions schema;
  ValidateOptions validate;
  RefitOptions refit;
  CollectiveOptions collective;
  GlobalOptions global;
  std::map<std::string, Run> others;  // by the name of the command
  FitFaultsOptions fit_faults;
  CheckpointPlanOptions checkpoint_plan;
};

void add_check(CLI::App& app, CheckOptions& options) {
  CLI::App* command =
      add_command(app, "check", "Read scenarios and tell everything that is wrong with them.",
                  "  qianka check scenarios/*.yaml\n"
                  "  qianka check my.yaml --set job.parallel.tensor=3\n"
                  "  qianka check my.yaml --json | jq '.diagnostics[].message'");
  add_files(*command, options.files);
  add_sets(*command, options.sets);
  add_switch(*command, "--json", options.json,
             "Print what was found as JSON to standard output, for editors and scripts.");
}

void add_list(CLI::App& app, ListOptions& options) {
  CLI::App* command = add_command(app, "list", "List what can be referred to by name.",
                                  "  qianka list\n"
                                  "  qianka list models\n"
                                  "  qianka list parts --json | jq -r '.parts[].id'");
  command
      ->add_option("KIND", options.kind,
                   sentence("topologies, parts, models, stacks, faults, libraries, policies or "
                            "scenarios. All of them when "
                            "left out."))
      ->type_name("");
  add_switch(*command, "--json", options.json, "Print the list as JSON.");
}

void add_show(CLI::App& app, ShowOptions& options) {
  add_show_options(*add_command(app, "show", show_summary, show_examples), options);
}

void add_calibrate(CLI::App& app, CalibrateOptions& options) {
  CLI::App* command = add_command(
      app, "calibrate", "Make a cluster and stack file from your own measurements.",
      "  qianka calibrate --cluster dgx-h100-rail all_reduce_8.txt all_reduce_16.txt\n"
      "  qianka calibrate --cluster atlas-900-a2-910b hccl.log steps.csv -o calibrated\n"
      "  qianka calibrate --cluster dgx-h100-rail *.txt --json | jq .figures");
  command
      ->add_option("FILE", options.files,
                   sentence("Output of nccl-tests or HCCL Test, or a CSV of step times "
                            "(scenario,step_time_s); told apart by what stands in them."))
      ->required()
      ->type_name("");
  command
      ->add_option("--cluster", options.cluster,
                   sentence("What was measured: a topology's name as 'qianka list topologies' "
                            "prints it, or the path of a cluster's file."))
      ->required()
      ->type_name("NAME");
  command
      ->add_option("-o,--output", options.folder,
                   sentence("Write the files into this folder instead of printing them."))
      ->type_name("DIR");
  add_switch(*command, "--json", options.json, "Print the result as JSON.");
}

void add_import(CLI::App& app, ImportOptions& options) {
  CLI::App* command =
      add_command(app, "import", "Make a file of ours from one that other tools write.",
                  "  qianka import nccl-topo topo.xml -o node.yaml\n"
                  "  nvidia-smi topo -m > topo.txt && qianka import topo-matrix topo.txt --gpu "
                  "h100-sxm5-80gb\n"
                  "  qianka import megatron train.sh --cluster dgx-h100-rail -o job.yaml");
  add_import_options(*command, options);
}

void add_export(CLI::App& app, ExportOptions& options) {
  add_export_options(*add_command(app, "export", export_summary, export_examples), options);
}

void add_schema(CLI::App& app, SchemaOptions& options) {
  CLI::App* command = add_command(
      app, "schema", "Print the format of scenarios and other files, for editors or readers.",
      "  qianka schema > scenario.json\n"
      "  qianka schema topology > topology.json\n"
      "  qianka schema --markdown > docs/scenario-format.md");
  command
      ->add_option(
          "KIND", options.kind,
          sentence("scenario, topology, part, model, stack, faults, library, policy, claim or "
                   "costs: what the file is. A scenario when left out."))
      ->type_name("");
  add_switch(*command, "--markdown", options.markdown,
             "Print the reference for people instead of the JSON Schema (draft-07).");
}

void add_validate(CLI::App& app, ValidateOptions& options) {
  CLI::App* command =
      add_command(app, "validate", "Compare published measurements with what is simulated.",
                  "  qianka validate\n"
                  "  qianka validate --collectives\n"
                  "  qianka validate --source FlagPerf --grade all\n"
                  "  qianka validate --rows mine.csv --json | jq .total\n"
                  "  qianka validate --row sc21_t1_1.7B > sc21.yaml && qianka run sc21.yaml");
  const auto text = [&](const char* name, std::string& into, const char* type,
                        std::string_view what) {
    return command->add_option(name, into, sentence(what))->type_name(type);
  };
  text("--rows", options.rows, "FILE",
       "Measurements, in the columns of tests/validation/training_steps.csv, which is read when "
       "none are given.");
  text("--rules", options.rules, "FILE",
       "How rows become scenarios, in place of scenarios/validation/rules.yaml.");
  add_switch(*command, "--collectives", options.collectives,
             "Compare bandwidths and latencies of collectives (tests/validation/collectives.csv, "
             "scenarios/validation/collectives.yaml) instead of training steps.");
  text("--source", options.source, "TEXT", "Only rows whose source contains this.");
  text("--grade", options.grade, "GRADE",
       "Only rows of this grade, A, B or C, or all. Left out: all rows are simulated, and the "
       "statistics cover grade A.")
      ->check(CLI::IsMember({"A", "B", "C", "all"}));
  text("--row", options.row, "ID",
       "Print the scenario file that this row becomes, with the choices that predict it, and end.");
  text("--constants", options.constants, "WHICH",
       "unfitted: every fitted constant at its unfitted value; one-factor: the same, and all "
       "predictions times one factor, the geometric mean of measured over predicted of grade A.")
      ->check(CLI::IsMember({"unfitted", "one-factor"}));
  command
      ->add_option("--max-error", options.max_error,
                   sentence("End with exit code 4 when the mean error is above so many percent."))
      ->type_name("PERCENT")
      ->check(CLI::Range(0.0, 1e6));
  command
      ->add_option("--jobs", options.jobs,
                   sentence("Processes to use; left out: one for each processor. The result does "
                            "not depend on it."))
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  add_switch(*command, "--json", options.json, "Print JSON, with every key of docs/json.md.");
  add_switch(*command, "--csv", options.csv, "Print one line for each row.");
  add_switch(*command, "--markdown", options.markdown,
             "Print the generated sections of docs/validation.md.");
}

void add_refit(CLI::App& app, RefitOptions& options) {
  CLI::App* command =
      add_command(app, "refit", "Fit the catalogue's constants to published measurements anew.",
                  "  qianka refit --only overlap-slowdown --only realised-pytorch-a100\n"
                  "  qianka refit --leave-one-out --tables tests/validation --write\n"
                  "  qianka refit --page constants");
  const auto text = [&](const char* name, std::string& into, const char* type,
                        std::string_view what) {
    return command->add_option(name, into, sentence(what))->type_name(type);
  };
  text("--rows", options.rows, "FILE",
       "Measurements, in place of tests/validation/training_steps.csv.");
  text("--rules", options.rules, "FILE",
       "How rows become scenarios, in place of scenarios/validation/rules.yaml.");
  text("--constants", options.constants, "FILE",
       "What may move and how far, in place of scenarios/validation/constants.yaml.");
  command
      ->add_option("--only", options.only,
                   sentence("Move this constant only. May be given several times."))
      ->type_name("ID")
      ->allow_extra_args(false);
  add_switch(*command, "--leave-one-out", options.leave_one_out,
             "Also fit without each source in turn, and predict it.");
  add_switch(*command, "--hold", options.hold,
             "Move nothing: only say what the catalogue's values amount to.");
  add_switch(*command, "--write", options.write,
             "Write the values into the files of the catalogue that hold them.");
  text("--tables", options.tables, "DIR",
       "Write the tables that docs/calibration.md is made of into this folder.");
  text("--page", options.page, "TABLE",
       "Print a table of docs/calibration.md from what was written, constants or sources, and end.")
      ->check(CLI::IsMember({"constants", "sources"}));
  command
      ->add_option("--jobs", options.jobs,
                   sentence("Processes to use; left out: one for each processor. The result does "
                            "not depend on it."))
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  add_switch(*command, "--json", options.json, "Print JSON, with every key of docs/json.md.");
}

/// CLI11's own words. Groups are inherited by what is declared afterwards.
void label_help(CLI::App& app) {
  app.formatter(std::make_shared<HelpColumns>());
  CLI::FormatterBase& help = *app.get_formatter();
  help.label("Usage", tr("Usage"));
  help.label("Positionals", tr("Positionals"));
  help.label("OPTIONS", tr("OPTIONS"));
  help.label("SUBCOMMAND", tr("SUBCOMMAND"));
  help.label("REQUIRED", tr("REQUIRED"));
  help.label("Needs", tr("Needs"));
  help.column_width(name_width);
  app.option_defaults()->group(tr("Options"));
  app.group(tr("Subcommands"));
}

void describe_commands(CLI::App& app, Options& options) {
  label_help(app);
  app.description(
      tr("qianka simulates GPU training clusters: how fast a step is and what limits it, and how "
         "much of\n"
         "weeks of wall clock is training."));
  app.footer(
      fmt::format("{}\n"
                  "  qianka run scenarios/llama3-405b-54-days.yaml\n"
                  "  qianka show part h100-sxm5-80gb\n"
                  "\n{}",
                  tr("Examples:"),
                  tr("Exit codes: 0 done, 1 the run failed, 2 bad usage or input, 3 infeasible, 4 "
                     "a target was\n"
                     "missed, 70 internal error, 130 interrupted.")));
  app.set_version_flag("--version", "qianka " QIANKA_VERSION, tr("Print the version."));
  app.set_help_flag("-h,--help", tr("Print this help, or that of a command."));
  app.require_subcommand(1);
  app.fallthrough();  // options of every command stand behind it as well
  add_global_options(app, options.global);
  add_run(app, options.run);
  add_check(app, options.check);
  add_list(app, options.list);
  add_show(app, options.show);
  add_calibrate(app, options.calibrate);
  add_import(app, options.import);
  add_export(app, options.export_to);
  add_schema(app, options.schema);
  add_validate(app, options.validate);
  add_refit(app, options.refit);
  add_collective(app, options.collective);
  options.others["replay-step"] = add_replay_step(app);
  options.others["spares"] = add_spares(app);
  options.others["tune"] = add_tune(app);
  options.others["explain"] = add_explain(app);
  options.others["what-if"] = add_what_if(app);
  options.others["compare"] = add_compare(app);
  options.others["size"] = add_size(app);
  options.others["claims"] = add_claims(app);
  options.others["sweep"] = add_sweep(app);
  options.others["completion"] = add_completion(app);
  options.others["man"] = add_man(app);
  add_fit_faults(app, options.fit_faults);
  add_checkpoint_plan(app, options.checkpoint_plan);
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// The first word is no command of ours; what was probably meant?
UsageError unknown_command(const CLI::App& app, const std::string& word) {
  if (word.starts_with('-')) {
    return UsageError(say("unknown option '{}'", word),
                      suggestion(word, option_names(app), tr("options are")));
  }
  const std::string what = say("unknown command '{}'", word);
  if (word.ends_with(".yaml") || word.ends_with(".yml"))
    return UsageError(what, say("did you mean '{}'?", "qianka run " + word));
  return UsageError(what, suggestion(word, command_names(app), tr("commands are")));
}

UsageError unexpected_word(const CLI::App& command, const std::string& word) {
  const std::string name = "qianka " + command.get_name();
  if (!word.starts_with('-')) {
    return UsageError(say("'{}' is one word too many for '{}'", word, name),
                      say("see '{} --help'", name));
  }
  return UsageError(say("unknown option '{}' of '{}'", word, name),
                    suggestion(word, option_names(command), tr("options are")));
}

int run_chosen(const CLI::App& app, Options& options) {
  set_up_logs(options.global);
  options.run.verbose = options.global.verbose;
  const std::string name = app.get_subcommands().front()->get_name();
  if (const auto other = options.others.find(name); other != options.others.end())
    return other->second();
  if (name == "run") return run_command(options.run);
  if (name == "check") return check_command(options.check);
  if (name == "list") return list_command(options.list);
  if (name == "show") return show_command(options.show);
  if (name == "validate") return validate_command(options.validate);
  if (name == "refit") return refit_command(options.refit);
  if (name == "import") return import_command(options.import);
  if (name == "export") return export_command(options.export_to);
  if (name == "calibrate") return calibrate_command(options.calibrate);
  if (name == "collective") return collective_command(options.collective);
  if (name == "fit-faults") return fit_faults_command(options.fit_faults);
  if (name == "checkpoint-plan") return checkpoint_plan_command(options.checkpoint_plan);
  return schema_command(options.schema);
}

/// False when there is nothing left to run: help or the version was asked for. Throws UsageError.
bool parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::CallForHelp&) {
    print_report(app.help());
    return false;
  } catch (const CLI::CallForVersion& version) {
    print(std::string(version.what()) + "\n");
    return false;
  } catch (const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    if (chosen.empty()) {
      const auto words = app.remaining();
      if (!words.empty()) throw unknown_command(app, words.front());
      throw UsageError(parse_error_text(error.what()), say("see '{} --help'", "qianka"));
    }
    const auto left = app.remaining(true);
    if (!left.empty()) throw unexpected_word(*chosen.front(), left.front());
    throw UsageError(parse_error_text(error.what()),
                     say("see '{} --help'", "qianka " + chosen.front()->get_name()));
  }
}

int parse_and_run(int argc, const char* const* argv) {
  Options options;
  CLI::App app;
  app.name("qianka");
  describe_commands(app, options);
  if (argc < 2) {
    complain(app.help());
    return exit_invalid;
  }
  return parse(app, argc, argv) ? run_chosen(app, options) : static_cast<int>(exit_ok);
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
  return outcome_of([&] {
    choose_language_and_colour(argc, argv);
    return parse_and_run(argc, argv);
  });
}

}  // namespace qianka
