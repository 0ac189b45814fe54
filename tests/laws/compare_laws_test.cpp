// SPDX-License-Identifier: Apache-2.0
// What a comparison must hold whatever is compared: a side against itself is nothing, exchanging
// the sides turns every ratio and every sign, parts add up, and doubt never ranks.
#include "sim/study/compare.hpp"
#include "sim/study/compare_report.hpp"

#include <algorithm>
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
  return compare_sides(sides, with, {.seeds = 10, .workers = 2, .fleet = false, .sizes = {}});
}

double part(const Gap& gap, const std::string& what) {
  for (const GapPart& one : gap.parts)
    if (one.what.text() == what) return one.cost;
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
  for (const GapPart& one : other.gap.parts) EXPECT_EQ(one.cost, 0) << one.what.text();
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
    EXPECT_NEAR(one.cost, -part(back.gap, one.what), 1e-12 * there.gap.from) << one.what.text();
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
  // Lopsided luck, and a model error from none to a sigma of 1: once undecided, always undecided.
  const std::vector<double> luck{-0.02, -0.01, 0.0, 0.01, 0.01, 0.3, 0.9};
  for (const double value : {0.7, 0.99, 1.0, 1.02, 1.6}) {
    std::vector<double> logs;
    for (const double one : luck) logs.push_back(std::log(value) + one);
    for (const auto& seeds : {std::vector<double>{}, logs}) {
      bool undecided = false;
      double width = 0;
      for (int i = 0; i <= 100; ++i) {
        const double sigma = i / 100.0;
        const RatioInterval ratio = ratio_interval(value, seeds, 2 * sigma * sigma);
        EXPECT_TRUE(ratio.undecided() || !undecided) << value << " " << sigma;
        EXPECT_GE(ratio.high - ratio.low, width);
        undecided = ratio.undecided(), width = ratio.high - ratio.low;
      }
      EXPECT_TRUE(undecided);
    }
  }
}

TEST(CompareLaws, good_luck_of_one_side_does_not_lower_its_worst) {
  const std::vector<double> even(20, 0.1);
  std::vector<double> lucky = even;
  lucky.back() = 2;
  const RatioInterval a = ratio_interval(std::exp(0.1), even, 0.01);
  const RatioInterval b = ratio_interval(std::exp(0.1), lucky, 0.01);
  EXPECT_DOUBLE_EQ(a.low, b.low);
  EXPECT_GT(b.high, a.high);
}

TEST(CompareLaws, what_kept_nothing_is_never_ranked) {
  const std::vector<double> a{0.9, 0.9}, b{0.9, 0};
  EXPECT_EQ(log_ratios(b, a)[1], -INFINITY);
  EXPECT_EQ(ratio_interval(0.5, log_ratios(b, a), 0).low, 0);
  EXPECT_TRUE(ratio_interval(0, {}, 0).undecided());
  EXPECT_TRUE(ratio_interval(INFINITY, {}, 0).undecided());
}

/// Weeks of so much goodput at equal rates, that fall with the rate.
AssumedFaults assumed(bool is_first, double rate_ratio) {
  const Scenario a = a800().load(), b = ascend().load();
  const auto goodput = [](const Faults& faults, int seeds) {
    const double rate = faults.job_per_day;
    return std::vector<double>(static_cast<std::size_t>(seeds), 1 / (1 + 0.1 * rate));
  };
  Scenario counted = a;
  counted.faults.job_per_day = 1;
  return assume_faults({.scenario = &b,
                        .counted = &counted,
                        .rate_ratio = rate_ratio,
                        .is_first = is_first,
                        .model_variance = 0,
                        .counted_goodput = std::vector<double>(10, 1 / 1.1),
                        .goodput = goodput});
}

TEST(CompareLaws, the_rate_at_which_the_order_turns) {
  // 1.5 / (1 + 0.1 k) = 1 / 1.1 at k = 6.5.
  const AssumedFaults side = assumed(false, 1.5);
  ASSERT_TRUE(side.break_even);
  EXPECT_NEAR(*side.break_even, 6.5, 0.15);
  ASSERT_EQ(side.cases.size(), 3U) << "equal, claimed, three times";
  EXPECT_NEAR(side.cases[0].rate.value, 1.5, 1e-12);
  EXPECT_NEAR(side.cases[2].rate.value, 1.5 * 1.1 / 1.3, 1e-12);
  // The same two, exchanged.
  const AssumedFaults first = assumed(true, 1 / 1.5);
  EXPECT_DOUBLE_EQ(*first.break_even, *side.break_even);
  EXPECT_NEAR(first.cases[2].rate.value * side.cases[2].rate.value, 1, 1e-12);
  EXPECT_FALSE(assumed(false, 0.5).break_even) << "behind at any rate";
}

TEST(CompareLaws, only_the_same_machine_shares_an_error) {
  Side other = a800(4);
  const auto ratio = [](const Side& one) { return compare({a800(), one}).sides[1].step_rate; };
  EXPECT_EQ(ratio(other).low, ratio(other).high) << "another layout of the same machine";
  other.overrides.push_back({"cluster.node.accelerator.peak.bf16", "400 TFLOPS"});
  EXPECT_LT(ratio(other).low, ratio(other).high);
}

TEST(CompareLaws, sides_have_letters_however_many_there_are) {
  EXPECT_EQ(side_letter(0), "A");
  EXPECT_EQ(side_letter(25), "Z");
  EXPECT_EQ(side_letter(26), "AA");
  EXPECT_EQ(side_letter(53), "BB");
}

TEST(CompareLaws, linearity_begins_with_one) {
  const ComparisonResult result = compare_sides(
      {a800(), ascend()}, errors, {.seeds = 2, .workers = 2, .fleet = false, .sizes = {16, 8, 16}});
  EXPECT_EQ(result.sizes, (std::vector<int>{8, 16}));
  EXPECT_EQ(result.common_size, 8);
  EXPECT_NE(compare_text(result, nullptr).find("8  100.0 %   100.0 %  100.0 %   100.0 %"),
            std::string::npos);
}

TEST(CompareLaws, a_side_that_cannot_run_is_left_out_with_a_remark) {
  Side huge = a800();
  huge.overrides.push_back({"job.model", "gpt3-175b"});
  const ComparisonResult result = compare({a800(), huge, ascend()});
  EXPECT_EQ(result.sides.size(), 2U);
  EXPECT_TRUE(std::ranges::any_of(result.remarks, [](const std::string& remark) {
    return remark.find("left out") != std::string::npos;
  }));
  EXPECT_THROW(compare({a800(), huge}), Infeasible);
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
                           {"x", "u", 8, 20, 0.02, 8},
                           {"x", "u", 64, 5, 0.20, 64},
                           {"y", "s", 8, 2, 0.01, 8}}};
  EXPECT_DOUBLE_EQ(known.of("x", "s", 4).sigma, 0.03);
  const double all_of_s = std::sqrt((6 * 0.0009 + 2 * 0.04) / 8);
  EXPECT_DOUBLE_EQ(known.of("x", "s", 48).sigma, all_of_s) << "two rows are too few";
  EXPECT_EQ(known.of("x", "other", 64).rows, 42);
  EXPECT_EQ(known.of("x", "s", 4096).largest_job, 64);
  EXPECT_DOUBLE_EQ(known.of("x", "u", 4096).sigma, 0.20) << "no surer than where rows end";
  // Known from data sheets: 30 % of 95 %, and the error of all rows on top.
  const double all =
      std::sqrt((6 * 0.0009 + 2 * 0.04 + 9 * 0.01 + 20 * 0.0004 + 5 * 0.04 + 2 * 0.0001) / 44);
  const double data_sheet = std::hypot(std::log(1.3) / 1.96, all);
  EXPECT_DOUBLE_EQ(known.of("y", "s", 8).sigma, data_sheet) << "two rows say no more than none";
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
