// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/trace_options.hpp"
#include "sim/language/language.hpp"

#include <memory>

namespace qianka {

void add_run(CLI::App& app, RunOptions& options) {
  CLI::App* command =
      add_command(app, "run", "Simulate scenarios and report what came out.",
                  "  qianka run scenarios/llama3-405b-54-days.yaml\n"
                  "  qianka run gpt3-175b-1024-a100 --set job.parallel.interleave=1\n"
                  "  qianka run bloom-176b --json | jq .step.time_s\n"
                  "  qianka run jobs/one jobs/other --together --placement spread");
  add_files(*command, options.files);
  add_sets(*command, options.sets);
  command
      ->add_option("--seed", options.seed,
                   sentence("Draw the failures with this seed instead of the scenario's. Equal "
                            "seeds give equal runs."))
      ->type_name("N")
      ->check([](const std::string& text) {
        const bool digits =
            !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        return digits && text.size() < 20 ? "" : say("a seed is a whole number, got '{}'", text);
      });
  command
      ->add_option("--seeds", options.seeds,
                   sentence("Run the weeks under so many seeds, from the scenario's up, and add "
                            "how much of the result is chance."))
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  add_switch(*command, "--together", options.together,
             "The files are jobs on one fabric: report how much slower each is than alone.");
  command
      ->add_option(
          "--placement", options.placement,
          sentence("Of --together. packed: one job's nodes after the other's; spread: dealt "
                   "out; random: by the seed; rail: some cards of every node."))
      ->type_name("HOW")
      ->check(CLI::IsMember({"packed", "spread", "random", "rail"}));
  options.trace = std::make_shared<TraceOptions>();
  add_trace_options(*command, *options.trace);
  add_switch(
      *command, "--json", options.json,
      "Print the report as JSON, with every key of docs/json.md; an array when several files "
      "are given.");
  add_switch(
      *command, "--explain-sources", options.explain_sources,
      "Add a table of every value that went into the run: where it was written, and why it is "
      "believed.");
  add_report(*command, options.report);
}

}  // namespace qianka
