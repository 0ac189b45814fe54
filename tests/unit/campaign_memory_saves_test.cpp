// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/memory_saves.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(MemorySaves, stalls_lie_between_the_steps) {
  // Steps of 10, a stall of 1 every two of them, and ten steps: 2, 4, 6 and 8 stall; 10 does later.
  MemorySaves saves(2, 1, 5);
  Progress progress(10);
  EXPECT_EQ(saves.time_until(10, progress, 10), 104);
  // Until 90: 84 is the end of the fourth stall, 6 of the ninth step.
  const auto stretch = saves.divide(0, 90, progress, 10);
  EXPECT_EQ(stretch.trained, 86);
  EXPECT_EQ(stretch.stalled, 4);
  EXPECT_EQ(saves.taken(), 4);
  progress.train(stretch.trained, 10);
  EXPECT_EQ(saves.time_until(10, progress, 10), 14);
}

TEST(MemorySaves, a_copy_counts_when_the_peers_have_it) {
  // The fourth copy is taken at 84 and complete at 89.
  for (const auto& [now, steps] : {std::pair{88, 6}, {89, 8}}) {
    MemorySaves saves(2, 1, 5);
    const Progress progress(10);
    saves.divide(0, now, progress, 10);
    EXPECT_EQ(saves.newest(now)->steps, steps);
  }
}

TEST(MemorySaves, before_the_first_copy_there_is_none) {
  MemorySaves saves(2, 1, 5);
  const Progress progress(10);
  saves.divide(0, 25, progress, 10);
  EXPECT_FALSE(saves.newest(25));
}

TEST(MemorySaves, the_way_to_the_peers_goes_on_while_training_is_cut_up) {
  // Taken at 21, complete at 26, and the stretch ends at 22: it is not forgotten.
  MemorySaves saves(2, 1, 5);
  Progress progress(10);
  progress.train(saves.divide(0, 22, progress, 10).trained, 10);
  progress.train(saves.divide(22, 20, progress, 10).trained, 10);  // 42: the next one, at 42
  EXPECT_EQ(saves.newest(42)->steps, 2);
}

/// The same, nanosecond by nanosecond.
TEST(MemorySaves, division_agrees_with_walking_for_every_cut) {
  for (std::int64_t every = 1; every <= 3; ++every) {
    for (Nanoseconds stall = 1; stall <= 3; ++stall) {
      for (Nanoseconds step = 5; step <= 6; ++step) {
        for (Nanoseconds spent = 0; spent < 70; ++spent) {
          MemorySaves saves(every, stall, 1);
          const Progress progress(5);
          Nanoseconds trained = 0, stalled = 0, in_stall = 0;
          std::int64_t due = every, taken = 0;
          for (Nanoseconds now = 0; now < spent; ++now) {
            if (trained == due * step) {
              ++stalled;
              if (++in_stall == stall) due += every, in_stall = 0, ++taken;
            } else {
              ++trained;
            }
          }
          const auto stretch = saves.divide(0, spent, progress, step);
          ASSERT_EQ(stretch.trained, trained) << every << " " << stall << " " << spent;
          ASSERT_EQ(stretch.stalled, stalled);
          ASSERT_EQ(saves.taken(), taken);
        }
      }
    }
  }
}

}  // namespace
}  // namespace qianka
