// SPDX-License-Identifier: Apache-2.0
// The words of `qianka list` and `qianka show`, and the kinds of the catalogue behind them.
#pragma once
#include <string>
#include <vector>

namespace qianka {

struct Kind {
  std::string many, one;  // "parts", "part"
  std::vector<std::string>
      catalogue;     // kinds of the catalogue; none for scenarios, which are files
  const char* none;  // said of a name that no entry has
};

const std::vector<Kind>& kinds();

/// By either word. Throws UsageError with what was probably meant; `word` is one of the command's
/// argument.
const Kind& kind_named(const std::string& word, bool many);

}  // namespace qianka
