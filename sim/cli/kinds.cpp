// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/kinds.hpp"

#include "sim/cli/outcome.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"

namespace qianka {

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"topologies", "topology", {"cluster"}, marked("no topology '{}'")},
      {"parts",
       "part",
       {"accelerator", "nic", "switch", "optic", "storage"},
       marked("no part '{}'")},
      {"models", "model", {"model"}, marked("no model '{}'")},
      {"stacks", "stack", {"stack"}, marked("no stack '{}'")},
      {"faults", "faults", {"faults"}, marked("no faults '{}'")},
      {"libraries", "library", {"library"}, marked("no library '{}'")},
      {"policies", "policy", {"recovery"}, marked("no policy '{}'")},
      {"scenarios", "scenario", {}, marked("no scenario '{}'")}};
  return all;
}

const Kind& kind_named(const std::string& word, bool many) {
  std::vector<std::string> words;
  for (const Kind& kind : kinds()) {
    if (word == kind.many || word == kind.one) return kind;
    words.push_back(many ? kind.many : kind.one);
    for (const std::string& entry : kind.catalogue)
      if (word == entry || word == entry + "s")
        throw UsageError(say("unknown kind '{}'", word),
                         say("the catalogue has those as '{}'", words.back()));
  }
  throw UsageError(say("unknown kind '{}'", word), suggestion(word, words, tr("kinds are")));
}

}  // namespace qianka
