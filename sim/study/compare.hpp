// SPDX-License-Identifier: Apache-2.0
// What cluster A gives against cluster B on a job, end to end, and how sure that is.
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/study/fleet.hpp"
#include "sim/study/gap.hpp"
#include "sim/study/model_error.hpp"
#include "sim/study/replicas.hpp"
#include "sim/study/side.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// A ratio with the interval that holds it with 95 %. In logarithms the model errors of both sides
/// and the luck of the seeds add as variances.
struct RatioInterval {
  double value = 1, low = 1, high = 1;

  /// Neither side may be called better.
  [[nodiscard]] bool undecided() const { return low <= 1 && 1 <= high; }
};

/// exp(mean +- 1.96 sd) of the logarithms.
RatioInterval ratio_interval(double mean, double variance);

/// Tokens a second and card at so many cards; nothing where `refusal` says why.
struct SizePoint {
  int cards = 0;
  std::optional<double> weak, strong;
  std::string weak_refusal, strong_refusal;
};

/// Weeks under other faults than the scenario's.
struct FaultCase {
  std::string name;
  SeedSpread goodput;
  RatioInterval rate;  // of tokens kept per card, over the first side's
};

struct SideResult {
  std::string name;
  Scenario scenario;
  Summary summary;  // of the step
  ModelError error;
  std::vector<SizePoint> sizes;
  std::optional<ReplicaFigures> weeks;
  double kept = 1;           // share of the wall clock of all cards, spares included; 1 = no weeks
  double rate = 0;           // tokens kept a second and card, spares included
  RatioInterval step_rate;   // tokens a second and card of the job, over the first side's
  RatioInterval end_to_end;  // the same of `rate`
  std::vector<std::optional<RatioInterval>> size_rates;  // weak, by ComparisonResult::sizes
  std::vector<FaultCase> fault_cases;       // of a card whose failures nobody has counted
  std::optional<double> break_even_faults;  // times its rates: there the order turns
  Gap gap;                                  // from the first side; without parts for itself
};

struct ComparisonResult {
  std::vector<int> sizes;
  int common_size = 0;              // n0: the least at which every side runs; 0 = none
  int seeds = 0;                    // 0: no weeks
  std::vector<SideResult> sides;    // in the order given; the first is what the others are held to
  std::optional<FleetStudy> fleet;  // when it was asked for
  std::vector<std::string> remarks;
};

struct CompareOptions {
  int seeds = 100, workers = 1;
  bool fleet = false;      // all sides as one fleet as well
  std::vector<int> sizes;  // empty: 8, 64, 256, 1,024, 4,096, … up to the smallest side's cards
};

/// Throws what loading a side throws. Infeasible when the first cannot run, or fewer than two can;
/// others that cannot are left out, with a remark.
ComparisonResult compare_sides(const std::vector<Side>& sides, const ModelErrors& errors,
                               const CompareOptions& options);

}  // namespace qianka
