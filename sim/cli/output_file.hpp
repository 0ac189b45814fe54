// SPDX-License-Identifier: Apache-2.0
// Files that a command is asked to write.
#pragma once
#include <filesystem>
#include <string>

namespace qianka {

/// The text becomes the file, whose folder is made when it is missing. Throws RunFailed.
void write_output(const std::filesystem::path& file, const std::string& text);

}  // namespace qianka
