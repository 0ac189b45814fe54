// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/kinds.hpp"

#include "sim/cli/outcome.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"

namespace qianka {

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"topologies", "topology", {"cluster"}},
      {"parts", "part", {"accelerator", "nic", "switch", "optic", "storage"}},
      {"models", "model", {"model"}},
      {"stacks", "stack", {"stack"}},
      {"faults", "faults", {"faults"}},
      {"libraries", "library", {"library"}},
      {"policies", "policy", {"recovery"}},
      {"scenarios", "scenario", {}}};
  return all;
}

const Kind& kind_named(const std::string& word, bool many) {
  std::vector<std::string> words;
  for (const Kind& kind : kinds()) {
    if (word == kind.many || word == kind.one) return kind;
    words.push_back(many ? kind.many : kind.one);
  }
  throw UsageError(say("unknown kind '{}'", word), suggestion(word, words, tr("kinds are")));
}

}  // namespace qianka
