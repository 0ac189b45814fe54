// SPDX-License-Identifier: Apache-2.0
// Files that are kept compressed.
#pragma once
#include <string>

namespace qianka {

/// What a gzip file holds; anything else as it is. Throws std::runtime_error when it is damaged or
/// cut off.
std::string unzipped(std::string bytes);

/// A gzip file of it, without name and date: equal texts give equal files.
std::string zipped(std::string text);

}  // namespace qianka
