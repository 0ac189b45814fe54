// SPDX-License-Identifier: Apache-2.0
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"
#include "sim/units/utf8.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(TextTable, columns_align_numbers_to_the_right) {
  const TextTable table{.columns = {{"part"}, {"seconds", Align::right}, {"%", Align::right}},
                        .rows = {{"compute", "9.50", "95.0"}, {"host", "0.50", "5.0"}}};
  EXPECT_EQ(render(table),
            "  part     seconds     %\n"
            "  compute     9.50  95.0\n"
            "  host        0.50   5.0\n");
}

TEST(TextTable, a_chinese_character_is_two_columns_wide) {
  const TextTable table{.columns = {{""}, {"", Align::right}},
                        .rows = {{"可用度 (availability)", "98.0 %"}, {"MTBF", "3.09 h"}}};
  EXPECT_EQ(render(table),
            "  可用度 (availability)  98.0 %\n"
            "  MTBF                   3.09 h\n");
}

TEST(TextTable, nothing_stands_at_the_end_of_a_line) {
  const TextTable table{.columns = {{"a"}, {"b"}}, .rows = {{"long name", ""}, {"x"}}};
  EXPECT_EQ(render(table),
            "  a          b\n"
            "  long name\n"
            "  x\n");
}

TEST(TextTable, the_last_column_wraps_under_itself) {
  std::string words;
  for (int i = 0; i < 30; ++i) words += i == 0 ? "word" : " word";
  const std::string text = render({.columns = {{""}, {""}}, .rows = {{"name", words}}});
  EXPECT_EQ(text.substr(0, text.find('\n') + 13),
            "  name  word word word word word word word word word word word word word word word "
            "word word "
            "word\n        word");
}

TEST(TextTable, a_note_stands_below_its_row) {
  const TextTable table{
      .columns = {{""}}, .rows = {{"first"}, {"second"}}, .notes = {"bound by a link"}};
  EXPECT_EQ(render(table), "  first\n    bound by a link\n  second\n");
}

TEST(Wrap, breaks_at_spaces_and_leaves_long_words_whole) {
  EXPECT_EQ(wrap("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("a immeasurable b", 4), (std::vector<std::string>{"a", "immeasurable", "b"}));
  EXPECT_EQ(wrap("有效 训练 时长", 9), (std::vector<std::string>{"有效 训练", "时长"}));
  EXPECT_EQ(wrap("or 8.4 % now", 6), (std::vector<std::string>{"or 8.4 %", "now"}));
  EXPECT_TRUE(wrap("", 10).empty());
}

TEST(Apportion, printed_parts_add_up_to_the_printed_sum) {
  // 1.5 + 1.5 + 7 tenths = 10: one of the equal halves is rounded up, the first.
  EXPECT_EQ(apportion(std::vector{0.15, 0.15, 0.7}, 0.1), (std::vector<std::int64_t>{2, 1, 7}));
  // Thirds of 100.00 %: 33.34 + 33.33 + 33.33.
  EXPECT_EQ(apportion(std::vector{100.0 / 3, 100.0 / 3, 100.0 / 3}, 0.01),
            (std::vector<std::int64_t>{3334, 3333, 3333}));
  EXPECT_TRUE(apportion({}, 1).empty());
}

TEST(Shares, have_about_six_digits_and_a_total) {
  const Shares weeks = shares_of(std::vector{4000000.04, 665600.0});
  EXPECT_EQ(weeks.amounts, (std::vector<std::string>{"4,000,000.0", "665,600.0", "4,665,600.0"}));
  EXPECT_EQ(weeks.percents, (std::vector<std::string>{"85.73", "14.27", "100.00"}));
  const Shares step = shares_of(std::vector{0.001, 0.0});
  EXPECT_EQ(step.amounts, (std::vector<std::string>{"0.00100000", "0.00000000", "0.00100000"}));
  EXPECT_EQ(shares_of(std::vector{0.0}).percents, (std::vector<std::string>{"0.00", "0.00"}));
}

TEST(Figures, print_as_people_write_them) {
  EXPECT_EQ(fixed_point(1234567, 2), "12,345.67");
  EXPECT_EQ(fixed_point(5, 3), "0.005");
  EXPECT_EQ(fixed_point(1234, 0), "1,234");
  EXPECT_EQ(percent(0.92134, 2), "92.13 %");
  EXPECT_EQ(scientific(4.12394e22), "4.124e22");
  EXPECT_EQ(clock_text(Seconds{86400 * 3 + 4 * 3600 + 12 * 60 + 9.4}), "3 d 04:12:09");
  EXPECT_EQ(clock_text(Seconds{59.6}), "00:01:00");
  EXPECT_EQ(counted(1, "class", "classes"), "1 class");
  EXPECT_EQ(counted(2048, "class", "classes"), "2,048 classes");
  EXPECT_EQ(counted(0, "flow"), "0 flows");
}

}  // namespace
}  // namespace qianka
