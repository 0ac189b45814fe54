// SPDX-License-Identifier: Apache-2.0
#include "sim/report/checkpoint_plan_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/sparkline.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

#include <algorithm>

namespace qianka {
namespace {

std::string points(const char* title, const std::vector<PlanPoint>& rows) {
  TextTable table{.columns = {{title},
                              {tr("every"), Align::right},
                              {tr("goodput"), Align::right},
                              {"ETTR", Align::right}}};
  for (const PlanPoint& row : rows)
    table.rows.push_back(
        {row.name, format_time(row.every), percent(row.goodput, 2), percent(row.ettr, 2)});
  return render(table);
}

std::string where_from(const CheckpointPlan& plan) {
  if (plan.replayed)
    return say("The faults are a given list, met by one run of {}: the best for this list.",
               format_time(plan.length));
  return say("Each interval meets the same {} in {} of {} each.", counted(plan.failures, "failure"),
             counted(plan.replicas, "run"), format_time(plan.length));
}

/// The goodput of the curve at a glance.
std::string drawn(const std::vector<PlanPoint>& curve) {
  if (curve.size() < 2) return "";
  std::vector<double> goodput;
  for (const PlanPoint& at : curve) goodput.push_back(at.goodput);
  const auto [least, most] = std::ranges::minmax(goodput);
  return paragraph(say("goodput along it, {} to {}: {}", percent(least, 2), percent(most, 2),
                       sparkline(goodput)));
}

Json point(const PlanPoint& from) {
  Json json{{"every_s", rounded(from.every.value)},
            {"goodput", rounded(from.goodput)},
            {"ettr", rounded(from.ettr)}};
  if (!from.name.empty()) json["name"] = from.name;
  return json;
}

Json all_of(const std::vector<PlanPoint>& points) {
  Json json = Json::array();
  for (const PlanPoint& from : points) json.push_back(point(from));
  return json;
}

}  // namespace

std::string checkpoint_plan_text(const CheckpointPlan& plan) {
  std::vector<PlanPoint> answers{plan.best};
  answers.insert(answers.end(), plan.rules.begin(), plan.rules.end());
  return say("How often to save: every {}\n", format_time(plan.best.every)) +
         paragraph(
             say("A save stops training for {}; failures come every {}, and {} each go by until "
                 "training goes on. {}",
                 format_time(plan.stall), format_time(plan.between_failures),
                 format_time(plan.recovery), where_from(plan))) +
         "\n" + points(tr("interval"), answers) + "\n" + points(tr("curve"), plan.curve) +
         drawn(plan.curve);
}

Json checkpoint_plan_json(const CheckpointPlan& plan) {
  return {{"best", point(plan.best)},
          {"rules", all_of(plan.rules)},
          {"curve", all_of(plan.curve)},
          {"stall_s", rounded(plan.stall.value)},
          {"mtbf_s", rounded(plan.between_failures.value)},
          {"mean_down_s", rounded(plan.recovery.value)},
          {"replicas", plan.replicas},
          {"length_s", rounded(plan.length.value)},
          {"failures", plan.failures},
          {"replayed", plan.replayed}};
}

}  // namespace qianka
