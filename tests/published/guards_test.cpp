// SPDX-License-Identifier: Apache-2.0
// Guards against fitting noise: what is left of the accuracy without the fitted constants
// (docs/calibration.md).
#include "support/spawn.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

double mean_error(const std::string& constants) {
  const Spawned run = spawn({"validate", "--grade", "A", "--json", "--constants", constants});
  EXPECT_EQ(run.code, 0) << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_GT(json["total"]["n"], 280);
  return json["total"]["mean_abs_error"];
}

TEST(Guards, unfitted_constants_reach_15_per_cent) { EXPECT_LT(mean_error("unfitted"), 0.15); }

TEST(Guards, unfitted_constants_and_one_factor_reach_9_5_per_cent) {
  EXPECT_LT(mean_error("one-factor"), 0.095);
}

}  // namespace
}  // namespace qianka
