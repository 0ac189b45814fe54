// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"

namespace qianka {

void add_checkpoint_plan(CLI::App& app, CheckpointPlanOptions& options) {
  CLI::App* command =
      add_command(app, "checkpoint-plan", "Find how often a job should save its state.",
                  "  qianka checkpoint-plan scenarios/lessons/03-checkpoint-interval.yaml\n"
                  "  qianka checkpoint-plan my.yaml --set checkpoint.mode=async --json | jq .best");
  command->add_option("FILE", options.file, sentence("A scenario that trains for a time."))
      ->required()
      ->type_name("");
  command
      ->add_option("--set", options.sets,
                   sentence("Replace one value of the scenario, for example cluster.nodes=64. May "
                            "be given several times."))
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  add_switch(*command, "--json", options.json, "Print JSON, with every key of docs/json.md.");
}

}  // namespace qianka
