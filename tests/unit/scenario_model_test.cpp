// SPDX-License-Identifier: Apache-2.0
// Parameter counts against what the papers print.
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/model_spec.hpp"

#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// GPT-3 175B as the Megatron tables have it.
ModelSpec gpt3() {
  ModelSpec model;
  model.layers = 96, model.hidden = 12288, model.heads = 96, model.kv_heads = 96;
  model.head_size = 128, model.ffn = 49152, model.vocabulary = 51200, model.sequence = 2048;
  return model;
}

TEST(Parameters, gpt3_by_hand) {
  // Attention 4 h^2 and MLP 8 h^2 a layer: 96 x 12 x 12288^2 = 173,946,175,488; embedding 51200 x
  // 12288 = 629,145,600; positions 2048 x 12288 = 25,165,824.
  EXPECT_EQ(parameters(gpt3()), 173946175488.0 + 629145600.0 + 25165824.0);
  EXPECT_EQ(layer_parameters(gpt3(), 0), 12.0 * 12288 * 12288);
  EXPECT_EQ(active_parameters(gpt3()), parameters(gpt3()));
}

TEST(Parameters, an_untied_head_counts_once_more) {
  ModelSpec model = gpt3();
  model.tied_embeddings = false;
  EXPECT_EQ(parameters(model) - parameters(gpt3()), 629145600.0);
}

TEST(Parameters, one_layer_in_two_has_experts) {
  ModelSpec model = gpt3();
  model.experts = Experts{.experts = 4, .top_k = 2, .ffn = 100, .first_dense = 1, .every = 2};
  // The first stays dense; then pairs of a dense and a sparse one.
  EXPECT_EQ(layer_parameters(model, 0), layer_parameters(model, 1));
  // 4 experts of 2 matrices, and a router to them, in place of the MLP.
  EXPECT_EQ(layer_parameters(model, 2), 12288.0 * (4 * 12288 + 4 * 2 * 100 + 4));
  EXPECT_EQ(layer_parameters(model, 3), layer_parameters(model, 0));
}

struct Published {
  const char* id;
  double total, active;  // 10^9
  double tolerance;
};

class PublishedModels : public testing::TestWithParam<Published> {};

TEST_P(PublishedModels, have_the_size_that_was_published) {
  const Published& published = GetParam();
  const ModelSpec model = load_model(published.id);
  EXPECT_NEAR(parameters(model) / 1e9, published.total, published.tolerance * published.total);
  EXPECT_NEAR(active_parameters(model) / 1e9, published.active,
              published.tolerance * published.active);
}

std::string name_of_model(const testing::TestParamInfo<Published>& published) {
  std::string name = published.param.id;
  for (char& c : name) c = c == '-' || c == '.' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Parameters, PublishedModels,
    testing::Values(Published{"gpt3-175b", 174.6, 174.6, 0.001},
                    Published{"llama3-405b", 405.85, 405.85, 0.001},
                    Published{"llama2-7b", 6.738, 6.738, 0.001},
                    Published{"llama2-70b", 68.98, 68.98, 0.001},
                    Published{"bloom-176b", 176.25, 176.25, 0.001},
                    Published{"mixtral-8x7b", 46.7, 12.9, 0.01},
                    // 37 is printed without decimals, and stands for 37.55 with both embeddings.
                    Published{"deepseek-v3", 671, 37.55, 0.01}),
    name_of_model);

}  // namespace
}  // namespace qianka
