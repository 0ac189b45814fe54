// SPDX-License-Identifier: Apache-2.0
// What one side of a cable names: switches ("leaf0", "leaf[0-3,7]", "leaf*") or NICs
// ("node3.nic0", "node[0-31].nic*"). Brackets list numbers as Slurm's host lists do, zeros in front
// kept ("leaf[00-15]"); * is anything.
#pragma once
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qianka {

/// Numbers that a pattern names.
struct NumberSet {
  bool all = false;
  std::vector<std::pair<int, int>> ranges;  // first and last

  /// The largest that is named; -1 for all of them.
  int last() const;
  /// In ascending order, those below `limit`.
  std::vector<int> below(int limit) const;
};

struct NicSet {
  NumberSet node, nic;
};

/// A pattern that cannot be read; what() is a diagnostic's message.
struct BadPattern : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// NICs, or nothing when the text names switches.
std::optional<NicSet> nics_named(std::string_view text);

/// Every bracket written out: "leaf[0-1].[a" is BadPattern, "leaf[0-1]" is leaf0 and leaf1.
std::vector<std::string> expand_brackets(std::string_view text);

/// Whether a name fits a pattern in which each * stands for any characters.
bool fits(std::string_view name, std::string_view pattern);

}  // namespace qianka
