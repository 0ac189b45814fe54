// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/output_file.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/input/spelling.hpp"
#include "sim/interchange/export.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace qianka {
namespace {

const ExportKind& export_kind(const std::string& name) {
  const auto kinds = export_kinds();
  const auto found = std::ranges::find(kinds, name, &ExportKind::name);
  if (found != kinds.end()) return *found;
  std::vector<std::string> names;
  for (const ExportKind& kind : kinds) names.emplace_back(kind.name);
  throw UsageError(say("no kind of file '{}'", name), suggestion(name, names, tr("kinds are")));
}

}  // namespace

int export_command(const ExportOptions& options) {
  require_data();
  const ExportKind& kind = export_kind(options.kind);
  ClusterSpec cluster = load_cluster(options.cluster);
  if (options.nodes) {
    cluster.nodes = *options.nodes;
    cluster.spares = 0;
  }
  std::string text;
  with_fabric_of(options.cluster, [&] { text = kind.text(cluster); });
  if (options.output.empty()) {
    print(text);
    return exit_ok;
  }
  write_output(options.output, text);
  remark(say("written: {}", options.output));
  return exit_ok;
}

}  // namespace qianka
