// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/report/checkpoint_plan_report.hpp"
#include "sim/simulate.hpp"

#include <fmt/format.h>

namespace qianka {

int checkpoint_plan_command(const CheckpointPlanOptions& options) {
  const Scenario scenario = load_scenario(scenario_file(options.file), parse_sets(options.sets));
  const CheckpointPlan plan = plan_of(scenario);
  print_report(options.json ? json_text(checkpoint_plan_json(plan))
                            : fmt::format("qianka {}: {}, seed {}, digest {}\n\n", QIANKA_VERSION,
                                          scenario.name, scenario.seed, scenario.digest) +
                                  checkpoint_plan_text(plan));
  return exit_ok;
}

}  // namespace qianka
