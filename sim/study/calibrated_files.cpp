// SPDX-License-Identifier: Apache-2.0
#include "sim/study/calibrated_files.hpp"

#include "sim/input/reader.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr int text_width = 96;

/// key: >- and the words below it, in lines.
std::string folded(const std::string& key, const std::string& words) {
  std::string text = fmt::format("  {}: >-\n", key);
  for (const std::string& line : wrap(words, text_width)) text += "    " + line + "\n";
  return text;
}

/// `base` as the new file must name it: a name of the catalogue stays, a path is as seen from the
/// folder where the new file will lie.
std::string seen_from(const std::string& folder, const std::filesystem::path& base) {
  namespace fs = std::filesystem;
  if (!names_file(base.string())) return base.string();
  return fs::absolute(base).lexically_proximate(fs::absolute(folder)).lexically_normal().string();
}

std::string head(const std::string& name, const std::string& base) {
  return fmt::format(
      "# Written by qianka calibrate. What does not stand here is as '{}' has it.\n"
      "name: {}\nuse: {}\n",
      base, yaml_quoted(name + ", calibrated"), yaml_quoted(base));
}

std::string cluster_source(const LinkFigure& figure) {
  const Estimate& estimate = figure.estimate;
  std::string text = fmt::format("measured {}", figure_text(figure.dimension, estimate.value));
  if (estimate.interval) {
    text += fmt::format(", 90 % interval {} to {}",
                        figure_text(figure.dimension, estimate.interval->low),
                        figure_text(figure.dimension, estimate.interval->high));
  }
  text += fmt::format(", from {} that depend on it: {}", counted(estimate.samples, "point"),
                      figure.from);
  return figure.remark.empty() ? text : text + "; " + figure.remark.text();
}

CalibratedFile cluster_file(const Calibration& calibration, const std::string& base) {
  std::string text = head(calibration.cluster_name, base), sources = "sources:\n", section;
  for (const LinkFigure& figure : calibration.links.figures) {
    if (!figure.found()) continue;
    const std::size_t dot = figure.key.find('.');
    if (section != figure.key.substr(0, dot)) {
      section = figure.key.substr(0, dot);
      text += section + ":\n";
    }
    text += fmt::format("  {}: {}\n", figure.key.substr(dot + 1),
                        figure_text(figure.dimension, figure.estimate.value));
    sources += folded(figure.key, cluster_source(figure));
  }
  return {calibration.cluster + "-calibrated.yaml", text + sources};
}

std::string stack_source(const StackFit& fit) {
  std::string text = fmt::format("measured {:.4g}", fit.estimate.value);
  if (fit.estimate.interval) {
    text += fmt::format(", 90 % interval {:.4g} to {:.4g}", fit.estimate.interval->low,
                        fit.estimate.interval->high);
  }
  std::map<std::string, std::vector<int>> lines;
  for (const StepFit& step : fit.steps) lines[step.step->file].push_back(step.step->line);
  std::vector<std::string> places;
  for (const auto& [file, of] : lines)
    places.push_back(fmt::format("{} lines {}", file, fmt::join(of, ", ")));
  return text + fmt::format(", from {} of {}: {}",
                            counted(static_cast<std::int64_t>(fit.steps.size()), "step time"),
                            counted(fit.scenarios, "scenario"), fmt::join(places, ", "));
}

/// How the scenario of a step names its stack; "" when that stands in the scenario itself.
std::string stack_base(const TimedStep& step, const std::string& folder) {
  const auto& values = step.scenario->provenance;
  const auto named = std::ranges::find(values, "job.stack", &SourcedValue::path);
  if (named == values.end()) return "";
  if (!names_file(named->value)) return named->value;
  const auto scenario = std::filesystem::path(step.file).parent_path() / step.path;
  return seen_from(folder, scenario.parent_path() / named->value);
}

/// Factors of one stack, on as many accelerators as were measured.
std::optional<CalibratedFile> stack_file(const std::vector<const StackFit*>& fits,
                                         const std::string& folder) {
  const StackFit& first = *fits.front();
  const TimedStep& step = *first.steps.front().step;
  const std::string base = stack_base(step, folder);
  if (base.empty()) return std::nullopt;
  std::string text = head(step.scenario->job.stack.name, base) + "realised:\n";
  std::string sources = "sources:\n";
  for (const StackFit* fit : fits) {
    text += fmt::format("  {}: {:.4g}\n", fit->accelerator, fit->estimate.value);
    sources += folded("realised." + fit->accelerator, stack_source(*fit));
  }
  return CalibratedFile{first.stack + "-calibrated.yaml", text + sources};
}

}  // namespace

std::vector<CalibratedFile> calibrated_files(const Calibration& calibration,
                                             const std::string& cluster,
                                             const std::string& folder) {
  const InEnglish in_files;
  std::vector<CalibratedFile> files;
  if (std::ranges::any_of(calibration.links.figures, &LinkFigure::found))
    files.push_back(cluster_file(calibration, seen_from(folder, cluster)));
  std::map<std::string, std::vector<const StackFit*>> by_stack;
  for (const StackFit& fit : calibration.stacks) by_stack[fit.stack].push_back(&fit);
  for (const auto& [stack, fits] : by_stack)
    if (auto file = stack_file(fits, folder)) files.push_back(std::move(*file));
  return files;
}

}  // namespace qianka
