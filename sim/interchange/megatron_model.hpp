// SPDX-License-Identifier: Apache-2.0
// The model in the arguments of Megatron-LM, and in MindSpeed's, which are the same and more.
#pragma once
#include "sim/interchange/import.hpp"
#include "sim/interchange/launch_arguments.hpp"
#include "sim/scenario/model_spec.hpp"

namespace qianka {

/// Names by which a script is known to be one of Megatron.
const std::set<std::string, std::less<>>& megatron_names();

/// Throws InputError naming what is missing. `tensor`: by how many the vocabulary is padded.
ModelSpec megatron_model(LaunchArguments& arguments, const ImportRequest& request, int tensor,
                         Imported& imported);

}  // namespace qianka
