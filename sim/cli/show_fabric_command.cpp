// SPDX-License-Identifier: Apache-2.0
// `qianka show route` and `qianka show contention`.
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/engine/contention.hpp"
#include "sim/language/language.hpp"
#include "sim/report/route_report.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/layout.hpp"

#include <algorithm>
#include <charconv>

namespace qianka {
namespace {

Topology fabric_of(const Scenario& scenario) {
  Topology topology = build_topology(scenario.cluster);
  const FabricFaults& faults = scenario.faults.fabric;
  topology.damage(faults_of(faults, fabric_state_at_start(faults)), faults.nic_failover);
  return topology;
}

/// A cluster of the catalogue, or the fabric of a scenario as it is when the run begins.
Topology fabric_named(const std::string& name) {
  if (name.empty())
    throw UsageError(tr("a route needs a fabric"),
                     tr("for example --on dgx-h100-rail, or a scenario"));
  const auto clusters = list_catalogue("cluster");
  if (std::ranges::any_of(clusters, [&](const CatalogueEntry& entry) { return entry.id == name; }))
    return build_topology(load_cluster(name));
  if (is_cluster_file(name)) return build_topology(load_cluster(name));
  return fabric_of(load_scenario(scenario_file(name)));
}

/// A device by its name, or a link by those of its two ends with a comma between.
void take_down(Topology& topology, const std::vector<std::string>& names) {
  std::vector<FabricFault> faults;
  for (const std::string& name : names) {
    FabricFault fault;
    fault.where = {"--down " + name, 0, 0};
    const std::size_t comma = name.find(',');
    if (comma == std::string::npos)
      fault.device = name;
    else
      fault.link = {name.substr(0, comma), name.substr(comma + 1)};
    faults.push_back(std::move(fault));
  }
  topology.damage(faults, true);
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// "node3.card5", or the card's number in the cluster.
CardId card_named(const std::string& name, const Topology& topology) {
  const int cards = topology.cards_per_node();
  std::optional<int> found = number(name);
  if (const std::size_t dot = name.find(".card"); name.starts_with("node") && dot < name.size()) {
    const auto node = number(std::string_view(name).substr(4, dot - 4));
    const auto card = number(std::string_view(name).substr(dot + 5));
    if (node && card && *card < cards && *node < topology.nodes()) found = *node * cards + *card;
  }
  if (!found || *found >= topology.nodes() * cards)
    throw UsageError(say("no card '{}'", name),
                     say("cards are node0.card0 to node{}.card{}, or 0 to {}", topology.nodes() - 1,
                         cards - 1, topology.nodes() * cards - 1));
  return CardId{static_cast<std::uint32_t>(*found)};
}

}  // namespace

int show_route(const ShowOptions& options) {
  require_data();
  if (options.to.empty())
    throw UsageError(
        tr("a route has two ends"),
        tr("for example 'qianka show route node0.card0 node1.card0 --on dgx-h100-rail'"));
  Topology topology = fabric_named(options.on);
  take_down(topology, options.down);
  const CardId from = card_named(options.name, topology), to = card_named(options.to, topology);
  if (from == to) throw UsageError(tr("a route joins two different cards"));
  print_report(options.json ? json_text(route_json(topology, from, to, options.flows))
                            : route_text(topology, from, to, options.flows));
  return exit_ok;
}

int show_contention(const ShowOptions& options) {
  require_data();
  if (is_cluster_file(options.name))
    throw UsageError(say("'{}' is a cluster, and transfers are those of a job", options.name),
                     tr("name a scenario, or use 'qianka show route … --on ") + options.name + "'");
  const Scenario scenario = load_scenario(scenario_file(options.name));
  const Topology topology = fabric_of(scenario);
  const Placement placement(scenario.job, topology.cards_per_node());
  const auto found = find_contention(scenario, topology, placement);
  print_report(options.json ? json_text(contention_json(found)) : contention_text(found));
  return exit_ok;
}

}  // namespace qianka
