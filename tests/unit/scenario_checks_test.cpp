// SPDX-License-Identifier: Apache-2.0
// Sizes that do not go together: what is said, and what passes. The gallery in tests/errors has
// whole messages.
#include "sim/input/diagnostics.hpp"
#include "sim/scenario/scenario.hpp"

#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// The messages for a job of this layout, one a line; "" when it can be.
std::string infeasible(const std::string& parallel, int layers, int batch,
                       const std::string& more = "") {
  const std::string text = R"(cluster: {node: {accelerator: {name: Card, peak: {bf16: 300 TFLOPS}}}}
job:
  model: {layers: )" + std::to_string(layers) +
                           R"(, hidden: 2048, heads: 16, vocabulary: 51200, sequence: 2048}
  stack: {name: Stack}
  global_batch: )" + std::to_string(batch) +
                           "\n  parallel: {tensor: 8, " + parallel + "}\n" + more;
  try {
    parse_scenario(text);
    return "";
  } catch (const InfeasibleInput& error) {
    std::string messages;
    for (const Diagnostic& d : error.diagnostics) messages += d.message + "\n";
    return messages;
  }
}

TEST(Checks, an_even_split_divides) {
  EXPECT_EQ(infeasible("pipeline: 4", 24, 8), "");
  EXPECT_EQ(infeasible("pipeline: 4, interleave: 3", 24, 8), "");
  EXPECT_EQ(infeasible("pipeline: 4, interleave: 4", 24, 8),
            "layers 24 is not a multiple of pipeline 4 x interleave 4 = 16 chunks\n");
}

TEST(Checks, with_embedding_counts_any_layers_do_that_fill_the_chunks) {
  // Llama 3: (126 + 2) / (16 x 8) = 1; GLM-130B: (70 + 2) / 12 = 6; and what does not divide is
  // spread.
  EXPECT_EQ(infeasible("pipeline: 16, interleave: 8, layers_per_stage: embedding-counts", 126, 16),
            "");
  EXPECT_EQ(infeasible("pipeline: 12, layers_per_stage: embedding-counts", 70, 12), "");
  EXPECT_EQ(infeasible("pipeline: 8, layers_per_stage: embedding-counts", 61, 8), "");
  EXPECT_EQ(
      infeasible("pipeline: 16, interleave: 2, layers_per_stage: embedding-counts", 29, 16),
      "layers 29 + embedding + head = 31, fewer than pipeline 16 x interleave 2 = 32 chunks\n");
}

TEST(Checks, a_list_has_an_entry_a_stage_and_adds_up) {
  EXPECT_EQ(infeasible("pipeline: 2, layers_per_stage: [13, 11]", 24, 8), "");
  EXPECT_EQ(infeasible("pipeline: 2, layers_per_stage: [13, 12]", 24, 8),
            "13 + 12 = 25, but the model has 24 layers\n");
  EXPECT_EQ(infeasible("pipeline: 4, interleave: 3, layers_per_stage: [2, 2, 18, 2]", 24, 8),
            "stage 1 has 2 layers, fewer than interleave 3\n");
}

TEST(Checks, interleaving_needs_stages_and_micro_batches_in_their_multiples) {
  EXPECT_EQ(infeasible("pipeline: 4, interleave: 2", 24, 6),
            "global_batch 6 / (data 1 x micro_batch 1) = 6 micro-batches, not a multiple of "
            "pipeline 4\n");
  EXPECT_EQ(infeasible("interleave: 2", 24, 8),
            "interleave 2 needs a pipeline, but pipeline is 1\n");
  EXPECT_EQ(infeasible("pipeline: 4", 24, 6), "");  // plain 1F1B takes any number
}

TEST(Checks, the_batch_is_whole_micro_batches_for_every_replica) {
  EXPECT_EQ(infeasible("data: 4, micro_batch: 2", 24, 12),
            "global_batch 12 is not a multiple of data 4 x micro_batch 2 = 8\n");
}

TEST(Checks, what_the_simulation_must_judge_is_let_through) {
  EXPECT_EQ(infeasible("context: 2", 24, 8), "");
  EXPECT_EQ(infeasible("data: 2, sharding: zero-3, shard_group: 1", 24, 8), "");
  EXPECT_EQ(infeasible("pipeline: 4, schedule: zero-bubble", 24, 6), "");
}

TEST(Checks, experts_are_dealt_out_where_there_are_some) {
  EXPECT_EQ(infeasible("data: 2, expert: 2", 24, 8),
            "expert 2, but model in place has no experts\n");
}

TEST(Checks, dualpipe_needs_pairs_of_stages_and_enough_micro_batches) {
  EXPECT_EQ(infeasible("pipeline: 4, schedule: dualpipe", 24, 8), "");
  EXPECT_EQ(infeasible("pipeline: 3, schedule: dualpipe", 24, 8),
            "dualpipe pairs stages from both ends, but pipeline 3 is odd\n");
  EXPECT_EQ(infeasible("pipeline: 4, schedule: dualpipe", 24, 6),
            "global_batch 6 / (data 1 x micro_batch 1) = 6 micro-batches; dualpipe takes an even "
            "number, 8 at least: half of them enter at each end\n");
  EXPECT_EQ(infeasible("pipeline: 4, interleave: 2, schedule: gpipe", 24, 8),
            "schedule gpipe takes interleave 1, not 2\n");
}

TEST(Checks, absurd_sizes_do_not_overflow) {
  EXPECT_NE(infeasible("pipeline: 1000000, data: 1000000, interleave: 1000000", 24, 8), "");
  EXPECT_NE(infeasible("data: 1000000, micro_batch: 1000000, context: 1000000", 24, 8), "");
}

}  // namespace
}  // namespace qianka
