// SPDX-License-Identifier: Apache-2.0
#include "sim/study/layout_space.hpp"

#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/checks.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <gmock/gmock.h>

namespace qianka {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;

/// 8 cards; 12 heads, 6 layers, batch 12.
Scenario job_on_8_cards(const std::string& more = "") {
  return parse_scenario(
      "question: How many layouts?\n"
      "cluster: {use: dgx-a100-superpod, nodes: 1, spares: 0}\n"
      "job:\n"
      "  model: {use: gpt-1.7b, layers: 6, heads: 12, kv_heads: 12}\n"
      "  stack: megatron-core\n"
      "  precision: bf16\n"
      "  sequence: 2048\n"
      "  global_batch: 16\n"
      "  parallel: {tensor: 1, pipeline: 1, data: 8, micro_batch: 1" +
      more + "}\nseed: 1\n");
}

std::map<std::string, std::int64_t> in_words(const Refusals& refusals) {
  return {refusals.begin(), refusals.end()};
}

TEST(LayoutSpace, has_every_way_to_cut_the_cards) {
  // tensor 1, 2 and 4 divide 12 heads, 8 does not; layers 6 + 2 >= 8 chunks. tensor x context x
  // pipeline x data = 8: 2^3 over four is 20 ways; less those with tensor 8: 1.
  const Scenario scenario = job_on_8_cards();
  const LayoutSpace space(scenario, {}, 8);
  EXPECT_EQ(space.shapes().size(), 19U);
  EXPECT_THAT(in_words(space.refused()), ElementsAre(Key("heads is not a multiple of tensor")));
}

TEST(LayoutSpace, cuts_layers_evenly_and_counts_what_does_not_divide) {
  const Scenario scenario = job_on_8_cards();
  LayoutChoices choices;
  choices.tensor = {1}, choices.context = {1}, choices.pipeline = {4};
  choices.layers_per_stage = {LayerSplit::even};
  const LayoutSpace space(scenario, choices, 8);
  ASSERT_EQ(space.shapes().size(), 1U);
  Refusals refused;
  EXPECT_TRUE(space.layouts(space.shapes().front(), refused).empty());
  // Micro batches of 1, 2, 4 and 8 out of 16 / data 2, with interleave 1 and, since 6 + 2 = 2 x 4,
  // 2; of these 4 and 8 leave fewer micro-batches than stages as well, which is told in its place.
  auto counts = in_words(refused);
  EXPECT_EQ(counts["layers is not a multiple of pipeline x interleave"], 6);
  EXPECT_EQ(counts["global_batch / (data x micro_batch), not a multiple of pipeline"], 2);
}

TEST(LayoutSpace, counts_the_embedding_and_the_head_where_layers_do_not_divide) {
  const Scenario scenario = job_on_8_cards();
  LayoutChoices choices;
  choices.tensor = {1}, choices.context = {1}, choices.micro_batch = {1};
  choices.recompute = {Recompute::none}, choices.sharding = {Sharding::none};
  std::vector<std::string> words;
  const LayoutSpace space(scenario, choices, 8);
  Refusals refused;
  for (const Parallel& shape : space.shapes())
    for (const Parallel& layout : space.layouts(shape, refused))
      words.push_back(layout_words(layout));
  // 6 layers and 2: even over 1 and 2 stages (x 3 chunks of one layer), 8 / 4 = 2 and 8 / 8 = 1
  // each.
  EXPECT_THAT(words,
              ElementsAre("data 8, micro batch 1", "pipeline 2 x data 4, micro batch 1",
                          "pipeline 2 x data 4, micro batch 1, interleave 2, embedding counts",
                          "pipeline 2 x data 4, micro batch 1, interleave 3",
                          "pipeline 2 x data 4, micro batch 1, interleave 4, embedding counts",
                          "pipeline 4 x data 2, micro batch 1, embedding counts",
                          "pipeline 4 x data 2, micro batch 1, interleave 2, embedding counts",
                          "pipeline 8, micro batch 1, embedding counts"));
}

TEST(LayoutSpace, keeps_tensor_groups_inside_the_scale_up_domain_unless_asked) {
  const Scenario scenario = parse_scenario(
      "question: How many layouts?\n"
      "cluster: {use: dgx-a100-superpod, nodes: 2, spares: 0}\n"
      "job: {model: gpt-1.7b, stack: megatron-core, precision: bf16, sequence: 2048,\n"
      "  global_batch: 16, parallel: {tensor: 1, pipeline: 1, data: 16, micro_batch: 1}}\n"
      "seed: 1\n");
  const auto largest = [&](const LayoutChoices& choices) {
    int tensor = 0;
    const LayoutSpace space(scenario, choices, 8);
    for (const Parallel& shape : space.shapes()) tensor = std::max(tensor, shape.tensor);
    return tensor;
  };
  EXPECT_EQ(largest({}), 8);
  LayoutChoices asked;
  asked.tensor = {16, 8};
  EXPECT_EQ(largest(asked), 8);  // 24 heads
  EXPECT_THAT(in_words(LayoutSpace(scenario, asked, 8).refused()),
              ElementsAre(Key("heads is not a multiple of tensor")));
}

TEST(LayoutSpace, counts_what_was_asked_for_and_does_not_divide) {
  const Scenario scenario = job_on_8_cards();
  LayoutChoices choices;
  choices.tensor = {3, 4}, choices.pipeline = {2, 4};
  const LayoutSpace space(scenario, choices, 8);
  // tensor 4 leaves 2 cards: pipeline 2 with context 1; pipeline 4 not, and with context 2 neither.
  EXPECT_EQ(space.shapes().size(), 1U);
  EXPECT_THAT(
      in_words(space.refused()),
      ElementsAre(std::pair{"cards are not a multiple of pipeline, with the groups before it", 3},
                  std::pair{"cards are not a multiple of tensor, with the groups before it", 1}));
}

TEST(LayoutSpace, every_layout_passes_the_checks_and_is_there_once) {
  const Scenario scenario = job_on_8_cards(", recompute: selective, sharding: zero-2");
  const LayoutSpace space(scenario, {}, 8);
  std::set<std::string> words;
  std::size_t all = 0;
  bool as_written = false;
  for (const Parallel& shape : space.shapes()) {
    Refusals refused;
    for (const Parallel& layout : space.layouts(shape, refused)) {
      Scenario one = scenario;
      one.job.parallel = layout;
      ASSERT_TRUE(infeasibilities(one, Reader(catalogue_loader())).empty()) << layout_words(layout);
      ASSERT_EQ(cards(layout), 8);
      words.insert(layout_words(layout)), ++all;
      as_written = as_written || layout_words(layout) == layout_words(scenario.job.parallel);
    }
  }
  EXPECT_EQ(words.size(), all);
  EXPECT_TRUE(as_written);
}

TEST(LayoutSpace, says_a_layout_in_words) {
  EXPECT_EQ(layout_words({}), "one card, micro batch 1");
  Parallel layout{.tensor = 8, .pipeline = 16, .data = 8, .micro_batch = 2, .interleave = 3};
  layout.recompute = Recompute::full, layout.sharding = Sharding::zero_1;
  layout.sequence_parallel = true;
  EXPECT_EQ(layout_words(layout),
            "tensor 8 x pipeline 16 x data 8, micro batch 2, interleave 3, sequence parallel, "
            "recompute full, zero-1");
}

}  // namespace
}  // namespace qianka
