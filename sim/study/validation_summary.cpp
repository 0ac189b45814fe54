// SPDX-License-Identifier: Apache-2.0
#include "sim/study/validation_summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace qianka {
namespace {

/// Of sorted values: the least that so many of them do not exceed.
double quantile(const std::vector<double>& sorted, double share) {
  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

bool counts(const RowResult& result, const std::string& grade) {
  return result.compared() && (grade == "all" || result.row.grade() == grade);
}

/// The statistics of each group, groups in the order of their first rows.
template <class NameOf>
std::vector<NamedStats> split(const std::vector<const RowResult*>& rows,
                              const NameOf& name_of_row) {
  std::vector<std::pair<std::string, std::vector<double>>> groups;
  for (const RowResult* row : rows) {
    const std::string name = name_of_row(*row);
    auto group = std::ranges::find(groups, name, [](const auto& g) { return g.first; });
    if (group == groups.end()) group = groups.insert(groups.end(), {name, {}});
    group->second.push_back(row->error);
  }
  std::vector<NamedStats> stats;
  for (const auto& [name, errors] : groups) stats.push_back({name, error_stats(errors)});
  return stats;
}

struct CardClass {
  int most;
  const char* name;
};
constexpr std::array card_classes{CardClass{8, "<= 8"}, CardClass{64, "<= 64"},
                                  CardClass{1024, "<= 1024"}, CardClass{0, "> 1024"}};

std::vector<NamedStats> split_by_cards(const std::vector<const RowResult*>& rows) {
  std::vector<NamedStats> stats;
  int above = -1;
  for (const CardClass& size : card_classes) {
    std::vector<double> errors;
    for (const RowResult* row : rows) {
      const int cards = row->row.whole("n_accelerators").value_or(0);
      if (cards > above && (size.most == 0 || cards <= size.most)) errors.push_back(row->error);
    }
    stats.push_back({size.name, error_stats(errors)});
    above = size.most;
  }
  return stats;
}

OpenStats open_stats(const std::vector<RowResult>& results, const std::string& source) {
  OpenStats open;
  open.name = source;
  std::vector<double> widths;
  std::vector<double> usual, best;
  for (const RowResult& result : results) {
    if (!counts(result, "B")) continue;
    if (!source.empty() && result.row.text("source") != source) continue;
    ++open.n;
    if (result.covered) ++open.covered;
    widths.push_back(result.width);
    usual.push_back(result.error), best.push_back(result.best_error);
  }
  if (open.n > 0) open.median_width = median(widths);
  open.usual = error_stats(usual), open.best = error_stats(best);
  return open;
}

std::vector<OpenStats> open_by_source(const std::vector<RowResult>& results) {
  std::vector<OpenStats> stats;
  for (const RowResult& result : results) {
    const std::string& source = result.row.text("source");
    if (counts(result, "B") && std::ranges::find(stats, source, &OpenStats::name) == stats.end())
      stats.push_back(open_stats(results, source));
  }
  return stats;
}

/// Over the rows of grade A.
std::vector<Comparison> compare(const std::vector<RowResult>& results, const Rules& rules) {
  std::vector<Comparison> comparisons;
  for (const OtherTool& other : rules.others) {
    std::vector<double> errors;
    for (const RowResult& result : results)
      if (counts(result, "A") && holds(other.when, result.row)) errors.push_back(result.error);
    if (errors.empty()) continue;
    const auto [least, most] = std::ranges::minmax(errors);
    comparisons.push_back({other, error_stats(errors), least, most});
  }
  return comparisons;
}

/// Card-seconds a sequence: what rows of one sweep are compared by.
struct Cost {
  const RowResult* row;
  double measured, predicted;
};

SweepResult rank(const std::string& name, const std::vector<Cost>& costs) {
  const auto measured = std::ranges::min_element(costs, {}, &Cost::measured);
  const auto predicted = std::ranges::min_element(costs, {}, &Cost::predicted);
  std::vector<double> a;
  std::vector<double> b;
  for (const Cost& cost : costs) a.push_back(cost.measured), b.push_back(cost.predicted);
  return {name,
          static_cast<int>(costs.size()),
          measured->row->row.id(),
          predicted->row->row.id(),
          predicted->measured / measured->measured - 1,
          kendall_tau(a, b)};
}

std::vector<SweepResult> rank_sweeps(const std::vector<RowResult>& results) {
  std::vector<std::pair<std::string, std::vector<Cost>>> sweeps;
  for (const RowResult& result : results) {
    const std::string& name = result.row.text("sweep");
    const double scale = cost_scale(result.row);
    if (name.empty() || !result.compared() || scale <= 0) continue;
    auto sweep = std::ranges::find(sweeps, name, [](const auto& s) { return s.first; });
    if (sweep == sweeps.end()) sweep = sweeps.insert(sweeps.end(), {name, {}});
    sweep->second.push_back(
        {&result, result.measured_seconds * scale, result.predicted_seconds * scale});
  }
  std::vector<SweepResult> ranked;
  for (const auto& [name, costs] : sweeps)
    if (costs.size() > 1) ranked.push_back(rank(name, costs));
  return ranked;
}

std::vector<const RowResult*> counted(const std::vector<RowResult>& results,
                                      const std::string& grade) {
  std::vector<const RowResult*> rows;
  for (const RowResult& result : results)
    if (counts(result, grade)) rows.push_back(&result);
  return rows;
}

int sign(double value) { return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0); }

}  // namespace

ErrorStats error_stats(const std::vector<double>& errors) {
  ErrorStats stats;
  stats.n = static_cast<int>(errors.size());
  if (errors.empty()) return stats;
  std::vector<double> sizes;
  for (const double error : errors) sizes.push_back(std::abs(error));
  std::ranges::sort(sizes);
  const auto n = static_cast<double>(errors.size());
  stats.mean_abs_error = std::accumulate(sizes.begin(), sizes.end(), 0.0) / n;
  stats.bias = std::accumulate(errors.begin(), errors.end(), 0.0) / n;
  stats.median = median(sizes), stats.p90 = quantile(sizes, 0.9), stats.worst = sizes.back();
  return stats;
}

double kendall_tau(const std::vector<double>& a, const std::vector<double>& b) {
  double concordance = 0;
  double pairs_a = 0;  // that are no ties in a
  double pairs_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const int order_a = sign(a[i] - a[j]);
      const int order_b = sign(b[i] - b[j]);
      concordance += order_a * order_b;
      pairs_a += std::abs(order_a), pairs_b += std::abs(order_b);
    }
  }
  return pairs_a == 0 || pairs_b == 0 ? 1 : concordance / std::sqrt(pairs_a * pairs_b);
}

ValidationSummary summarise(const std::vector<RowResult>& results, const Rules& rules,
                            const std::string& grade) {
  const std::vector<const RowResult*> rows = counted(results, grade);
  std::vector<double> errors;
  for (const RowResult* row : rows) errors.push_back(row->error);
  ValidationSummary summary;
  summary.grade = grade;
  summary.total = error_stats(errors);
  summary.sources = split(rows, [](const RowResult& r) { return r.row.text("source"); });
  summary.by_cards = split_by_cards(rows);
  summary.by_vendor = split(rows, [](const RowResult& r) { return r.plan.vendor; });
  summary.open = open_stats(results, "");
  summary.open_by_source = open_by_source(results);
  summary.sweeps = rank_sweeps(results);
  summary.scaling = scale_series(results);
  summary.comparisons = compare(results, rules);
  for (const RowResult& result : results) ++summary.statuses[name_of(result.status)];
  return summary;
}

std::vector<const RowResult*> worst_rows(const std::vector<RowResult>& results,
                                         const std::string& grade, std::size_t most) {
  std::vector<const RowResult*> rows = counted(results, grade);
  std::ranges::stable_sort(rows, [](const RowResult* a, const RowResult* b) {
    return std::abs(a->error) > std::abs(b->error);
  });
  rows.resize(std::min(rows.size(), most));
  return rows;
}

}  // namespace qianka
