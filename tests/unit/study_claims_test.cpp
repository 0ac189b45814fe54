// SPDX-License-Identifier: Apache-2.0
#include "sim/study/claim_evaluation.hpp"
#include "sim/study/claim_study.hpp"
#include "sim/study/claim_words.hpp"
#include "sim/study/expression.hpp"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace qianka {
namespace {

double calculated(const std::string& text, const std::map<std::string, double>& values = {}) {
  Expression expression(text);
  std::vector<double> in_order;
  for (const std::string& name : expression.names()) in_order.push_back(values.at(name));
  return expression(in_order);
}

TEST(Expressions, arithmetic_comparisons_and_choices) {
  EXPECT_EQ(calculated("2 + 3 * 4 ^ 2"), 50);
  EXPECT_EQ(calculated("1e3 / 8"), 125);
  EXPECT_EQ(calculated("max(1, 5, 3) - min(2, 4)"), 3);
  EXPECT_EQ(calculated("ceil(2.1) + floor(2.9)"), 5);
  EXPECT_EQ(calculated("abs(0 - 3) == 3 && 1 < 2"), 1);
  EXPECT_EQ(calculated("1 > 2 ? 10 : 20"), 20);
}

TEST(Expressions, names_may_have_dots_and_come_in_order) {
  const Expression expression("h20.step.time_s * cards + b.0.count + cards");
  EXPECT_EQ(expression.names(),
            (std::vector<std::string>{"b.0.count", "cards", "h20.step.time_s"}));
  EXPECT_EQ(calculated("h20.step.time_s * cards", {{"h20.step.time_s", 2}, {"cards", 8}}), 16);
}

TEST(Expressions, what_is_no_expression_is_refused) {
  EXPECT_THROW(Expression("2 +"), ExpressionError);
  EXPECT_THROW(Expression("(1"), ExpressionError);
  EXPECT_THROW(Expression(""), ExpressionError);
  EXPECT_THROW(Expression("nosuch(1)"), ExpressionError);
}

TEST(Expressions, division_by_zero_is_not_finite) {
  EXPECT_FALSE(std::isfinite(calculated("1 / x", {{"x", 0}})));
}

TEST(ClaimVerdicts, follow_from_what_turns_them) {
  const ClaimTrial yes{true, false}, no{false, false}, unknown_no{false, true}, none{{}, false};
  EXPECT_EQ(verdict_of(true, {yes, yes}), ClaimVerdict::holds);
  EXPECT_EQ(verdict_of(false, {no, no}), ClaimVerdict::does_not_hold);
  EXPECT_EQ(verdict_of(true, {yes, no}), ClaimVerdict::holds_if);
  EXPECT_EQ(verdict_of(false, {yes, no}), ClaimVerdict::holds_if);
  EXPECT_EQ(verdict_of(true, {yes, unknown_no}), ClaimVerdict::cannot_be_told);
  EXPECT_EQ(verdict_of(false, {unknown_no}), ClaimVerdict::does_not_hold);  // whatever it is
  EXPECT_EQ(verdict_of(true, {none}), ClaimVerdict::holds);
  EXPECT_EQ(verdict_of({}, {yes}), ClaimVerdict::cannot_be_told);
}

TEST(ClaimVerdicts, of_readings_together) {
  using enum ClaimVerdict;
  const auto either = Readings::alternatives, all = Readings::parts;
  EXPECT_EQ(verdict_together(either, {holds, holds}), holds);
  EXPECT_EQ(verdict_together(either, {holds, does_not_hold}), holds_if);
  EXPECT_EQ(verdict_together(either, {does_not_hold, cannot_be_told}), cannot_be_told);
  EXPECT_EQ(verdict_together(all, {holds, does_not_hold}), does_not_hold);
  EXPECT_EQ(verdict_together(all, {holds, cannot_be_told}), cannot_be_told);
  EXPECT_EQ(verdict_together(all, {holds, holds_if}), holds_if);
}

TEST(ClaimFlips, are_found_by_halving) {
  const TruthAt above_three = [](double x) { return x > 3; };
  EXPECT_NEAR(turning_point(above_three, 1, 10), 3, 1e-4);
  EXPECT_NEAR(turning_point(above_three, 10, 1), 3, 1e-4);
  EXPECT_NEAR(turning_point([](double x) { return x > -2; }, -5, 1), -2, 1e-4);
}

TEST(ClaimFlips, beyond_the_range_as_far_as_a_thousand_times) {
  const TruthAt above_hundred = [](double x) { return x > 100; };
  ASSERT_TRUE(turns_beyond(above_hundred, 1, true));
  EXPECT_NEAR(*turns_beyond(above_hundred, 1, true), 100, 0.01);
  EXPECT_FALSE(turns_beyond(above_hundred, 1, false));
  EXPECT_FALSE(turns_beyond([](double x) { return x > 5000; }, 1, true));
  EXPECT_FALSE(turns_beyond(above_hundred, 0, true));  // no ratio leads away from zero
}

TEST(ClaimWordsTest, figures_in_sentences) {
  const FigureOf figure = [](const std::string& name) -> std::optional<double> {
    if (name == "days") return 13.25;
    if (name == "share") return 0.2191;
    if (name == "work") return 3.1428e23;
    return std::nullopt;
  };
  EXPECT_EQ(words_with_figures("{days:1} days, {share:%1}, {work:e}; {nobody:0}", figure),
            "13.3 days, 21.9 %, 3.143e23; ?");
  EXPECT_EQ(words_with_figures("{work:b0}, {days:y1}", figure), "314,280,000,000,000, 0.0");
  EXPECT_EQ(names_in_words("a {b:1} c {d}"), (std::vector<std::string>{"b", "d"}));
}

TEST(ClaimWordsTest, readable_numbers) {
  EXPECT_EQ(readable(270e6), "270,000,000");
  EXPECT_EQ(readable(10.588), "10.6");
  EXPECT_EQ(readable(0.5), "0.5");
  EXPECT_EQ(readable(0.03956), "0.0396");
  EXPECT_EQ(readable(3.143e23), "3.143e23");
  EXPECT_EQ(readable(0), "0");
  EXPECT_EQ(readable(-2.5), "-2.5");
}

constexpr const char* head = R"(
system: {en: a, zh: b}
sources: [{letter: E, date: 2023}]
said: {en: a, zh: b}
headline: y
)";

/// Two inputs, x from 1 to 4 and an unknown u from 1 to 3; y = x * u.
Claim small_claim(const std::string& test) {
  const std::string text = std::string(head) + R"(
inputs:
  - {name: x, value: 2, low: 1, high: 4, source: here, words: {en: x, zh: x}}
  - {name: u, value: unknown, low: 1, high: 3, source: nowhere, words: {en: u, zh: u}}
figures:
  - {name: y, value: x * u, words: {en: y, zh: y}}
readings:
  - {id: a, words: {en: a, zh: a}, test: ")" +
                           test + R"(", answer: {en: "{y:1}", zh: "{y:1}"}}
)";
  return read_claim(text, "small.yaml");
}

TEST(ClaimStudy, an_unknown_input_that_turns_the_reading_leaves_it_open) {
  const std::vector<Claim> claims{small_claim("x * u > 5")};  // 4 in the middle, 6 with u = 3
  const ClaimResult result = judge_claims(claims, 1).front();
  EXPECT_EQ(result.verdict, ClaimVerdict::cannot_be_told);
  ASSERT_FALSE(result.readings[0].flips.empty());
  const ClaimFlip& nearest = result.readings[0].flips[0];
  EXPECT_TRUE(nearest.in_range && nearest.upwards && nearest.sharp);
  EXPECT_NEAR(nearest.at, 2.5, 1e-4);
}

TEST(ClaimStudy, a_known_input_that_turns_the_reading_makes_a_condition) {
  const std::vector<Claim> claims{small_claim("x > 3")};
  const ClaimResult result = judge_claims(claims, 1).front();
  EXPECT_EQ(result.verdict, ClaimVerdict::holds_if);
  EXPECT_EQ(result.readings[0].flips[0].input, 0U);
  EXPECT_NEAR(result.readings[0].flips[0].at, 3, 1e-4);
}

TEST(ClaimStudy, both_ends_of_the_headline) {
  const std::vector<Claim> claims{small_claim("x > 0")};
  const ClaimResult result = judge_claims(claims, 1).front();
  EXPECT_EQ(result.verdict, ClaimVerdict::holds);
  ASSERT_EQ(result.swings.size(), 2U);
  EXPECT_EQ(result.swings[0].input, 0U);  // from 2 to 8: wider than from 2 to 6
  EXPECT_EQ(result.swings[0].headline, (std::vector<std::optional<double>>{2, 8}));
  EXPECT_EQ(result.swings[1].at, (std::vector<double>{1, 1.5, 2, 2.5, 3}));
}

TEST(ClaimFormat, what_nothing_defines_is_told_with_its_place) {
  const std::string text = std::string(head) + R"(
figures:
  - {name: y, value: cards * 2, words: {en: y, zh: y}}
readings:
  - {id: a, words: {en: a, zh: a}, test: y >, answer: {en: "{z}", zh: ""}}
)";
  try {
    read_claim(text, "bad.yaml");
    FAIL() << "it reads";
  } catch (const InputError& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find("bad.yaml:8:5: error: nothing here is named 'cards'"), what.npos) << what;
    EXPECT_NE(what.find("'y >' cannot be calculated"), what.npos) << what;
    EXPECT_NE(what.find("nothing here is named 'z'"), what.npos) << what;
  }
}

TEST(ClaimFormat, a_range_holds_its_value) {
  const std::string text = std::string(head) + R"(
inputs:
  - {name: y, value: 5, low: 1, high: 4, source: here, words: {en: x, zh: x}}
readings:
  - {id: a, words: {en: a, zh: a}, test: y > 1, answer: {en: "", zh: ""}}
)";
  EXPECT_THROW(read_claim(text, "bad.yaml"), InputError);
}

}  // namespace
}  // namespace qianka
