// SPDX-License-Identifier: Apache-2.0
#include "sim/study/calibration_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {
namespace {

std::string at(const std::string& file, int line) { return fmt::format("{}:{}", file, line); }

std::string signed_percent(double ratio) { return fmt::format("{:+.1f} %", 100 * (ratio - 1)); }

std::string runs_text(const std::vector<RunFit>& runs) {
  TextTable table{.columns = {{tr("run")},
                              {tr("test")},
                              {tr("ranks"), Align::right},
                              {tr("title", "nodes"), Align::right},
                              {"busbw", Align::right},
                              {tr("simulated"), Align::right},
                              {tr("catalogue"), Align::right},
                              {tr("least time"), Align::right},
                              {tr("simulated"), Align::right}}};
  for (const RunFit& fit : runs) {
    table.rows.push_back({at(fit.run->file, fit.run->line), fit.run->test,
                          std::to_string(fit.run->ranks.size()), std::to_string(fit.run->nodes),
                          format_bandwidth(fit.measured), format_bandwidth(fit.simulated),
                          fit.catalogue ? format_bandwidth(*fit.catalogue) : tr("unknown"),
                          format_time(fit.measured_floor), format_time(fit.simulated_floor)});
  }
  return tr("Runs: bus bandwidth at the largest size, time at the smallest; measured, simulated "
            "with "
            "what\nwas found, and with the catalogue\n") +
         render(table);
}

std::string interval_text(const std::string& low, const std::string& high) {
  return say("{} to {}", low, high);
}

std::string figures_text(const std::vector<LinkFigure>& figures) {
  TextTable table{.columns = {{tr("links")},
                              {tr("catalogue"), Align::right},
                              {tr("found"), Align::right},
                              {tr("90 % interval"), Align::right},
                              {tr("title", "points"), Align::right},
                              {""}}};
  for (const LinkFigure& figure : figures) {
    const Estimate& estimate = figure.estimate;
    const auto text = [&](double value) { return figure_text(figure.dimension, value); };
    table.rows.push_back({figure.key, figure.catalogue ? text(*figure.catalogue) : tr("unknown"),
                          figure.found() ? text(estimate.value) : "-",
                          estimate.interval ? interval_text(text(estimate.interval->low),
                                                            text(estimate.interval->high))
                                            : "-",
                          figure.found() ? std::to_string(estimate.samples) : "-", figure.remark});
  }
  return render(table);
}

std::string stacks_text(const std::vector<StackFit>& fits) {
  TextTable factors{.columns = {{tr("realised speed of")},
                                {tr("preposition", "on")},
                                {tr("catalogue"), Align::right},
                                {tr("found"), Align::right},
                                {tr("90 % interval"), Align::right},
                                {tr("title", "steps"), Align::right}}};
  TextTable steps{.columns = {{tr("title", "step")},
                              {tr("title", "scenario")},
                              {tr("measured"), Align::right},
                              {tr("simulated"), Align::right},
                              {tr("title", "error"), Align::right},
                              {tr("before"), Align::right}}};
  for (const StackFit& fit : fits) {
    const auto text = [](double value) { return fmt::format("{:.4g}", value); };
    const auto& interval = fit.estimate.interval;
    factors.rows.push_back(
        {fit.stack, fit.accelerator, fit.catalogue ? text(*fit.catalogue) : tr("unknown"),
         text(fit.estimate.value),
         interval ? interval_text(text(interval->low), text(interval->high)) : "-",
         std::to_string(fit.steps.size())});
    for (const StepFit& step : fit.steps)
      steps.rows.push_back({at(step.step->file, step.step->line), step.step->path,
                            format_time(step.step->time), format_time(step.after),
                            signed_percent(step.after / step.step->time),
                            signed_percent(step.before / step.step->time)});
  }
  return render(factors) + "\n" + render(steps);
}

Json interval_json(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return Json::array({rounded(interval->low), rounded(interval->high)});
}

template <class T>
Json optional_json(const std::optional<T>& value) {
  if (!value) return nullptr;
  if constexpr (std::is_same_v<T, double>) {
    return rounded(*value);
  } else {
    return rounded(value->value);
  }
}

Json run_json(const RunFit& fit) {
  Json hosts = Json::array();
  for (const RankPlace& rank : fit.run->ranks)
    if (!rank.host.empty() && std::ranges::find(hosts, Json(rank.host)) == hosts.end())
      hosts.push_back(rank.host);
  return {{"file", fit.run->file},
          {"line", fit.run->line},
          {"test", fit.run->test},
          {"ranks", fit.run->ranks.size()},
          {"nodes", fit.run->nodes},
          {"hosts", hosts},
          {"points", fit.run->points.size()},
          {"wrong_rows", fit.run->wrong_rows},
          {"bus_bandwidth", rounded(fit.measured.value)},
          {"simulated_bus_bandwidth", rounded(fit.simulated.value)},
          {"catalogue_bus_bandwidth", optional_json(fit.catalogue)},
          {"least_time_s", rounded(fit.measured_floor.value)},
          {"simulated_least_time_s", rounded(fit.simulated_floor.value)},
          {"of_peers", rounded(fit.of_peers)},
          {"time_over_simulated", rounded(fit.plateau)},
          {"time_over_catalogue", optional_json(fit.plateau_catalogue)},
          {"worst_time_over_simulated", rounded(fit.worst)},
          {"worst_bytes", rounded(fit.worst_size.value)}};
}

Json figure_json(const LinkFigure& figure) {
  return {{"key", figure.key},
          {"catalogue", optional_json(figure.catalogue)},
          {"value", figure.found() ? rounded(figure.estimate.value) : Json()},
          {"interval", interval_json(figure.estimate.interval)},
          {"points", figure.estimate.samples},
          {"from", figure.from},
          {"remark", figure.remark}};
}

Json stack_json(const StackFit& fit) {
  Json steps = Json::array();
  for (const StepFit& step : fit.steps)
    steps.push_back({{"file", step.step->file},
                     {"line", step.step->line},
                     {"scenario", step.step->path},
                     {"measured_s", rounded(step.step->time.value)},
                     {"simulated_s", rounded(step.after.value)},
                     {"error", rounded(step.after / step.step->time - 1)},
                     {"error_before", rounded(step.before / step.step->time - 1)}});
  return {{"stack", fit.stack},
          {"accelerator", fit.accelerator},
          {"catalogue", optional_json(fit.catalogue)},
          {"realised", rounded(fit.estimate.value)},
          {"interval", interval_json(fit.estimate.interval)},
          {"scenarios", fit.scenarios},
          {"steps", steps}};
}

}  // namespace

std::string calibration_text(const Calibration& calibration) {
  std::string text =
      say("qianka calibrate: {} from {}: {}, {}\n", calibration.cluster,
          counted(static_cast<std::int64_t>(calibration.files.size()), "file"),
          counted(static_cast<std::int64_t>(calibration.measured->runs.size()), "run"),
          counted(static_cast<std::int64_t>(calibration.measured->steps.size()), "step time"));
  if (!calibration.links.runs.empty()) {
    text +=
        "\n" + runs_text(calibration.links.runs) + "\n" + figures_text(calibration.links.figures);
  }
  if (!calibration.stacks.empty()) text += "\n" + stacks_text(calibration.stacks);
  if (!calibration.warnings.empty()) text += tr("\nWarnings\n");
  for (const std::string& warning : calibration.warnings)
    text += paragraph(tr("warning: ") + warning);
  return text;
}

Json calibration_json(const Calibration& calibration) {
  Json runs = Json::array(), figures = Json::array(), stacks = Json::array(),
       written = Json::array();
  for (const RunFit& fit : calibration.links.runs) runs.push_back(run_json(fit));
  for (const LinkFigure& figure : calibration.links.figures) figures.push_back(figure_json(figure));
  for (const StackFit& fit : calibration.stacks) stacks.push_back(stack_json(fit));
  for (const CalibratedFile& file : calibration.written)
    written.push_back({{"name", file.name}, {"text", file.text}});
  return {{"cluster", calibration.cluster},
          {"files", calibration.files},
          {"runs", runs},
          {"figures", figures},
          {"stacks", stacks},
          {"warnings", calibration.warnings},
          {"calibrated_files", written}};
}

}  // namespace qianka
