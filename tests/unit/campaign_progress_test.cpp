// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/progress.hpp"
#include "sim/units/require.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(Progress, first_steps_are_productive) {
  Progress progress(10);
  const Trained trained = progress.train(35, 10);
  EXPECT_EQ(trained.productive, 35);
  EXPECT_EQ(trained.recomputed, 0);
  EXPECT_EQ(progress.steps(), 3);  // the fourth was cut short
}

TEST(Progress, work_lost_is_work_done_again) {
  Progress progress(10);
  progress.train(20, 10);
  progress.train(35, 10);
  EXPECT_EQ(progress.roll_back(2), 35);
  EXPECT_EQ(progress.steps(), 2);
  const Trained again = progress.train(50, 10);
  EXPECT_EQ(again.recomputed, 35);
  EXPECT_EQ(again.productive, 15);
  EXPECT_EQ(progress.lost(), 35);
}

TEST(Progress, work_lost_twice_is_done_again_twice) {
  Progress progress(10);
  progress.train(35, 10);
  EXPECT_EQ(progress.roll_back(0), 35);
  EXPECT_EQ(progress.train(22, 10).recomputed, 22);
  EXPECT_EQ(progress.roll_back(0), 22);
  const Trained again = progress.train(60, 10);
  EXPECT_EQ(again.recomputed, 35);
  EXPECT_EQ(again.productive, 25);
}

TEST(Progress, without_a_checkpoint_everything_is_lost) {
  Progress progress(10);
  progress.train(35, 10);
  EXPECT_EQ(progress.roll_back(0), 35);
  EXPECT_EQ(progress.steps(), 0);
}

TEST(Progress, time_beyond_the_healthy_step_is_degraded) {
  // 30 ns at 12 a step: 2 steps, and half of one: 25 of work.
  Progress progress(10);
  const Trained trained = progress.train(30, 12);
  EXPECT_EQ(trained.productive, 25);
  EXPECT_EQ(trained.degraded, 5);
}

TEST(Progress, degraded_time_of_work_done_again_is_recomputed) {
  Progress progress(10);
  progress.train(20, 10);
  progress.roll_back(0);
  // 4 steps of 12: the first two again (24), the others 20 productive + 4 degraded.
  const Trained trained = progress.train(48, 12);
  EXPECT_EQ(trained.recomputed, 24);
  EXPECT_EQ(trained.productive, 20);
  EXPECT_EQ(trained.degraded, 4);
}

TEST(Progress, parts_add_up_for_every_cut) {
  for (Nanoseconds step = 7; step < 12; ++step) {
    for (Nanoseconds before = 0; before < 30; ++before) {
      for (Nanoseconds time = 0; time < 40; ++time) {
        Progress progress(7);
        progress.train(before, 9);
        progress.roll_back(0);
        const Trained trained = progress.train(time, step);
        ASSERT_EQ(trained.productive + trained.recomputed + trained.degraded, time);
        ASSERT_GE(trained.productive, 0);
        ASSERT_GE(trained.recomputed, 0);
        ASSERT_GE(trained.degraded, 0);
        ASSERT_TRUE(step > 7 || trained.degraded == 0);
      }
    }
  }
}

TEST(Progress, refuses_what_cannot_be) {
  EXPECT_THROW(Progress(0), Bug);
  Progress progress(10);
  EXPECT_THROW(progress.train(10, 9), Bug);
  EXPECT_THROW(progress.roll_back(1), Bug);
}

TEST(Progress, a_step_goes_on_at_another_speed) {
  // A step and a half of 10; the other half takes 10 of 20, then two steps of 10.
  Progress progress(10);
  progress.train(15, 10);
  EXPECT_EQ(progress.steps(), 1);
  EXPECT_EQ(progress.time_for(1, 20), 10);
  EXPECT_EQ(progress.time_for(3, 10), 25);
  const Trained slow = progress.train(10, 20);
  EXPECT_EQ(progress.steps(), 2);
  EXPECT_EQ(slow.productive, 5);
  EXPECT_EQ(slow.degraded, 5);
  EXPECT_EQ(progress.train(20, 10).productive, 20);
  EXPECT_EQ(progress.steps(), 4);
}

TEST(Progress, parts_add_up_wherever_the_speed_changes) {
  for (Nanoseconds first = 0; first < 30; ++first) {
    for (Nanoseconds second = 0; second < 30; ++second) {
      Progress progress(7);
      progress.train(first, 9);
      const Nanoseconds rest = progress.time_for(2, 13);
      const Trained trained = progress.train(second, 13);
      ASSERT_EQ(trained.productive + trained.recomputed + trained.degraded, second);
      ASSERT_GE(trained.degraded, 0);
      const std::int64_t steps = first / 9 + (second >= rest ? 2 : 0);
      ASSERT_GE(progress.steps(), steps);
    }
  }
}

}  // namespace
}  // namespace qianka
