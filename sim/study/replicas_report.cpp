// SPDX-License-Identifier: Apache-2.0
#include "sim/study/replicas_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

namespace qianka {

std::string replicas_text(const ReplicaFigures& figures) {
  TextTable table{.columns = {{say("over {}", counted(std::ssize(figures.goodput), "seed"))},
                              {tr("mean"), Align::right},
                              {tr("95 % of the mean"), Align::right},
                              {tr("5 % of seeds below"), Align::right},
                              {tr("5 % above"), Align::right}}};
  for (const NamedSpread& figure : spreads_of(figures)) {
    const auto text = [&](double value) {
      return figure.share ? percent(value, 2) : format_number(value, 1);
    };
    const SeedSpread& s = figure.spread;
    table.rows.push_back({tr(figure.title), text(s.mean),
                          say("{} to {}", text(s.low), text(s.high)), text(s.p5), text(s.p95)});
  }
  return render(table);
}

Json spread_json(const SeedSpread& spread) {
  return {{"mean", rounded(spread.mean)},
          {"low", rounded(spread.low)},
          {"high", rounded(spread.high)},
          {"p5", rounded(spread.p5)},
          {"p95", rounded(spread.p95)}};
}

Json replicas_json(const ReplicaFigures& figures) {
  Json json{{"seeds", std::ssize(figures.goodput)}};
  for (const NamedSpread& figure : spreads_of(figures))
    json[figure.key] = spread_json(figure.spread);
  return json;
}

}  // namespace qianka
