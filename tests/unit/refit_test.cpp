// SPDX-License-Identifier: Apache-2.0
// Refitting there and back: rows predicted with other constants must give those constants again.
#include "sim/scenario/catalogue.hpp"
#include "sim/study/constant_fit.hpp"
#include "sim/study/minimise.hpp"
#include "sim/study/refit_report.hpp"
#include "support/json_keys.hpp"

#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(Minimise, finds_the_least_value_within_bounds) {
  // (x - 3)^2 + (y + 1)^2 with x <= 2: the least is at (2, -1).
  const Slope bowl = [](const std::vector<double>& p, std::vector<double>& gradient) {
    gradient = {2 * (p[0] - 3), 2 * (p[1] + 1)};
    return (p[0] - 3) * (p[0] - 3) + (p[1] + 1) * (p[1] + 1);
  };
  const std::vector<double> least = minimise(bowl, {0, 0}, {{-5, -5}, {2, 5}});
  EXPECT_NEAR(least[0], 2, 1e-6);
  EXPECT_NEAR(least[1], -1, 1e-4);  // the value is flat there: 1e-9 of it is 3e-5 in y
}

constexpr const char* constants_text = R"(
fit: {noise: 0.001, bend: 0.05}
constants:
  - {id: realised, reading: r, unit: u, unfitted: 1, source: s, low: 0.8, high: 1.5, counterpart: c, spread: 0.2,
     targets: [{keys: [realised.a100], in: [stacks/megatron-core]}]}
  - {id: attention, reading: r, unit: u, unfitted: 0.5, source: s, low: 0.2, high: 0.8, counterpart: c, spread: 0.3,
     targets: [{keys: [attention_efficiency], in: [parts/a100-sxm4-80gb]}]}
  - {id: host, reading: r, unit: ms, unfitted: 20, source: s, low: 0, high: 200, counterpart: c, spread: 50, moves: amount,
     targets: [{keys: [step_overhead], in: [stacks/megatron-core]}]}
  - {id: unneeded, reading: r, unit: u, unfitted: 2, source: s, low: 1, high: 20, counterpart: c, spread: 1,
     targets: [{keys: [permutation_factor], in: [stacks/mindspeed]}]}
)";

/// Steps in which the three constants have different shares: by sequence and batch.
std::string scenario(int sequence, int batch) {
  return fmt::format(
      "cluster:\n  use: dgx-a100-superpod\n  nodes: 1\n"
      "job:\n  model: gpt-1.7b\n  stack:\n    use: megatron-core\n  precision: bf16\n"
      "  sequence: {}\n  global_batch: {}\n"
      "  parallel: {{tensor: 1, pipeline: 1, data: 8, micro_batch: 1, recompute: full}}\n",
      sequence, batch);
}

class ConstantFit : public testing::Test {
 protected:
  ConstantFit()
      : constants_(read_constants(constants_text, "c.yaml")),
        places_(constants_, data_directory()) {
    for (const auto& [sequence, batch] : {std::pair(2048, 8), {2048, 64}, {8192, 8}, {16384, 16}})
      rows_.push_back({fmt::format("s{}b{}", sequence, batch), "made up", "A",
                       scenario(sequence, batch),
                       used_parts({{}, scenario(sequence, batch)}, "a100-sxm4-80gb"), 1});
  }

  /// The rows as they would have been measured with these constants.
  void measure(const std::vector<double>& values) {
    StepPredictor predictor(rows_, places_, 2);
    std::vector<StepPredictor::Question> questions;
    for (std::size_t i = 0; i < rows_.size(); ++i) questions.push_back({i, values});
    const std::vector<double> logs = predictor.errors(questions);
    for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].measured = std::exp(logs[i]);
  }

  FitOutcome fit(const std::vector<double>& start) {
    StepPredictor predictor(rows_, places_, 2);
    return fit_constants(constants_, predictor, {{0, 1, 2, 3}, {0, 1, 2, 3}}, start,
                         [](const std::string&) {});
  }

  Constants constants_;
  ConstantPlaces places_;
  std::vector<FitRow> rows_;
};

TEST_F(ConstantFit, finds_the_constants_that_made_the_rows) {
  const std::vector<double> truth{1.15, 0.4, 60, 2};
  measure(truth);
  const FitOutcome outcome = fit(unfitted_values(constants_));
  // The prior weighs a thousandth of the rows, and values have three digits.
  EXPECT_NEAR(outcome.values[0], truth[0], 0.01 * truth[0]);
  EXPECT_NEAR(outcome.values[1], truth[1], 0.01 * truth[1]);
  EXPECT_NEAR(outcome.values[2], truth[2], 0.03 * truth[2]);
  EXPECT_LT(outcome.after, 0.01 * outcome.before);
  EXPECT_EQ(outcome.felt[0].size(), 4U);
}

TEST_F(ConstantFit, leaves_what_no_row_needs_at_its_unfitted_value) {
  measure({1.1, 0.5, 20, 2});
  const FitOutcome outcome = fit({1, 0.5, 20, 15});
  EXPECT_EQ(outcome.values[3], 2);
  EXPECT_TRUE(outcome.felt[3].empty());
  EXPECT_NEAR(outcome.deviation[3], constants_.all[3].spread, 1e-9);
}

TEST_F(ConstantFit, is_the_same_twice) {
  measure({1.15, 0.4, 60, 2});
  const std::vector<double> start = unfitted_values(constants_);
  EXPECT_EQ(fit(start).values, fit(start).values);
}

/// What a refit of one constant to one source might have found.
Refit made_up() {
  return {{{1, 1.04, true, 0.02, 3, 1, 0.05, 0.06}},
          {1.04},
          {{"a paper, 2024", 3, 0.2, 0.1, 0.06, 0.05, 0.07}},
          {"all", 3, 0.2, 0.1, 0.06, 0.05, 0.07}};
}

TEST(RefitReport, has_the_documented_keys) {
  Constants one = read_constants(constants_text, "c.yaml");
  one.all.resize(1);
  std::set<std::string> keys;
  collect_keys(refit_json(one, made_up()), "", keys);
  EXPECT_EQ(keys, documented_keys("refit"));
}

TEST(RefitReport, tables_become_the_page) {
  Constants one = read_constants(constants_text, "c.yaml");
  one.all.resize(1);
  const ConstantPlaces places(one, data_directory());
  const std::string page =
      constants_markdown(one, places, constants_table(one, made_up()), "constants.csv");
  EXPECT_NE(page.find("| 3 A (1) | 5.0 %, 6.0 % | `realised.a100` in stacks/megatron-core |"),
            std::string::npos)
      << page;
  EXPECT_NE(sources_markdown(sources_table(made_up()), "sources.csv")
                .find("| a paper, 2024 | 3 | 20.0 % | 10.0 % | 5.0 % | 7.0 % |"),
            std::string::npos);
  EXPECT_THROW(sources_markdown("source,rows\na,b\n", "sources.csv"), InputError);
}

}  // namespace
}  // namespace qianka
