// SPDX-License-Identifier: Apache-2.0
#include "sim/study/replicas_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <vector>

namespace qianka {
namespace {

constexpr std::size_t most_points = 2000;  // of a picture: more lie on top of each other

}  // namespace

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

Json replicas_by_seed_json(const ReplicaFigures& figures, std::uint64_t first_seed) {
  Json all = Json::array();
  for (const NamedSpread& figure : spreads_of(figures)) {
    std::vector<double> sorted = *figure.values;
    std::ranges::sort(sorted);
    Json values = Json::array();
    for (std::size_t i = 0; i < std::min(most_points, figure.values->size()); ++i)
      values.push_back(rounded((*figure.values)[i]));
    all.push_back({{"key", figure.key},
                   {"median", rounded(quantile_of(sorted, 0.5))},
                   {"values", std::move(values)}});
  }
  return {{"first_seed", first_seed}, {"figures", std::move(all)}};
}

}  // namespace qianka
