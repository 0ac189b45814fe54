// SPDX-License-Identifier: Apache-2.0
#include "sim/input/spelling.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(Spelling, distance_counts_single_mistakes) {
  EXPECT_EQ(edit_distance("tensor", "tensor"), 0);
  EXPECT_EQ(edit_distance("tensr", "tensor"), 1);
  EXPECT_EQ(edit_distance("tesnor", "tensor"), 1);  // neighbours swapped
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(Spelling, the_nearest_word_is_proposed) {
  EXPECT_EQ(nearest("paralelism", {"model", "parallel", "precision"}), "parallel");
  EXPECT_EQ(nearest("lama3-405b", {"llama2-70b", "llama3-405b", "llama3-70b"}), "llama3-405b");
  EXPECT_EQ(nearest("Rail_Optimised", {"rail-optimised", "leaf-spine"}), "rail-optimised");
  EXPECT_EQ(nearest("ｔｅｎｓｏｒ", {"tensor"}), "tensor");
}

TEST(Spelling, a_part_of_a_name_proposes_all_that_have_it) {
  const std::vector<std::string> parts{"br100", "h100-pcie-80gb", "h100-sxm5-80gb", "gh100x"};
  EXPECT_EQ(did_you_mean("h100", parts), "did you mean 'h100-pcie-80gb' or 'h100-sxm5-80gb'?");
  EXPECT_EQ(did_you_mean("H100_SXM5", parts), "did you mean 'h100-sxm5-80gb'?");
  EXPECT_EQ(did_you_mean("br10", parts), "did you mean 'br100'?");
  EXPECT_EQ(did_you_mean("xyz", parts), "");
  EXPECT_EQ(did_you_mean("a", {"a-1", "a-2", "a-3", "a-4", "a-5"}), "") << "too short";
  EXPECT_EQ(did_you_mean("ab", {"ab-1", "ab-2", "ab-3", "ab-4", "ab-5"}),
            "did you mean 'ab-1', 'ab-2', 'ab-3', 'ab-4' or another such?");
}

TEST(Spelling, what_is_far_off_is_not_guessed) {
  EXPECT_EQ(nearest("xyz", {"tensor", "data"}), "");
  EXPECT_EQ(nearest("", {"tensor"}), "");
  EXPECT_EQ(nearest("to", {"at"}), "");  // a short word has nothing left after two changes
  EXPECT_EQ(suggestion("xyz", {"tensor", "data"}, "keys are"), "keys are tensor, data");
}

}  // namespace
}  // namespace qianka
