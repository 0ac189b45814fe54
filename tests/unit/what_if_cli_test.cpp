// SPDX-License-Identifier: Apache-2.0
// `qianka what-if` and `qianka run --seeds` as a user meets them.
#include "support/spawn.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string shipped = QIANKA_SOURCE_DIR "/scenarios/";

TEST(WhatIf, without_a_spare_one_is_what_is_asked_about) {
  const std::string scenario = shipped + "06-failure-and-restart.yaml";
  const Spawned some = spawn({"what-if", scenario, "--seeds", "2"});
  EXPECT_EQ(some.code, 0) << some.err;
  EXPECT_THAT(some.out, HasSubstr("twice the spares"));
  const Spawned none = spawn({"what-if", scenario, "--seeds", "2", "--set", "cluster.spares=0"});
  EXPECT_EQ(none.code, 0) << none.err;
  EXPECT_THAT(none.out, HasSubstr("one spare"));
  EXPECT_THAT(none.out, Not(HasSubstr("twice the spares")));
}

TEST(WhatIf, what_is_not_taken_over_is_said) {
  const std::string by_hand = shipped + "campaign/c18-by-hand.yaml";
  const Spawned same = spawn(
      {"what-if", by_hand, "--towards", shipped + "campaign/c18-aistation.yaml", "--seeds", "2"});
  EXPECT_EQ(same.code, 0);
  EXPECT_EQ(same.err, "");
  const Spawned other = spawn(
      {"what-if", by_hand, "--towards", shipped + "llama3-405b-54-days.yaml", "--seeds", "2"});
  EXPECT_EQ(other.code, 0);
  EXPECT_THAT(other.err, HasSubstr("caution: cluster and job stay those of c18-by-hand; not taken "
                                   "from llama3-405b-54-days: cluster"));
  EXPECT_THAT(other.err, HasSubstr("only faults, recovery, spares and checkpoints are"));
}

TEST(RunSeeds, the_interval_of_a_share_is_one_of_shares) {
  // Two seeds that differ: Student's t of one degree of freedom reaches far beyond.
  const Spawned run =
      spawn({"run", shipped + "campaign/c18-by-hand.yaml", "--seeds", "2", "--json"});
  ASSERT_EQ(run.code, 0) << run.err;
  const json replicas = json::parse(run.out)["replicas"];
  for (const char* figure : {"goodput", "ettr", "end_to_end_mfu"}) {
    EXPECT_GE(replicas[figure]["low"], 0) << figure;
    EXPECT_LE(replicas[figure]["high"], 1) << figure;
  }
}

}  // namespace
}  // namespace qianka
