// SPDX-License-Identifier: Apache-2.0
// Layouts that others measured against one another, and layouts that others chose: what the search
// says of them. docs/tune.md has the tables.
#include "sim/study/tune.hpp"

#include "sim/study/constant_places.hpp"
#include "sim/study/constants.hpp"
#include "sim/study/known_parts.hpp"
#include "sim/study/measurement.hpp"
#include "sim/study/row_scenario.hpp"
#include "support/pages.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// The scenario of a row of tests/validation/training_steps.csv, which holds the rows of the shared
/// table.
struct MeasuredLayout {
  Scenario scenario;
  double tokens_per_second = 0;  // of a card
};

std::vector<MeasuredLayout> flagperf_rows() {
  constexpr const char* rules_file = "scenarios/validation/rules.yaml";
  constexpr const char* constants_file = "scenarios/validation/constants.yaml";
  constexpr const char* rows_file = "tests/validation/training_steps.csv";
  Rules rules = read_rules(read_page(rules_file).text, rules_file);
  const Constants constants = read_constants(read_page(constants_file).text, constants_file);
  rules.constants = ConstantPlaces(constants, QIANKA_SOURCE_DIR).texts();
  KnownParts parts;
  std::vector<MeasuredLayout> all;
  for (const Measurement& row : read_measurements(read_page(rows_file).text, rows_file).rows) {
    if (!row.id().starts_with("flagperf_llama3_8b_a100_")) continue;
    const RowPlan plan = plan_row(row, rules, parts);
    EXPECT_EQ(plan.choices.size(), 1U) << row.id() << ": " << plan.reason;
    all.push_back(
        {parse_scenario(plan.choices.front().text, row.id()), row.number("value").value_or(0)});
  }
  return all;
}

TEST(TunePublished, layouts_of_flagperf_come_in_the_order_that_was_measured) {
  std::filesystem::current_path(QIANKA_SOURCE_DIR);
  std::vector<MeasuredLayout> rows = flagperf_rows();
  ASSERT_EQ(rows.size(), 4U);
  std::ranges::sort(rows, std::ranges::greater(), &MeasuredLayout::tokens_per_second);
  const Parallel& first = rows.front().scenario.job.parallel;
  TuneOptions options;
  options.choices.context = {1}, options.choices.micro_batch = {first.micro_batch};
  options.choices.interleave = {first.interleave}, options.choices.recompute = {first.recompute};
  options.choices.sharding = {first.sharding};
  options.workers = 2;
  const TuneStudy study = tune(rows.front().scenario, options);
  ASSERT_TRUE(study.all_proved());
  std::ptrdiff_t last = -1;
  for (const MeasuredLayout& row : rows) {
    const Job& job = row.scenario.job;
    const auto found = std::ranges::find_if(study.best, [&](const TunedLayout& layout) {
      return same_layout(job, layout.parallel, job.parallel);
    });
    ASSERT_NE(found, study.best.end()) << layout_words(job.parallel);
    EXPECT_GT(found - study.best.begin(), last) << layout_words(job.parallel);
    last = found - study.best.begin();
  }
}

TEST(TunePublished, a_quick_answer_is_near_the_proved_one) {
  std::filesystem::current_path(QIANKA_SOURCE_DIR);
  const Scenario scenario = load_scenario("scenarios/bloom-176b.yaml");
  TuneOptions options;
  options.top = 1, options.workers = 2;
  const TuneStudy proved = tune(scenario, options);
  ASSERT_TRUE(proved.best_is_proved());
  options.simulate = 4;
  const std::optional<Scenario> quick = with_best_layout(scenario, options);
  ASSERT_TRUE(quick);
  options.choices.tensor = {quick->job.parallel.tensor};  // its own time is found beside them
  EXPECT_LE(*tune(*quick, options).as_written->time / *proved.best.front().time, 1.02);
}

struct Chosen {
  const char* scenario;
  LayoutChoices choices;  // what their software had
  double off;             // from the best, at most
};

TEST(TunePublished, what_authors_chose_is_near_the_best_of_what_they_had) {
  LayoutChoices old;  // Megatron-LM of 2021: no context parallelism, no sharding, all recomputed
  old.context = {1}, old.recompute = {Recompute::full}, old.sharding = {Sharding::none};
  old.layers_per_stage = {LayerSplit::even};
  LayoutChoices bloom = old;
  bloom.layers_per_stage = {LayerSplit::embedding_counts};
  bloom.sharding = {Sharding::none, Sharding::zero_1}, bloom.interleave = {1};
  LayoutChoices selective = old;
  selective.recompute = {};
  LayoutChoices any;
  for (const Chosen& chosen :
       {Chosen{"published/sc21-1.7b", old, 0.05}, Chosen{"published/sc21-3.6b", old, 0.05},
        Chosen{"published/sc21-76.1b", old, 0.05}, Chosen{"published/sc21-310.1b", old, 0.05},
        Chosen{"published/sc21-1t", old, 0.05},
        Chosen{"published/korthikanti-175b-selective", selective, 0.05},
        Chosen{"published/korthikanti-22b-selective", selective, 0.05},
        Chosen{"published/korthikanti-1t-selective", selective, 0.05},
        Chosen{"published/llama3-405b-8192", any, 0.05}, Chosen{"bloom-176b", bloom, 0.05}}) {
    SCOPED_TRACE(chosen.scenario);
    const Scenario scenario = load_scenario(std::filesystem::path(QIANKA_SOURCE_DIR) / "scenarios" /
                                            (std::string(chosen.scenario) + ".yaml"));
    TuneOptions options;
    options.choices = chosen.choices, options.top = 1, options.workers = 2;
    const TuneStudy study = tune(scenario, options);
    ASSERT_TRUE(study.best_is_proved());
    ASSERT_TRUE(study.as_written && study.as_written->time);
    EXPECT_LE(*study.as_written->time / *study.best.front().time, 1 + chosen.off);
  }
}

}  // namespace
}  // namespace qianka
