// SPDX-License-Identifier: Apache-2.0
// What the code of a family of Hugging Face models knows and its config.json does not say. Read off
// the configuration and model classes of transformers; families that are not here are like Llama.
#pragma once
#include "sim/scenario/model_spec.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace qianka {

/// What a family's file leaves out because its code knows it. `gated`: three matrices; else by the
/// activation.
struct ModelFamily {
  std::string_view type;
  Mlp mlp = Mlp::gelu;
  Positions positions = Positions::rotary;
  bool tied = true;
};
inline constexpr std::array model_families{
    ModelFamily{"gpt2", Mlp::gelu, Positions::learned, true},
    ModelFamily{"gpt_bigcode", Mlp::gelu, Positions::learned, true},
    ModelFamily{"gpt_neo", Mlp::gelu, Positions::learned, true},
    ModelFamily{"gptj", Mlp::gelu, Positions::rotary, false},
    ModelFamily{"gpt_neox", Mlp::gelu, Positions::rotary, false},
    ModelFamily{"codegen", Mlp::gelu, Positions::rotary, false},
    ModelFamily{"opt", Mlp::gelu, Positions::learned, true},
    ModelFamily{"bloom", Mlp::gelu, Positions::alibi, true},
    ModelFamily{"mpt", Mlp::gelu, Positions::learned, true},
    ModelFamily{"falcon", Mlp::gelu, Positions::rotary, true},
    ModelFamily{"RefinedWeb", Mlp::gelu, Positions::rotary, true},
    ModelFamily{"RefinedWebModel", Mlp::gelu, Positions::rotary, true},
    ModelFamily{"phi", Mlp::gelu, Positions::rotary, false},
    ModelFamily{"phi-msft", Mlp::gelu, Positions::rotary, false},
    ModelFamily{"mixformer-sequential", Mlp::gelu, Positions::rotary, false},
    ModelFamily{"starcoder2", Mlp::gelu, Positions::rotary, true},
    ModelFamily{"persimmon", Mlp::gelu, Positions::rotary, false},
    ModelFamily{"nemotron", Mlp::gelu, Positions::rotary, false},
    ModelFamily{"bert", Mlp::gelu, Positions::learned, true},
    ModelFamily{"roberta", Mlp::gelu, Positions::learned, true},
    ModelFamily{"gemma", Mlp::swiglu, Positions::rotary, true},
    ModelFamily{"gemma2", Mlp::swiglu, Positions::rotary, true},
    ModelFamily{"gemma3", Mlp::swiglu, Positions::rotary, true},
    ModelFamily{"gemma3_text", Mlp::swiglu, Positions::rotary, true},
    ModelFamily{"cohere", Mlp::swiglu, Positions::rotary, true},
    ModelFamily{"cohere2", Mlp::swiglu, Positions::rotary, true},
    ModelFamily{"dbrx", Mlp::swiglu, Positions::rotary, false},
    ModelFamily{"grok-1", Mlp::swiglu, Positions::rotary, true},
    ModelFamily{"chatglm", Mlp::swiglu, Positions::rotary, false},
};

/// Nothing for a family that is not in the table.
inline const ModelFamily* model_family(std::string_view type) {
  const auto* const found = std::ranges::find(model_families, type, &ModelFamily::type);
  return found == model_families.end() ? nullptr : found;
}

}  // namespace qianka
