// SPDX-License-Identifier: Apache-2.0
#include "support/json_keys.hpp"
#include "support/spawn.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

ordered_json tuned(std::vector<std::string> more) {
  std::vector<std::string> words{"tune", "published/sc21-1.7b", "--json"};
  words.insert(words.end(), more.begin(), more.end());
  const Spawned run = spawn(words);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");  // nobody watches
  return ordered_json::parse(run.out);
}

TEST(TuneCommand, tells_what_its_page_says) {
  const ordered_json json = tuned({"--context", "1", "--sharding", "none", "--top", "3"});
  std::set<std::string> keys;
  collect_keys(json, "", keys);
  EXPECT_EQ(keys, documented_keys("tune"));
  EXPECT_EQ(json["best"].size(), 3U);
  EXPECT_TRUE(json["all_proved"].get<bool>());
  double last = 0;
  for (const auto& layout : json["best"]) {
    EXPECT_GE(layout["step_s"].get<double>(), last);
    EXPECT_LE(layout["bound_s"].get<double>(), layout["step_s"].get<double>());
    last = layout["step_s"].get<double>();
  }
  EXPECT_GE(json["as_written"]["step_s"], json["best"][0]["step_s"]);
}

TEST(TuneCommand, finds_the_same_whatever_the_number_of_workers) {
  EXPECT_EQ(tuned({"--jobs", "1", "--top", "5"}), tuned({"--jobs", "3", "--top", "5"}));
}

TEST(TuneCommand, keeps_to_the_values_it_was_given) {
  const ordered_json json =
      tuned({"--tensor", "2,4", "--micro-batch", "4", "--recompute", "full", "--top", "4"});
  for (const auto& layout : json["best"]) {
    EXPECT_THAT(layout["parallel"]["tensor"].get<int>(), testing::AnyOf(2, 4));
    EXPECT_EQ(layout["parallel"]["micro_batch"], 4);
    EXPECT_EQ(layout["parallel"]["recompute"], "full");
  }
}

TEST(TuneCommand, says_how_far_a_short_search_may_be_from_the_best) {
  const ordered_json json = tuned({"--simulate", "2", "--top", "20"});
  EXPECT_EQ(json["simulated"], 2);
  EXPECT_FALSE(json["all_proved"].get<bool>());
  EXPECT_GT(json["left"].get<int>(), 0);
  const ordered_json bounds = tuned({"--simulate", "0", "--top", "2"});
  EXPECT_EQ(bounds["simulated"], 0);
  EXPECT_TRUE(bounds["best"][0]["step_s"].is_null());
}

TEST(TuneCommand, writes_a_scenario_that_runs_with_the_best_layout) {
  const std::string file =
      (std::filesystem::temp_directory_path() / "qianka-tuned-test.yaml").string();
  const Spawned run = spawn({"tune", "published/sc21-1.7b", "--top", "1", "--set",
                             "job.global_batch=256", "--json", "-o", file});
  ASSERT_EQ(run.code, 0) << run.err;
  const Spawned again = spawn({"run", file, "--json"});
  ASSERT_EQ(again.code, 0) << again.err;
  const ordered_json best = ordered_json::parse(run.out)["best"][0];
  const ordered_json ran = ordered_json::parse(again.out);
  EXPECT_EQ(ran["step"]["time_s"], best["step_s"]);
  std::filesystem::remove(file);
}

TEST(TuneCommand, needs_no_layout_that_is_possible) {
  // 8 nodes where the scenario's layout has 4.
  const ordered_json json = tuned({"--set", "cluster.nodes=8", "--top", "1", "--simulate", "1"});
  EXPECT_EQ(json["cards"], 64);
  EXPECT_TRUE(json["as_written"].is_null());
}

void expect_refused(const std::vector<std::string>& more, const std::string& message) {
  std::vector<std::string> words{"tune", "published/sc21-1.7b"};
  words.insert(words.end(), more.begin(), more.end());
  const Spawned run = spawn(words);
  EXPECT_EQ(run.code, 2);
  EXPECT_EQ(run.err, message);
}

TEST(TuneCommand, refuses_what_it_does_not_know) {
  expect_refused({"--recompute", "ful"},
                 "error: --recompute: unknown value 'ful'\n  hint: did you mean 'full'?\n");
  expect_refused({"--sharding", "none,fsdp"},
                 "error: --sharding: unknown value 'fsdp'\n"
                 "  hint: choices are none, zero-1, zero-2, zero-3\n");
  expect_refused({"--within", "much"},
                 "error: --within: 'much' is no share\n  hint: for example: --within 2%\n");
  expect_refused({"--tensr", "2"},
                 "error: unknown option '--tensr' of 'qianka tune'\n"
                 "  hint: did you mean '--tensor'?\n");
  const Spawned zero = spawn({"tune", "published/sc21-1.7b", "--tensor", "0"});
  EXPECT_EQ(zero.code, 2);
  EXPECT_THAT(zero.err, HasSubstr("--tensor"));
}

TEST(TuneCommand, ends_with_3_when_nothing_fits) {
  const Spawned run = spawn(
      {"tune", "published/sc21-1t", "--tensor", "1", "--pipeline", "1", "--sharding", "none"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.out, HasSubstr("In short: no layout fits"));
}

}  // namespace
}  // namespace qianka
