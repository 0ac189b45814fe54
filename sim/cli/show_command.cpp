// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/kinds.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/report/bill_report.hpp"
#include "sim/report/json.hpp"
#include "sim/report/sources_text.hpp"
#include "sim/report/topology_report.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/fabric_place.hpp"
#include "sim/topology/topology.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {
namespace {

/// The entry of that id, whichever catalogue of the kind has it. Throws UsageError.
CatalogueEntry find_entry(const Kind& kind, const std::string& id) {
  std::vector<std::string> ids;
  for (const std::string& catalogue : kind.catalogue) {
    for (const CatalogueEntry& entry : list_catalogue(catalogue)) {
      if (entry.id == id) return entry;
      ids.push_back(entry.id);
    }
  }
  const std::string near = did_you_mean(id, ids);
  throw UsageError(fmt::format(fmt::runtime(tr(kind.none)), id),
                   near.empty() ? say("'qianka list {}' lists them", kind.many) : near);
}

struct Shown {
  std::string kind, id, name;
  std::vector<SourcedValue> values;
};

Shown load(const Kind& kind, const std::string& name) {
  if (kind.catalogue.empty()) {
    const Scenario scenario = load_scenario(scenario_file(name));
    return {"scenario", scenario.name, scenario.question, scenario.provenance};
  }
  if (is_cluster_file(name) && kind.one == "topology") {
    std::vector<SourcedValue> values = catalogue_figures("cluster", name);
    std::erase_if(values, [](const SourcedValue& value) { return value.path.empty(); });
    return {"cluster", name, load_cluster(name).name, std::move(values)};
  }
  const CatalogueEntry entry = find_entry(kind, name);
  std::vector<SourcedValue> values = catalogue_figures(entry.kind, entry.id);
  std::erase_if(values, [](const SourcedValue& value) { return value.path.empty(); });
  return {entry.kind, entry.id, entry.name, std::move(values)};
}

/// The values come even when the topology cannot be built.
void print_text(const Shown& shown, bool topology) {
  const std::string values = sources_text(shown.values);
  print(fmt::format("{} {}: {}\n\n", shown.kind, shown.id, shown.name));
  if (!topology) return print_report(values);
  try {
    with_fabric_of(shown.id, [&] {
      print_report(topology_text(build_topology(load_cluster(shown.id))) + "\n" + values);
    });
  } catch (const Infeasible&) {
    print_report(values);
    throw;
  }
}

int show_bill(const ShowOptions& options) {
  if (options.dot) throw UsageError(tr("--dot draws topologies, not bills"));
  require_data();
  ClusterSpec cluster = load_cluster(options.name);
  if (options.nodes) {
    cluster.nodes = *options.nodes;
    cluster.spares = 0;
  }
  if (!place_of(catalogue_figures("cluster", options.name), "fabric"))
    complain(fmt::format("caution: {}", fabric_assumed));
  with_fabric_of(options.name, [&] {
    const Bill bill = bill_of(cluster);
    print_report(options.json ? json_text(bill_json(bill)) : bill_text(bill));
  });
  return exit_ok;
}

}  // namespace

int show_command(const ShowOptions& options) {
  if (options.kind == "bom") return show_bill(options);
  if (options.kind == "route") return show_route(options);
  if (options.kind == "contention") return show_contention(options);
  if (!options.to.empty())
    throw UsageError(say("'{}' is one word too many for 'qianka show'", options.to),
                     tr("see 'qianka show --help'"));
  if (options.nodes) throw UsageError(tr("--nodes goes with 'qianka show bom'"));
  const Kind& kind = kind_named(options.kind, false);
  require_data();
  const bool topology = kind.one == "topology";
  if (options.dot && !topology) throw UsageError(tr("--dot draws topologies, not ") + kind.many);
  const Shown shown = load(kind, options.name);
  if (options.dot) {
    print(build_topology(load_cluster(shown.id)).dot());
  } else if (options.json) {
    Json json{{"kind", shown.kind},
              {"id", shown.id},
              {"name", shown.name},
              {"values", json_sources(shown.values)}};
    if (topology) json["topology"] = topology_json(build_topology(load_cluster(shown.id)));
    print(json_text(json));
  } else {
    print_text(shown, topology);
  }
  return exit_ok;
}

}  // namespace qianka
