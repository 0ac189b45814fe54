// SPDX-License-Identifier: Apache-2.0
// What limits a run, in sentences.
#pragma once
#include "sim/study/explain.hpp"

#include <string>
#include <vector>

namespace qianka {

/// Where the step goes, where the weeks go, what would help most.
std::vector<std::string> explain_words(const Explanation& explanation);

}  // namespace qianka
