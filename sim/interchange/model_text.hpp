// SPDX-License-Identifier: Apache-2.0
// A model as keys of our format, and its size in words.
#pragma once
#include "sim/interchange/yaml_writer.hpp"
#include "sim/scenario/model_spec.hpp"

#include <string>

namespace qianka {

/// The keys of a model, without its name; figures that are the format's defaults are written too.
void write_model_keys(const ModelSpec& model, YamlWriter& yaml);

/// "13.0 B parameters", "671 B parameters, 37.6 B active for a token; …".
std::string size_text(const ModelSpec& model);

}  // namespace qianka
