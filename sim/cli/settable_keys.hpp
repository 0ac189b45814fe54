// SPDX-License-Identifier: Apache-2.0
// The keys of a scenario that `--set` takes, for completions.
#pragma once
#include <string>
#include <vector>

namespace qianka {

struct SettableKey {
  std::string path;                // "job.parallel.schedule"
  std::vector<std::string> words;  // of the value; "@models": names that `qianka list models` has,
                                   // "@parts/nic": of parts of that kind
};

/// As the field tables have them; entries of lists, which have numbers for keys, are left out.
std::vector<SettableKey> settable_keys();

/// A line a key: path and words.
std::string settable_keys_text();

}  // namespace qianka
