// SPDX-License-Identifier: Apache-2.0
// Replays of recorded steps: by pencil, and against what the authors of the recordings found
// (Lin et al., OSDI 2025, artifact: slowdown 1.973 and 1.179).
#include "sim/study/step_replay.hpp"

#include "sim/input/diagnostics.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace qianka {
namespace {

const char* const header = "step,dp_rank,pp_rank,op,mb_id,start_us,dur_us\n";

StepReplay replay_of(const std::string& rows) {
  return StepReplay(parse_step_recording(header + rows, "ops.csv"));
}

TEST(StepReplay, a_micro_batch_waits_for_the_stage_before) {
  // Two stages, one micro-batch: 2 + 3 forward, then 4 + 1 backward the other way.
  const StepReplay replay = replay_of(
      "0,0,0,forward-compute,0,0,2e6\n0,0,1,forward-compute,0,2e6,3e6\n"
      "0,0,1,backward-compute,0,5e6,4e6\n0,0,0,backward-compute,0,9e6,1e6\n");
  EXPECT_DOUBLE_EQ(replay.mean_step(replay.as_recorded()).value, 10);
  // At the means 2.5, 2.5, 2.5, 2.5 it is as long: a pipeline of one micro-batch is a chain.
  EXPECT_DOUBLE_EQ(replay_report(replay).slowdown, 1);
}

TEST(StepReplay, the_slow_stage_of_a_full_pipeline_is_what_counts) {
  // Two micro-batches, stage 1 three times as slow: 1 + 3 + 3 = 7; at the mean of 2 each 6.
  const StepReplay replay = replay_of(
      "0,0,0,forward-compute,0,0,1e6\n0,0,0,forward-compute,1,1e6,1e6\n"
      "0,0,1,forward-compute,0,1e6,3e6\n0,0,1,forward-compute,1,4e6,3e6\n");
  const ReplayReport report = replay_report(replay);
  EXPECT_DOUBLE_EQ(report.replayed.value, 7);
  EXPECT_DOUBLE_EQ(report.ideal.value, 6);
  ASSERT_EQ(report.by_stage.size(), 2U);
  EXPECT_DOUBLE_EQ(report.by_stage[1].fixed.value, 5);  // 1 + 2 + 2
  EXPECT_DOUBLE_EQ(report.by_stage[1].alone.value, 8);  // 2 + 3 + 3
  EXPECT_DOUBLE_EQ(report.by_stage[0].slowdown, 5.0 / 6);
}

TEST(StepReplay, an_exchange_takes_what_it_took_the_last_to_come) {
  // Replica 0 is ready at 1 s and waits 3 s for replica 1; the exchange itself takes 0.5 s.
  const StepReplay replay = replay_of(
      "0,0,0,forward-compute,0,0,1e6\n0,0,0,grads-reduce-scatter,-1,1e6,3.5e6\n"
      "0,1,0,forward-compute,0,0,4e6\n0,1,0,grads-reduce-scatter,-1,4e6,0.5e6\n");
  EXPECT_DOUBLE_EQ(replay.mean_step(replay.as_recorded()).value, 4.5);
  EXPECT_DOUBLE_EQ(replay_report(replay).ideal.value, 3);  // (1 + 4) / 2 + 0.5
}

TEST(StepReplay, every_mistake_of_a_recording_is_told_with_its_place) {
  try {
    parse_step_recording(std::string(header) +
                             "0,0,0,forward-compute,0,0,1\nx,0,0,forward-compute,1,0,1\n"
                             "0,0,0,forward-compute,0,5,1\n0,0,-2,forward-compute,3,5,-1\n",
                         "ops.csv");
    FAIL() << "this is no recording";
  } catch (const InputError& wrong) {
    const std::string text = wrong.what();
    for (const char* place : {"ops.csv:3:1: error", "ops.csv:4:23: error", "ops.csv:5:5: error"})
      EXPECT_NE(text.find(place), std::string::npos) << place << "\n" << text;
  }
}

TEST(StepReplay, a_pass_without_its_sender_cannot_be_replayed) {
  try {
    replay_of("0,0,0,forward-compute,0,0,1\n0,0,1,forward-compute,1,2,1\n");
    FAIL() << "nothing was refused";
  } catch (const InputError& error) {
    EXPECT_EQ(error.diagnostics.front().at.line, 3);  // after the header
    EXPECT_EQ(error.diagnostics.front().at.col, 23);
  }
}

class RecordedJob : public testing::TestWithParam<std::tuple<const char*, double, double>> {};

TEST_P(RecordedJob, is_as_slow_as_its_authors_found) {
  const auto [name, slowdown, last_stage_fixed] = GetParam();
  const std::filesystem::path file = std::filesystem::path(QIANKA_SOURCE_DIR) /
                                     "../shared/data/traces/bytedance_straggler" /
                                     (std::string("ops_") + name + ".csv.gz");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file << ": nothing to replay";
  const ReplayReport report = replay_report(StepReplay(read_step_recording(file)));
  EXPECT_NEAR(report.slowdown / slowdown, 1, 0.03);
  EXPECT_NEAR(report.by_stage.back().fixed / report.replayed / last_stage_fixed, 1, 0.03);
}

// result-*.json: blocking_slowdown; ms-*.json: trem / tori.
INSTANTIATE_TEST_SUITE_P(OfByteDance, RecordedJob,
                         testing::Values(std::tuple{"AR", 1.97305, 46.36407 / 46.33637},
                                         std::tuple{"ST", 1.17870, 1.77104 / 2.17270}),
                         [](const auto& test) { return std::string(std::get<0>(test.param)); });

}  // namespace
}  // namespace qianka
