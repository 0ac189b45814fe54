// SPDX-License-Identifier: Apache-2.0
// A scenario of which everything counts but its layout.
#pragma once
#include "sim/scenario/scenario.hpp"

namespace qianka {

/// As load_scenario() does, but the sizes of job.parallel need not go together, with one another or
/// with the cluster: whoever asks will choose others. Where the file does not say how many nodes
/// there are, they still do.
Scenario load_with_any_layout(const std::filesystem::path& file,
                              const std::vector<Override>& overrides = {});
Scenario parse_with_any_layout(const std::string& text, const std::string& name,
                               const std::vector<Override>& overrides);

}  // namespace qianka
