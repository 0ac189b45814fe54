// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/json.hpp"
#include "sim/report/table.hpp"
#include "sim/study/step_replay.hpp"
#include "sim/units/format.hpp"

#include <memory>

namespace qianka {
namespace {

struct ReplayOptions {
  std::string file;
  bool json = false;
};

std::string answers_text(const char* title, const std::vector<ReplayAnswer>& answers,
                         Seconds replayed) {
  TextTable table{.columns = {{title},
                              {tr("step if even"), Align::right},
                              {"saves", Align::right},
                              {tr("slowdown alone"), Align::right}}};
  for (const ReplayAnswer& answer : answers) {
    table.rows.push_back({answer.what, format_time(answer.fixed),
                          format_percent(1 - answer.fixed / replayed),
                          format_number(answer.slowdown, 3)});
  }
  return "\n" + render(table);
}

std::string text_of(const ReplayReport& report) {
  std::string text = say("{}, {} of {}\n", counted(report.steps, "recorded step"),
                         counted(report.data, "replica"), counted(report.stages, "stage"));
  text += render(
      {.columns = {{""}, {""}},
       .rows = {
           {"recorded",
            say("{} a step, pauses between operations included", format_time(report.wall))},
           {"replayed", format_time(report.replayed) + tr(": the same operations without pauses")},
           {"ideal", format_time(report.ideal) + tr(": every operation at the mean of its kind")},
           {"slowdown", say("{:.3f}: replayed / ideal", report.slowdown)}}});
  text += answers_text(tr("kind of operation"), report.kinds, report.replayed);
  text += answers_text("stage", report.by_stage, report.replayed);
  text += answers_text("replica", report.by_data_rank, report.replayed);
  text += answers_text(tr("slowest workers"), report.by_worker, report.replayed);
  text +=
      "\n" + paragraph(tr("step if even: these operations at the mean of their kind, the others as "
                          "recorded. slowdown alone: all the others at the mean, over the ideal."),
                       0);
  return text;
}

Json answers_json(const std::vector<ReplayAnswer>& answers) {
  Json all = Json::array();
  for (const ReplayAnswer& answer : answers)
    all.push_back({{"what", answer.what},
                   {"even_s", rounded(answer.fixed.value)},
                   {"alone_s", rounded(answer.alone.value)},
                   {"slowdown_alone", rounded(answer.slowdown)}});
  return all;
}

Json json_of(const ReplayReport& report) {
  return {{"steps", report.steps},
          {"replicas", report.data},
          {"stages", report.stages},
          {"recorded_s", rounded(report.wall.value)},
          {"replayed_s", rounded(report.replayed.value)},
          {"ideal_s", rounded(report.ideal.value)},
          {"slowdown", rounded(report.slowdown)},
          {"by_kind", answers_json(report.kinds)},
          {"by_stage", answers_json(report.by_stage)},
          {"by_replica", answers_json(report.by_data_rank)},
          {"slowest_workers", answers_json(report.by_worker)}};
}

int replay_step_command(const ReplayOptions& options) {
  const ReplayReport report = replay_report(StepReplay(read_step_recording(options.file)));
  print_report(options.json ? json_text(json_of(report)) : text_of(report));
  return exit_ok;
}

}  // namespace

Run add_replay_step(CLI::App& app) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = add_command(
      app, "replay-step", "Find what makes recorded training steps slow: stragglers, what if.",
      "  qianka replay-step ops.csv.gz\n"
      "  qianka replay-step ops.csv --json | jq .by_stage");
  command
      ->add_option("FILE", options->file,
                   sentence("Recorded operations, a CSV with the columns step,dp_rank,pp_rank,op,"
                            "mb_id,start_us,dur_us, compressed with gzip or not."))
      ->required()
      ->type_name("");
  add_switch(*command, "--json", options->json, "Print JSON, with every key of docs/json.md.");
  return [options] { return replay_step_command(*options); };
}

}  // namespace qianka
