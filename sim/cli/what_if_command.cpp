// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/json.hpp"
#include "sim/report/table.hpp"
#include "sim/study/replicas_report.hpp"
#include "sim/study/what_if.hpp"
#include "sim/units/format.hpp"
#include "sim/weeks.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

struct WhatIfOptions {
  std::string file, towards;
  std::vector<std::string> sets;
  int seeds = 100;
  bool json = false;
};

/// "+1.23 ± 0.04"
std::string gain_text(const SeedSpread& gain) {
  return fmt::format("{:+.2f} ± {:.2f}", 100 * gain.mean, 100 * (gain.high - gain.mean));
}

std::string text_of(const WhatIfStudy& study, const Scenario& scenario) {
  const double cards = scenario.cluster.nodes * scenario.cluster.node.cards;
  TextTable table{.columns = {{study.cumulative ? tr("one after the other") : tr("what if")},
                              {tr("goodput"), Align::right},
                              {tr("percentage points", "points"), Align::right},
                              {tr("card-hours a day"), Align::right}}};
  table.rows.push_back({tr("as it is"), percent(study.as_it_is.goodput.mean, 2), "", ""});
  for (const WhatIfRow& row : study.rows)
    table.rows.push_back({row.what, percent(row.goodput.mean, 2), gain_text(row.gain),
                          fmt::format("{:+.0f}", row.gain.mean * cards * 24)});
  return say("{}: what each change is worth, over {} with the same failures\n", scenario.name,
             counted(study.seeds, "seed")) +
         render(table) + "\n" +
         paragraph(std::string(tr("points: of goodput, with a 95 % interval over the seeds; ")) +
                       (study.cumulative ? tr("each on top of the rows above.")
                                         : tr("each change alone.")),
                   0);
}

Json json_of(const WhatIfStudy& study) {
  Json json{{"seeds", study.seeds},
            {"cumulative", study.cumulative},
            {"goodput", spread_json(study.as_it_is.goodput)}};
  for (const WhatIfRow& row : study.rows)
    json["changes"].push_back({{"what", row.what},
                               {"goodput", spread_json(row.goodput)},
                               {"gain", spread_json(row.gain)}});
  return json;
}

std::vector<Change> towards(const Scenario& scenario, const Scenario& other) {
  constexpr std::size_t named = 4;
  std::vector<std::string> apart = kept_apart(scenario, other);
  if (!apart.empty()) {
    const std::size_t more = apart.size() - std::min(named, apart.size());
    apart.resize(apart.size() - more);
    remark(
        say("caution: cluster and job stay those of {}; not taken from {}: {}{}\n"
            "  hint: only faults, recovery, spares and checkpoints are",
            scenario.name, other.name, fmt::join(apart, ", "),
            more > 0 ? say(" and {} more", more) : ""));
  }
  return changes_towards(other);
}

int what_if_command(const WhatIfOptions& options) {
  const std::vector<Override> overrides = parse_sets(options.sets);
  const Scenario scenario = load_scenario(scenario_file(options.file), overrides);
  const bool cumulative = !options.towards.empty();
  const std::vector<Change> changes =
      cumulative ? towards(scenario, load_scenario(scenario_file(options.towards), overrides))
                 : ideal_changes(scenario);
  // Another number of spares is another fabric.
  std::map<int, PreparedWeeks> weeks;
  ProgressLine line;
  std::size_t done = 0;
  const std::size_t all = (changes.size() + 1) * static_cast<std::size_t>(options.seeds);
  const RunWeeks run = [&](const Scenario& variant) {
    line.tell(std::min(done++, all), all);
    return weeks.try_emplace(variant.cluster.spares, variant).first->second.run(variant);
  };
  const WhatIfStudy study = what_if(run, scenario, changes, cumulative, options.seeds);
  line.clear();
  print_report(options.json ? json_text(json_of(study)) : text_of(study, scenario));
  return exit_ok;
}

}  // namespace

Run add_what_if(CLI::App& app) {
  auto options = std::make_shared<WhatIfOptions>();
  CLI::App* command = add_command(
      app, "what-if", "What would help: the weeks again with one thing changed, same failures.",
      "  qianka what-if llama3-405b-54-days\n"
      "  qianka what-if campaign/c18-by-hand --towards campaign/c18-aistation");
  command
      ->add_option("FILE", options->file,
                   sentence("A scenario that runs for a time, for steps or for tokens."))
      ->required()
      ->type_name("");
  command
      ->add_option("--towards", options->towards,
                   sentence("Go from the first scenario's ways to this one's: detection, "
                            "localisation, spares, restart, repair, checkpoints, one after the "
                            "other. Cluster and job stay."))
      ->type_name("FILE");
  command
      ->add_option("--seeds", options->seeds,
                   sentence("How many seeds, from the scenario's up; left out: 100."))
      ->type_name("N")
      ->check(CLI::Range(2, 1'000'000));
  command
      ->add_option("--set", options->sets,
                   sentence("Replace one value of the scenarios. May be given several times."))
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  add_switch(*command, "--json", options->json, "Print JSON, with every key of docs/json.md.");
  return [options] { return what_if_command(*options); };
}

}  // namespace qianka
