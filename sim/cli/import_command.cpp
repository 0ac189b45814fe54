// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/output_file.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace qianka {
namespace {

const ImportKind& kind_of(const std::string& name) {
  const auto kinds = import_kinds();
  const auto found = std::ranges::find(kinds, name, &ImportKind::name);
  if (found != kinds.end()) return *found;
  std::vector<std::string> names;
  for (const ImportKind& kind : kinds) names.emplace_back(kind.name);
  throw UsageError(say("no kind of file '{}'", name), suggestion(name, names, tr("kinds are")));
}

Bandwidth rate_of(const std::string& text) {
  try {
    const Bandwidth rate = parse_bandwidth(text);
    if (rate.value > 0) return rate;
  } catch (const QuantityError& error) {
    throw UsageError(fmt::format("--rate: {}", error.what()), error.hint);
  }
  throw UsageError(tr("--rate: a link that carries nothing"), tr("rates look like 400Gbps"));
}

std::map<std::string, std::string> variables_of(const std::vector<std::string>& sets) {
  std::map<std::string, std::string> variables;
  for (const std::string& set : sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0)
      throw UsageError(say("--set: '{}' is no NAME=VALUE", set), tr("as in TP=8"));
    variables[set.substr(0, equals)] = set.substr(equals + 1);
  }
  return variables;
}

}  // namespace

int import_command(const ImportOptions& options) {
  require_data();
  const ImportKind& kind = kind_of(options.kind);
  ImportRequest request = options.request;
  request.trust = options.trust == "catalogue" ? Trust::catalogue : Trust::file;
  if (!options.rate.empty()) request.rate = rate_of(options.rate);
  request.variables = variables_of(options.sets);
  const Imported imported = import_file(kind, options.file, request);
  for (const Diagnostic& warning : sorted(imported.warnings)) complain(warning_text(warning));
  for (const std::string& fact : imported.facts) complain(fact);
  if (options.verbose > 0)
    for (const std::string& detail : imported.details) remark(tr("passed over: ") + detail);
  for (const std::string& missing : imported.missing) remark(tr("still to say: ") + missing);
  if (options.output.empty()) {
    print(imported.yaml);
  } else {
    write_output(options.output, imported.yaml);
    remark(say("written: {}", options.output));
  }
  return exit_ok;
}

}  // namespace qianka
