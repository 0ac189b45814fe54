// SPDX-License-Identifier: Apache-2.0
// A scenario file with another layout in it.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace qianka {

/// What `file` says, with `overrides` and the layout laid over it: the text of a scenario that
/// runs. `name` is the file it is for; it stands in messages, and what the scenario names beside
/// itself is looked for there. Throws InputError.
std::string tuned_text(const std::filesystem::path& file, const std::vector<Override>& overrides,
                       const Parallel& parallel, const std::string& name);

}  // namespace qianka
