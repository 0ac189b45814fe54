// SPDX-License-Identifier: Apache-2.0
#include "support/json_keys.hpp"
#include "support/spawn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

TEST(CheckpointPlanCommand, finds_the_interval_of_lesson_3) {
  const Spawned run = spawn({"checkpoint-plan", "lessons/03-checkpoint-interval", "--json"});
  ASSERT_EQ(run.code, 0) << run.err;
  const auto json = ordered_json::parse(run.out);
  EXPECT_NEAR(json["best"]["every_s"].get<double>() / 60, 57, 5.7);  // Daly
  std::set<std::string> keys;
  collect_keys(json, "", keys);
  EXPECT_EQ(keys, documented_keys("checkpoint-plan"));
}

TEST(CheckpointPlanCommand, says_what_it_needs) {
  const Spawned step = spawn({"checkpoint-plan", "01-one-gpu"});
  EXPECT_EQ(step.code, 3);
  EXPECT_THAT(step.err, HasSubstr("a single step has no weeks, and saves nothing"));
  const Spawned unsaved =
      spawn({"checkpoint-plan", "lessons/03-checkpoint-interval", "--set", "checkpoint.mode=none"});
  EXPECT_EQ(unsaved.code, 3);
  EXPECT_THAT(unsaved.err, HasSubstr("nothing is saved"));
}

}  // namespace
}  // namespace qianka
