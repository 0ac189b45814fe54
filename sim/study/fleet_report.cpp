// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fleet_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/names.hpp"
#include "sim/study/compare.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

namespace qianka {
namespace {

/// "A 8 stages of 5 or 6 layers, B 8 of 3"
std::string stages_text(const FleetJob& job) {
  std::string text;
  std::size_t stage = 0;
  for (std::size_t i = 0; i < job.stages.size(); ++i) {
    const auto first = job.layers_per_stage.begin() + static_cast<std::ptrdiff_t>(stage);
    const auto [least, most] = std::minmax_element(first, first + job.stages[i]);
    text +=
        say("{}{} on {} ({}{})", i == 0 ? "" : ", ", counted(job.stages[i], "stage"),
            side_letter(i), *least == *most ? "" : say("{} to ", *least), counted(*most, "layer"));
    stage += static_cast<std::size_t>(job.stages[i]);
  }
  return say("TP {} x DP {}, micro {}, recompute {}: {}", job.tensor, job.data, job.micro_batch,
             name_of(recompute_names, job.recompute), text);
}

Json job_json(const std::optional<FleetJob>& job) {
  if (!job) return nullptr;
  return {
      {"tensor", job->tensor},           {"data", job->data},
      {"micro_batch", job->micro_batch}, {"recompute", name_of(recompute_names, job->recompute)},
      {"stages", job->stages},           {"layers_per_stage", job->layers_per_stage},
      {"step_s", rounded(job->step)},    {"tokens_per_second", rounded(job->tokens_per_second)}};
}

}  // namespace

std::string fleet_text(const FleetStudy& study) {
  std::string text = tr("\nAll sides as one fleet\n");
  TextTable table{
      .columns = {
          {""}, {tr("tokens/s"), Align::right}, {tr("of separate"), Align::right}, {tr("layout")}}};
  const auto row = [&](const std::string& name, double rate, const std::string& layout) {
    table.rows.push_back(
        {name, format_count(std::llround(rate)), percent(rate / study.separate, 1), layout});
  };
  row(tr("separate jobs, one a kind"), study.separate, tr("each its own"));
  if (study.one)
    row(tr("one job, stages sized to the kinds"), study.one->tokens_per_second,
        stages_text(*study.one));
  if (study.even)
    row(tr("the same, stages of equal size"), study.even->tokens_per_second,
        stages_text(*study.even));
  text += render(table);
  if (!study.refusal.empty()) return text + paragraph(say("One job: {}.", study.refusal.text()));
  return text +
         paragraph(
             say("One job: {} of {} pipelines over all kinds were simulated, those whose slowest "
                 "stage promises most; data parallel and tensor parallel stay within a kind, "
                 "activations pass between kinds at the slower adapters' rate.",
                 study.simulated, format_count(study.tried)));
}

Json fleet_json(const FleetStudy& study) {
  Json alone = Json::array();
  for (const double rate : study.alone) alone.push_back(rounded(rate));
  return {{"alone_tokens_per_second", std::move(alone)},
          {"separate_tokens_per_second", rounded(study.separate)},
          {"one", job_json(study.one)},
          {"even", job_json(study.even)},
          {"tried", study.tried},
          {"simulated", study.simulated},
          {"refusal", study.refusal}};
}

}  // namespace qianka
