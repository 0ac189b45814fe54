// SPDX-License-Identifier: Apache-2.0
// What a comparison must hold whatever is compared: a side against itself is nothing, exchanging
// the sides turns every ratio and every sign, parts add up, and doubt never ranks.
#include "sim/study/compare.hpp"
#include "sim/study/compare_report.hpp"

#include <cmath>
#include <filesystem>
#include <regex>

#include <gtest/gtest.h>

namespace qianka {
namespace {

const ModelErrors errors{{{"a800-sxm4-80gb", "megatron-core", 8, 8, 0.05, 8},
                          {"ascend-910b2", "mindspeed", 8, 30, 0.10, 8}}};

Side side(const std::string& cluster, const std::string& stack, int tensor,
          std::vector<Override> more = {}) {
  Side one{cluster,
           std::filesystem::path(QIANKA_SOURCE_DIR) / "scenarios/04-mesh-against-crossbar.yaml",
           "",
           {{"cluster.use", cluster},
            {"job.stack", stack},
            {"job.parallel.tensor", std::to_string(tensor)},
            {"job.parallel.data", std::to_string(8 / tensor)}}};
  one.overrides.insert(one.overrides.end(), more.begin(), more.end());
  return one;
}
Side a800(int tensor = 2) { return side("flagperf-a800", "megatron-core", tensor); }
Side ascend(int tensor = 2) { return side("atlas-900-a2-910b", "mindspeed", tensor); }

ComparisonResult compare(const std::vector<Side>& sides, const ModelErrors& with = errors) {
  return compare_sides(sides, with, {.seeds = 10, .workers = 2, .sizes = {}});
}

double part(const Gap& gap, const std::string& what) {
  for (const GapPart& one : gap.parts)
    if (one.what == what) return one.cost;
  ADD_FAILURE() << "no part " << what;
  return 0;
}

TEST(CompareLaws, a_side_against_itself_is_all_zeros) {
  Side weeks = a800();
  train_for_days(weeks, 3, "");
  weeks.overrides.push_back({"checkpoint.every", "30 min"});
  const ComparisonResult result = compare({weeks, weeks});
  const SideResult& other = result.sides[1];
  EXPECT_EQ(result.seeds, 10);
  for (const RatioInterval& ratio : {other.step_rate, other.end_to_end})
    EXPECT_TRUE(ratio.value == 1 && ratio.low == 1 && ratio.high == 1);
  for (const GapPart& one : other.gap.parts) EXPECT_EQ(one.cost, 0) << one.what;
  EXPECT_EQ(other.gap.from, other.gap.to);
}

TEST(CompareLaws, exchanging_the_sides_turns_every_ratio_and_sign) {
  Side a = a800(), b = ascend();
  for (Side* one : {&a, &b}) {
    train_for_days(*one, 3, "default-fleet");
    one->overrides.push_back({"checkpoint.every", "30 min"});
  }
  const SideResult there = compare({a, b}).sides[1], back = compare({b, a}).sides[1];
  EXPECT_NEAR(there.step_rate.value * back.step_rate.value, 1, 1e-12);
  EXPECT_NEAR(there.step_rate.low * back.step_rate.high, 1, 1e-12);
  EXPECT_NEAR(there.end_to_end.value * back.end_to_end.value, 1, 1e-12);
  EXPECT_NEAR(there.end_to_end.low * back.end_to_end.high, 1, 1e-12);
  ASSERT_EQ(there.gap.parts.size(), back.gap.parts.size());
  for (const GapPart& one : there.gap.parts)
    EXPECT_NEAR(one.cost, -part(back.gap, one.what), 1e-12 * there.gap.from) << one.what;
}

TEST(CompareLaws, the_parts_of_a_difference_add_up) {
  const ComparisonResult result = compare({a800(4), ascend()});
  const Gap& gap = result.sides[1].gap;
  double sum = 0;
  for (const GapPart& one : gap.parts) sum += one.cost;
  EXPECT_NEAR(gap.from + sum, gap.to, 1e-12 * gap.from);
  EXPECT_NE(part(gap, "layout and pipeline"), 0);

  // As printed, to the last digit.
  const std::string text = compare_text(result, nullptr);
  const std::size_t begin = text.find("exchanged and simulated\n");
  const std::string table = text.substr(begin, text.find("the other side", begin) - begin + 60);
  const std::regex figure(R"(([+-]?[\d,]+\.\d\d)\n)");
  std::vector<std::int64_t> hundredths;
  for (std::sregex_iterator i(table.begin(), table.end(), figure), end; i != end; ++i) {
    std::string digits = std::regex_replace((*i)[1].str(), std::regex("[,.]"), "");
    hundredths.push_back(std::stoll(digits));
  }
  ASSERT_EQ(hundredths.size(), gap.parts.size() + 2);
  std::int64_t level = hundredths.front();
  for (std::size_t i = 1; i + 1 < hundredths.size(); ++i) level += hundredths[i];
  EXPECT_EQ(level, hundredths.back());
}

TEST(CompareLaws, more_doubt_never_makes_a_ranking) {
  // sd of each side from 0 to 1; once undecided, always undecided.
  for (const double mean : {-0.3, -0.01, 0.0, 0.02, 0.5}) {
    bool undecided = false;
    for (int i = 0; i <= 100; ++i) {
      const double sigma = i / 100.0;
      const bool now = ratio_interval(mean, 2 * sigma * sigma).undecided();
      EXPECT_TRUE(now || !undecided) << mean << " " << sigma;
      undecided = now;
    }
    EXPECT_TRUE(undecided);
  }
}

TEST(CompareLaws, a_mesh_costs_most_where_the_fewest_links_work) {
  // Measured (tests/validation/collectives.csv): 18 GB/s between 2 of eight 910B2, 126 among all;
  // a crossbar gives any number of A800 the same.
  const auto scale_up = [&](int tensor) {
    const Gap gap = compare({a800(tensor), ascend(tensor)}).sides[1].gap;
    return part(gap, "scale-up") / gap.from;
  };
  const double two = scale_up(2), four = scale_up(4), eight = scale_up(8);
  EXPECT_GT(two, four);
  EXPECT_GT(four, eight);
  EXPECT_GT(eight, 0);
  EXPECT_GT(two, 4 * eight);
}

TEST(ModelErrorLaws, the_narrowest_group_with_enough_rows_tells) {
  const ModelErrors known{{{"x", "s", 8, 6, 0.03, 8},
                           {"x", "s", 64, 2, 0.20, 48},
                           {"x", "t", 64, 9, 0.10, 64},
                           {"y", "s", 8, 2, 0.01, 8}}};
  EXPECT_DOUBLE_EQ(known.of("x", "s", 4).sigma, 0.03);
  const double all_of_s = std::sqrt((6 * 0.0009 + 2 * 0.04) / 8);
  EXPECT_DOUBLE_EQ(known.of("x", "s", 64).sigma, all_of_s) << "two rows are too few";
  EXPECT_EQ(known.of("x", "other", 64).rows, 17);
  EXPECT_EQ(known.of("x", "s", 4096).largest_job, 64);
  const double data_sheet = std::log(1.3) / 1.96;
  EXPECT_DOUBLE_EQ(known.of("y", "s", 8).sigma, data_sheet) << "two rows say no less than none";
  EXPECT_DOUBLE_EQ(known.of("z", "s", 8).sigma, data_sheet);
  EXPECT_EQ(known.of("z", "s", 8).rows, 0);
}

TEST(ModelErrorLaws, the_table_reads_back) {
  const std::vector<ErrorCell> cells{{"x", "s", 8, 6, 0.03, 8}, {"x", "s", 0, 2, 0.2, 4096}};
  const std::vector<ErrorCell> read = read_model_error(model_error_csv(cells), "table");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(model_error_csv(read), model_error_csv(cells));
  EXPECT_THROW(
      read_model_error("accelerator,stack,cards,rows,rms,largest_job\na,b,x,1,0.1,8\n", "t"),
      InputError);
}

}  // namespace
}  // namespace qianka
