// SPDX-License-Identifier: Apache-2.0
// From printed figures to seconds of a step, each unit and each formula by hand.
#include "sim/study/conversion.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// 10 cards; 4 sequences of 100 tokens; 2 layers of width 5, vocabulary 60; 1,000 parameters, all
/// active; 5,000 model FLOPs, of them 1,200 of attention.
StepFacts small_facts() {
  StepFacts facts;
  facts.cards = 10, facts.sequences = 4, facts.sequence = 100;
  facts.layers = 2, facts.hidden = 5, facts.vocabulary = 60;
  facts.active_parameters = 1000;
  facts.model_flops = 5000, facts.hardware_flops = 6000, facts.attention_flops = 1200;
  facts.peak_16 = 2e12, facts.peak = 4e12;
  return facts;
}

Measurement row_of(std::map<std::string, std::string> cells) { return {{}, std::move(cells)}; }

double seconds(const std::string& unit, const std::string& value) {
  return measured_step(row_of({{"unit", unit}, {"value", value}}), {}, small_facts()).seconds;
}

TEST(Conversion, times_are_taken_as_they_are) {
  EXPECT_DOUBLE_EQ(seconds("iteration_time_s", "2.5"), 2.5);
  EXPECT_DOUBLE_EQ(seconds("iteration_time_ms", "250"), 0.25);
}

TEST(Conversion, rates_of_tokens_and_samples_divide_the_batch) {
  EXPECT_DOUBLE_EQ(seconds("tokens_per_s_per_gpu", "8"), 5);  // 400 tokens / (8 x 10 cards)
  EXPECT_DOUBLE_EQ(seconds("tokens_per_s", "80"), 5);
  EXPECT_DOUBLE_EQ(seconds("samples_per_s", "0.5"), 8);           // 4 sequences / 0.5
  EXPECT_DOUBLE_EQ(seconds("samples_per_s_per_gpu", "0.05"), 8);  // 4 / (0.05 x 10)
}

TEST(Conversion, card_hours_of_a_trillion_tokens) {
  // 180 thousand hours = 6.48e8 card-seconds for 1e12 tokens: 400 tokens take 0.2592 card-seconds,
  // ten cards 0.02592 s.
  EXPECT_NEAR(seconds("k_gpu_hours_per_trillion_tokens", "180"), 0.02592, 1e-12);
}

TEST(Conversion, rates_of_FLOPs_divide_the_FLOPs_that_the_formula_counts) {
  EXPECT_DOUBLE_EQ(seconds("tflops_per_gpu", "5e-10"), 1);  // 5,000 / (500 FLOP/s x 10)
  EXPECT_DOUBLE_EQ(seconds("pflops", "5e-12"), 1);
  // Half of the 16-bit peak of 2e12 on ten cards.
  EXPECT_DOUBLE_EQ(seconds("mfu_pct", "50"), 5000 / 1e13);
  EXPECT_DOUBLE_EQ(seconds("pct_of_peak", "50"), 5000 / 1e13);
}

TEST(Conversion, the_rules_choose_formula_and_peak) {
  Rules rules;
  rules.formulas = {
      {.when = {{"note", {"hard"}}}, .use = "hardware", .peak = "precision", .set = {}},
      {.when = {}, .use = "6nd", .peak = "1 TFLOPS", .set = {}}};
  const auto by = [&](const std::string& note) {
    return measured_step(row_of({{"unit", "mfu_pct"}, {"value", "50"}, {"note", note}}), rules,
                         small_facts());
  };
  EXPECT_DOUBLE_EQ(by("hard").seconds, 6000 / 2e13);        // of 4e12 on ten cards
  EXPECT_DOUBLE_EQ(by("").seconds, 6 * 1000 * 400 / 5e12);  // of 1e12 on ten cards
  EXPECT_NE(by("").how.find("'6nd'"), std::string::npos);
}

TEST(Conversion, each_formula_by_hand) {
  const StepFacts f = small_facts();
  // 72 B s L h^2 = 72 x 4 x 100 x 2 x 25 = 1,440,000; s / 6h = 100 / 30, s / 3h = 100 / 15;
  // V / 12 h L = 60 / 120, V / 16 L h = 60 / 160.
  EXPECT_NEAR(*flops_by("sc21-hardware", f), 1.92e6 * (1 + 100 / 30.0 + 0.375), 1e-6);
  EXPECT_NEAR(*flops_by("korthikanti-model", f), 1.44e6 * (1 + 100 / 30.0 + 0.5), 1e-6);
  EXPECT_NEAR(*flops_by("korthikanti-hardware", f), 1.44e6 * (1 + 100 / 15.0 + 0.5), 1e-6);
  EXPECT_DOUBLE_EQ(*flops_by("6nd", f), 2.4e6);  // 6 x 1,000 x 400
  EXPECT_DOUBLE_EQ(*flops_by("8nd", f), 3.2e6);
  EXPECT_DOUBLE_EQ(*flops_by("6nd-attention", f), 2.4e6 + 1200);
  EXPECT_DOUBLE_EQ(*flops_by("model", f), 5000);
  EXPECT_DOUBLE_EQ(*flops_by("model-causal", f), 4400);
  EXPECT_DOUBLE_EQ(*flops_by("hardware", f), 6000);
  EXPECT_FALSE(flops_by("guess", f));
}

TEST(Conversion, a_derived_time_counts_before_a_formula_and_not_before_a_time) {
  const auto step = [](const char* unit) {
    return measured_step(
        row_of({{"unit", unit}, {"value", "8"}, {"derived_iteration_time_s", "3"}}), {},
        small_facts());
  };
  EXPECT_DOUBLE_EQ(step("tflops_per_gpu").seconds, 3);
  EXPECT_GT(step("tflops_per_gpu").own, 0);  // our own reckoning stays known
  EXPECT_DOUBLE_EQ(step("tokens_per_s_per_gpu").seconds, 5);
}

TEST(Conversion, a_time_scales_with_the_batch_that_was_rounded) {
  // The row's step has 5 sequences, ours 4.
  const auto row =
      row_of({{"unit", "iteration_time_s"}, {"value", "2.5"}, {"global_batch_seqs", "5"}});
  EXPECT_DOUBLE_EQ(measured_step(row, {}, small_facts()).seconds, 2);
}

TEST(Conversion, what_is_no_time_of_a_step_says_so) {
  const MeasuredStep step =
      measured_step(row_of({{"unit", "time_to_train_min"}, {"value", "3"}}), {}, small_facts());
  EXPECT_EQ(step.seconds, 0);
  EXPECT_EQ(step.reason, "unit 'time_to_train_min' is no time of a step");
  StepFacts no_peak = small_facts();
  no_peak.peak_16 = 0;
  EXPECT_EQ(measured_step(row_of({{"unit", "mfu_pct"}, {"value", "3"}}), {}, no_peak).reason,
            "the peak that the utilisation is of is unknown");
}

}  // namespace
}  // namespace qianka
