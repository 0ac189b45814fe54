// SPDX-License-Identifier: Apache-2.0
// One point after the other, in one process: points of the same cluster and job share their steps.
#pragma once
#include "sim/study/sweep_points.hpp"
#include "sim/study/sweep_record.hpp"
#include "sim/weeks.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace qianka {

class SweepRunner {
 public:
  SweepRunner(const SweepPlan& plan, const SweepPoints& points, std::filesystem::path scenario)
      : plan_(plan), points_(points), scenario_(std::move(scenario)) {}

  /// Never throws for what is wrong with the point: that is its result.
  SweepRecord run(std::size_t number);

 private:
  void run_point(SweepRecord& record);
  void run_seeds(const Scenario& scenario, SweepRecord& record);

  const SweepPlan& plan_;
  const SweepPoints& points_;
  std::filesystem::path scenario_;
  std::unique_ptr<PreparedWeeks> weeks_;  // that of `weeks_key_`
  std::string weeks_key_;
};

/// Tries every value of the plan in the first point, so that a mistake is told where it stands
/// instead of in each point's result. Throws InputError.
void check_sweep_values(const SweepPlan& plan, const SweepPoints& points,
                        const std::filesystem::path& scenario);

}  // namespace qianka
