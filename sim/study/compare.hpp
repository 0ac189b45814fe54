// SPDX-License-Identifier: Apache-2.0
// What cluster A gives against cluster B on a job, end to end, and how sure that is.
#pragma once
#include "sim/language/said.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/study/assumed_faults.hpp"
#include "sim/study/fleet.hpp"
#include "sim/study/gap.hpp"
#include "sim/study/model_error.hpp"
#include "sim/study/ratio.hpp"
#include "sim/study/replicas.hpp"
#include "sim/study/side.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// Tokens a second and card at so many cards; nothing where the refusal says why.
struct SizePoint {
  int cards = 0;
  std::optional<double> weak{}, strong{};
  Said weak_refusal{}, strong_refusal{};
  std::optional<RatioInterval> ratio{};  // weak, over the first side's
};

/// "A" for the first, …, "Z", "AA", "AB", …
std::string side_letter(std::size_t i);

struct SideResult {
  std::string name;
  Scenario scenario;
  Summary summary;  // of the step
  ModelError error;
  std::vector<SizePoint> sizes;  // as ComparisonResult::sizes
  std::optional<ReplicaFigures> weeks;
  double kept = 1;           // share of the wall clock of all cards, spares included; 1 = no weeks
  double rate = 0;           // tokens kept a second and card, spares included
  RatioInterval step_rate;   // tokens a second and card of the job, over the first side's
  RatioInterval end_to_end;  // the same of `rate`
  std::optional<AssumedFaults> assumed;  // where nobody has counted the failures of a card
  Gap gap;                               // from the first side; without parts for itself
};

struct ComparisonResult {
  std::vector<int> sizes;           // ascending
  int common_size = 0;              // n0: the least at which every side runs; 0 = none
  int seeds = 0;                    // 0: no weeks
  std::vector<SideResult> sides;    // in the order given; the first is what the others are held to
  std::optional<FleetStudy> fleet;  // when it was asked for
  std::vector<Said> remarks;
};

struct CompareOptions {
  int seeds = 100, workers = 1;
  bool fleet = false;      // all sides as one fleet as well
  std::vector<int> sizes;  // empty: 8, 64, 256, 1,024, 4,096, … up to the smallest side's cards
  std::function<void(const std::string&)> progress{};
};

/// Throws what loading a side throws. Infeasible when fewer than two can run, or not all of two;
/// of more, those that cannot are left out, with a remark.
ComparisonResult compare_sides(const std::vector<Side>& sides, const ModelErrors& errors,
                               const CompareOptions& options);

}  // namespace qianka
