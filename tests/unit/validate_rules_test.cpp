// SPDX-License-Identifier: Apache-2.0
// Words of a table to keys of a scenario: conditions, numbers, and what a whole row becomes.
#include "sim/study/row_scenario.hpp"
#include "support/pages.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using testing::HasSubstr;
using testing::Not;

using Cells = std::map<std::string, std::string>;

Measurement row_of(Cells cells) { return {{}, std::move(cells)}; }

bool note_holds(const std::vector<std::string>& patterns, const std::string& note) {
  return holds({{"note", patterns}}, row_of({{"note", note}}));
}

TEST(Conditions, contain_equal_exclude_and_compare) {
  EXPECT_TRUE(note_holds({"zero"}, "with ZeRO-1"));
  EXPECT_FALSE(note_holds({"=zero"}, "with ZeRO-1"));
  EXPECT_TRUE(note_holds({"=with zero-1"}, "with ZeRO-1"));
  EXPECT_TRUE(note_holds({"a", "b"}, "xbx"));    // one of them
  EXPECT_FALSE(note_holds({"x", "!b"}, "xbx"));  // and none of the negative ones
  EXPECT_TRUE(note_holds({"!a", "!b"}, "x"));
  EXPECT_TRUE(note_holds({""}, ""));
  EXPECT_FALSE(note_holds({""}, "x"));
  EXPECT_TRUE(note_holds({"!"}, "x"));
  EXPECT_TRUE(note_holds({">=4"}, "4"));
  EXPECT_FALSE(note_holds({"<=3.5"}, "4"));
  EXPECT_FALSE(note_holds({">=4"}, "many"));
}

TEST(Conditions, a_number_at_the_end_of_what_is_sought_is_whole) {
  EXPECT_TRUE(note_holds({"H20"}, "H20-SXM"));
  EXPECT_FALSE(note_holds({"H20"}, "H200-SXM"));
  EXPECT_TRUE(note_holds({"H20"}, "H200 or H20"));
  EXPECT_TRUE(note_holds({"910B"}, "910B2"));
}

TEST(Conditions, number_is_the_first_behind_the_text_that_matched) {
  const Rule rule{.when = {{"recompute", {"block "}}},
                  .use = "",
                  .peak = "",
                  .set = {{"layers", "{number}"}, {"always", "1"}}};
  const auto keys = [&](const std::string& text) {
    return keys_of(rule, row_of({{"recompute", text}}));
  };
  EXPECT_EQ(keys("16 stages, block 7 of 12"), (KeyValues{{"layers", "7"}, {"always", "1"}}));
  EXPECT_EQ(keys("block of, 7"), (KeyValues{{"always", "1"}}));  // not beyond the comma
}

Rules shipped_rules() {
  const std::string file = QIANKA_SOURCE_DIR "/scenarios/validation/rules.yaml";
  return read_rules(read_page(file).text, "rules.yaml");
}

/// A job of two A100 nodes, as a row says it, with `more` on top.
RowPlan plan_of(const Cells& more) {
  Cells cells{{"id", "x"},
              {"source", "somebody"},
              {"accelerator", "A100-SXM-80GB"},
              {"model", "GPT-3 175B"},
              {"year", "2023"},
              {"n_accelerators", "16"},
              {"seq", "2048"},
              {"global_batch_seqs", "64"},
              {"micro_batch", "2"},
              {"tp", "8"},
              {"pp", "1"},
              {"dp", "2"},
              {"cp", "1"},
              {"vpp", "1"},
              {"recompute", "full"},
              {"sharding", "DDP"},
              {"precision", "BF16"},
              {"unit", "iteration_time_s"},
              {"value", "1"}};
  for (const auto& [column, text] : more) cells[column] = text;
  std::erase_if(cells, [](const auto& cell) { return cell.second.empty(); });
  KnownParts parts;
  return plan_row(row_of(cells), shipped_rules(), parts);
}

std::string scenario_of(const Cells& more) {
  const RowPlan plan = plan_of(more);
  return plan.choices.empty() ? "none: " + plan.reason : plan.choices.front().text;
}

TEST(RowPlans, words_of_precision_sharding_and_recomputation) {
  EXPECT_THAT(scenario_of({{"precision", "FP16 mixed"}}), HasSubstr("precision: fp16"));
  EXPECT_THAT(scenario_of({{"precision", ""}}), HasSubstr("precision: bf16"));
  EXPECT_THAT(scenario_of({{"precision", "MXFP8"}}),
              AllOf(HasSubstr("precision: fp8"), HasSubstr("fp8_scaling: fine")));
  EXPECT_THAT(scenario_of({{"precision", "FP8 tensorwise"}}), Not(HasSubstr("fp8_scaling")));
  EXPECT_THAT(scenario_of({}), HasSubstr("sharding: none"));
  EXPECT_THAT(scenario_of({{"sharding", "distributed optimizer"}}), HasSubstr("sharding: zero-1"));
  EXPECT_THAT(scenario_of({{"sharding", "FSDP FULL_SHARD"}}), HasSubstr("sharding: zero-3"));
  EXPECT_THAT(scenario_of({{"sharding", "FSDP SHARD_GRAD_OP"}}), HasSubstr("sharding: zero-2"));
  EXPECT_THAT(scenario_of({}), HasSubstr("recompute: full"));
  EXPECT_THAT(scenario_of({{"recompute", "selective (per-op)"}}),
              HasSubstr("recompute: operators"));
  EXPECT_THAT(scenario_of({{"recompute", "none"}}), HasSubstr("recompute: none"));
}

TEST(RowPlans, an_unknown_precision_is_not_taken_for_another) {
  EXPECT_EQ(plan_of({{"precision", "BF17"}}).reason, "no rule knows the precision 'BF17'");
}

TEST(RowPlans, a_model_is_known_by_any_of_its_names_or_written_out) {
  EXPECT_THAT(scenario_of({}), HasSubstr("use: gpt3-175b"));
  EXPECT_THAT(scenario_of({{"model", "LLaMA3_70B"}}), HasSubstr("use: llama3-70b"));
  const std::string own = scenario_of({{"model", "Frankenstein 3B"},
                                       {"layers", "30"},
                                       {"hidden", "3072"},
                                       {"heads", "32"},
                                       {"vocab", "51200"}});
  EXPECT_THAT(own, AllOf(HasSubstr("name: \"Frankenstein 3B\""), HasSubstr("layers: 30"),
                         HasSubstr("hidden: 3072"), Not(HasSubstr("use: gpt"))));
  EXPECT_THAT(scenario_of({{"model", "Frankenstein 3B"}}),
              HasSubstr("no model 'Frankenstein 3B' in the catalogue, and the row leaves blank: "
                        "layers, hidden, heads"));
}

TEST(RowPlans, the_row_may_name_stack_and_cluster_itself) {
  const RowPlan plan = plan_of({{"stack", "nemo"}, {"cluster", "dgx-h100-rail"}});
  EXPECT_EQ(plan.stack, "nemo");
  EXPECT_EQ(plan.cluster, "dgx-h100-rail");
  EXPECT_EQ(plan_of({}).cluster, "dgx-a100-superpod");
  EXPECT_EQ(plan_of({}).vendor, "NVIDIA");
  EXPECT_THAT(scenario_of({{"accelerator", "Abacus"}}),
              HasSubstr("no rule names a cluster for 'Abacus'"));
}

TEST(RowPlans, a_batch_is_rounded_by_two_per_cent_and_no_further) {
  const RowPlan near = plan_of({{"global_batch_seqs", "201"}});
  ASSERT_EQ(near.choices.size(), 1U);
  EXPECT_THAT(near.choices[0].text, HasSubstr("global_batch: 200"));
  EXPECT_THAT(near.notes, testing::Contains(HasSubstr("global batch 200 for 201")));
  EXPECT_THAT(scenario_of({{"global_batch_seqs", "34"}}),
              HasSubstr("global batch 34 is not a multiple of data 2 x micro_batch 2"));
}

TEST(RowPlans, what_is_blank_is_tried) {
  const RowPlan plan = plan_of({{"micro_batch", ""}, {"recompute", ""}});
  // 1, 2, 4, 8 sequences x none, selective, full.
  EXPECT_EQ(plan.choices.size(), 12U);
  EXPECT_EQ(label(plan.choices.front().open), "micro_batch 1, recompute none");
  // Recomputation is taken as it is needed: the choices of one micro-batch are of one kind.
  EXPECT_EQ(plan.choices[0].but_least, plan.choices[1].but_least);
  EXPECT_NE(plan.choices[0].but_least, plan.choices[3].but_least);
}

std::string problems_of(const std::string& rules) {
  try {
    read_rules(rules, "r.yaml");
  } catch (const InputError& error) {
    std::string text;
    for (const Diagnostic& d : error.diagnostics)
      text += fmt::format("{}:{}: {}\n", d.at.line, d.at.col, d.message);
    return text;
  }
  return "";
}

TEST(RuleFiles, everything_wrong_is_said_at_once_with_its_place) {
  EXPECT_EQ(problems_of("keys:\n"
                        "  - {when: {precison: FP8}, set: {job.precision: fp8}}\n"
                        "  - {when: {year: \">=soon\"}}\n"
                        "open:\n"
                        "  - {key: job.parallel.tensor, choices: [1], take: fastest}\n"),
            "2:13: no column 'precison'\n"
            "3:19: '>=soon' has no number\n"
            "5:52: 'take' cannot be 'fastest'\n");
  EXPECT_EQ(problems_of("sources: []\n"), "1:1: unknown key 'sources' in rules\n");
}

}  // namespace
}  // namespace qianka
