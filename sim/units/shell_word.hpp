// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace qianka {

/// The word as a POSIX shell reads it: in quotes where it needs them.
std::string shell_word(const std::string& word);

}  // namespace qianka
