// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/language/language.hpp"
#include "sim/report/checkpoint_plan_report.hpp"
#include "sim/simulate.hpp"

namespace qianka {

int checkpoint_plan_command(const CheckpointPlanOptions& options) {
  const Scenario scenario = load_scenario(scenario_file(options.file), parse_sets(options.sets));
  const CheckpointPlan plan = plan_of(scenario);
  print_report(options.json ? json_text(checkpoint_plan_json(plan))
                            : say("qianka {}: {}, seed {}, digest {}\n", QIANKA_VERSION,
                                  scenario.name, scenario.seed, scenario.digest) +
                                  "\n" + checkpoint_plan_text(plan));
  return exit_ok;
}

}  // namespace qianka
