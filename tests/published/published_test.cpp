// SPDX-License-Identifier: Apache-2.0
// Does it reproduce what others measured? Every row of targets.csv is a shipped scenario, run by
// the real binary.
#include "support/published_targets.hpp"
#include "support/spawn.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

double figure_of(const Target& target) {
  const Spawned run = spawn({"run", "scenarios/" + target.scenario + ".yaml", "--json"});
  EXPECT_EQ(run.code, 0) << run.err;
  return nlohmann::json::parse(run.out)
             .at(nlohmann::json::json_pointer(target.pointer))
             .get<double>() *
         target.scale;
}

/// Mean absolute error of a group; each row within its own tolerance.
double mean_error(const std::string& group) {
  double sum = 0;
  int rows = 0;
  for (const Target& target : published_targets()) {
    if (target.group != group) continue;
    const double error = figure_of(target) / target.published - 1;
    EXPECT_LE(std::abs(error), target.tolerance)
        << target.scenario << ": published " << target.published << ", " << target.source;
    sum += std::abs(error), ++rows;
  }
  EXPECT_GT(rows, 0);
  return sum / rows;
}

TEST(Published, Megatron_SC21_table_1_is_met_within_10_per_cent_on_average) {
  EXPECT_LT(mean_error("sc21"), 0.10);
}
TEST(Published, Korthikanti_table_5_is_met_within_8_per_cent_each) {
  EXPECT_LT(mean_error("korthikanti"), 0.08);
}
TEST(Published, large_runs_are_met_within_10_per_cent_each) {
  EXPECT_LT(mean_error("large"), 0.10);
}

}  // namespace
}  // namespace qianka
