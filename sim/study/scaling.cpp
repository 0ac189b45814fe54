// SPDX-License-Identifier: Apache-2.0
#include "sim/study/scaling.hpp"

#include <algorithm>
#include <utility>

namespace qianka {
namespace {

using Rows = std::vector<const RowResult*>;

/// The cards of a row and what a sequence costs, relative to the batch when no batch is printed.
double scale_of(const RowResult& row) {
  const double known = cost_scale(row.row);
  return known > 0 ? known : row.row.number("n_accelerators").value_or(0) / row.sequences;
}

/// With the open choices of the smallest job, when it was tried: what scales is one setting.
double predicted_as(const RowResult& row, const RowResult& smallest) {
  if (smallest.choice >= smallest.plan.choices.size()) return row.predicted_seconds;
  const std::string setting = label(smallest.plan.choices[smallest.choice].open);
  for (const Tried& tried : row.tried)
    if (label(row.plan.choices[tried.choice].open) == setting)
      return tried.ratio * row.measured_seconds;
  return row.predicted_seconds;
}

ScaleSeries compare(const std::string& name, Rows rows) {
  const auto cards = [](const RowResult* row) {
    return row->row.whole("n_accelerators").value_or(0);
  };
  std::ranges::stable_sort(rows, {}, cards);
  ScaleSeries series{name, {}};
  const RowResult& smallest = *rows.front();
  for (const RowResult* row : rows) {
    const double scale = scale_of(smallest) / scale_of(*row);
    series.points.push_back({row->row.id(), cards(row),
                             scale * smallest.measured_seconds / row->measured_seconds,
                             scale * smallest.predicted_seconds / predicted_as(*row, smallest)});
  }
  return series;
}

}  // namespace

double cost_scale(const Measurement& row) {
  const double sequences = row.number("global_batch_seqs").value_or(0);
  return sequences > 0 ? row.number("n_accelerators").value_or(0) / sequences : 0;
}

std::vector<ScaleSeries> scale_series(const std::vector<RowResult>& results) {
  std::vector<std::pair<std::string, Rows>> series;
  for (const RowResult& result : results) {
    const std::string& name = result.row.text("scaling");
    if (name.empty() || !result.compared() || scale_of(result) <= 0) continue;
    auto known = std::ranges::find(series, name, &std::pair<std::string, Rows>::first);
    if (known == series.end()) known = series.insert(series.end(), {name, {}});
    known->second.push_back(&result);
  }
  std::vector<ScaleSeries> compared;
  for (auto& [name, rows] : series)
    if (rows.size() > 1) compared.push_back(compare(name, std::move(rows)));
  return compared;
}

}  // namespace qianka
