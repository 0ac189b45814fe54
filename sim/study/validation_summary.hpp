// SPDX-License-Identifier: Apache-2.0
// What the errors of many rows amount to. A headline mean never stands without its splits by cards
// and by vendor.
#pragma once
#include "sim/study/scaling.hpp"
#include "sim/study/validation.hpp"

#include <map>
#include <string>
#include <vector>

namespace qianka {

/// Shares, of |predicted / measured step time - 1|; bias is the mean with its sign.
struct ErrorStats {
  int n = 0;
  double mean_abs_error = 0, median = 0, p90 = 0, worst = 0, bias = 0;
};

struct NamedStats {
  std::string name;
  ErrorStats stats;
};

/// Rows that leave something open: is the measured value within the range of the choices?
struct OpenStats {
  std::string name;  // of the source; "" = all
  int n = 0, covered = 0;
  double median_width = 1;  // slow end of the range over its fast end
  ErrorStats usual;         // of the predictions: the usual, tuned or least choices
  ErrorStats best;          // of the choices nearest to what was measured
};

/// Rows that differ in the layout alone: does the simulator rank them as the measurements do?
struct SweepResult {
  std::string name;
  int n = 0;
  std::string measured_winner, predicted_winner;
  double loss = 0;  // measured cost of our winner over that of the true one, less 1
  double tau = 0;   // Kendall's tau-b
};

/// Another simulator, and we on the same rows.
struct Comparison {
  OtherTool other;
  ErrorStats ours;
  double least = 0, most = 0;  // of our errors
};

struct ValidationSummary {
  std::string grade;  // of the rows that the statistics cover; "all"
  ErrorStats total;
  std::vector<NamedStats> sources, by_cards, by_vendor;
  OpenStats open;  // grade B, whatever `grade` is
  std::vector<OpenStats> open_by_source;
  std::vector<SweepResult> sweeps;
  std::vector<ScaleSeries> scaling;
  std::vector<Comparison> comparisons;
  std::map<std::string, int> statuses;  // of all rows
};

ErrorStats error_stats(const std::vector<double>& errors);
/// Kendall's tau-b of two lists of equal length; 1 for fewer than two entries.
double kendall_tau(const std::vector<double>& a, const std::vector<double>& b);

ValidationSummary summarise(const std::vector<RowResult>& results, const Rules& rules,
                            const std::string& grade);

/// The rows the statistics cover, worst first, at most `most`.
std::vector<const RowResult*> worst_rows(const std::vector<RowResult>& results,
                                         const std::string& grade, std::size_t most);

}  // namespace qianka
