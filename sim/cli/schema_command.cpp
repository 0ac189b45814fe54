// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/kinds.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/input/reference.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/scenario_format.hpp"
#include "sim/study/claim.hpp"
#include "sim/study/costs.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {
namespace {

std::string schema_for(const std::string& word) {
  if (word == "scenario") return json_schema();
  if (word == "claim") return schema_of(claim_format());
  if (word == "costs") return schema_of(cost_format());
  for (const Kind& kind : kinds())
    if (kind.one == word) return json_schema_of(kind.catalogue, kind.one);
  throw UsageError(say("no schema '{}'", word), suggestion(word, schema_kinds(), tr("kinds are")));
}

}  // namespace

std::vector<std::string> schema_kinds() {
  std::vector<std::string> words{"claim", "costs"};
  for (const Kind& kind : kinds()) words.push_back(kind.one);
  return words;
}

int schema_command(const SchemaOptions& options) {
  if (options.markdown && options.kind != "scenario")
    throw UsageError(tr("the reference is of scenarios, with all that they name"),
                     "leave out '" + options.kind + "'");
  print(options.markdown ? reference_markdown() : schema_for(options.kind));
  return exit_ok;
}

}  // namespace qianka
