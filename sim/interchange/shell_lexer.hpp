// SPDX-License-Identifier: Apache-2.0
// A script as tokens: words as they stand, what parts them, and arrays. Comments, redirections and
// here-documents are gone.
#pragma once
#include "sim/interchange/source_text.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace qianka {

struct ShellRange {
  std::size_t begin = 0, end = 0;
};

struct ShellToken {
  enum class Kind { word, end, pipe, both, either, open, close, next_case, array };
  // end: a line end, ';' or '&'; both: &&; either: ||; open and close: parentheses
  Kind kind = Kind::word;
  ShellRange range;               // of an array: the name, with '=' or '+='
  std::vector<ShellRange> items;  // of an array: its words
};

/// Throws InputError for what is opened and never closed.
std::vector<ShellToken> shell_tokens(const SourceText& source);

/// Behind the closing bracket of the "${", "$(" or "$((" at `at`, quotes and nested ones minded;
/// npos when there is none.
std::size_t behind_bracket(std::string_view text, std::size_t at);

}  // namespace qianka
