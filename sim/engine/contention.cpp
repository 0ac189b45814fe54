// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/contention.hpp"

#include "sim/engine/congestion.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/engine/step_flows.hpp"
#include "sim/language/language.hpp"
#include "sim/workload/card_groups.hpp"
#include "sim/workload/collective.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace qianka {
namespace {

constexpr std::size_t most_rows = 8, most_sharers = 3;
constexpr Bytes whole_transfer{1e9};  // rates do not depend on it

/// Flows by their ends.
struct Traffic {
  std::string what;
  FlowSet flows;
  std::vector<std::pair<CardId, CardId>> ends;
};

class Finder {
 public:
  Finder(const Scenario& scenario, const Topology& topology, const Placement& placement)
      : scenario_(scenario),
        topology_(topology),
        placement_(placement),
        all_(collect_flows(scenario, topology, placement)) {}

  std::vector<Contention> find() {
    std::vector<Contention> found;
    for (const Traffic& kind : all_kinds()) found.push_back(measure(kind));
    return found;
  }

  std::vector<LinkLoads> find_loads() {
    std::vector<LinkLoads> found;
    for (const Traffic& kind : all_kinds()) found.push_back({kind.what, load_of(kind.flows)});
    return found;
  }

 private:
  const std::vector<Traffic>& all_kinds() {
    step_kinds();
    pass_kinds();
    Traffic together = begin(marked("gradients, parameters and sends at once"));
    std::size_t kinds = 0;
    for (const Traffic& kind : kinds_)
      if (!kind.what.starts_with("passes")) ++kinds, append(kind, together);
    if (kinds > 1) kinds_.push_back(std::move(together));
    return kinds_;
  }

  Traffic begin(std::string what) const {
    Traffic traffic{std::move(what), {}, {}};
    traffic.flows.capacity = all_.set.capacity;
    return traffic;
  }

  static void append(const Traffic& from, Traffic& into) {
    for (std::size_t i = 0; i < from.flows.size(); ++i)
      into.flows.add(from.flows.route(i), from.flows.bytes[i], {0});
    into.ends.insert(into.ends.end(), from.ends.begin(), from.ends.end());
  }

  void keep(Traffic traffic) {
    if (traffic.flows.size() > 0) kinds_.push_back(std::move(traffic));
  }

  void add_flows(const FlowList& list, Traffic& into) const {
    for (const std::uint32_t flow : list) {
      into.flows.add(all_.set.route(flow), whole_transfer * all_.set.bytes[flow].value, {0});
      into.ends.push_back(all_.ends[flow]);
    }
  }

  /// All stages and replicas of a kind at once.
  void step_kinds() {
    static constexpr std::array names{marked("data-parallel exchange: rings"),
                                      marked("data-parallel exchange between shard groups: rings"),
                                      marked("exchange of experts: rings"),
                                      marked("exchange of experts between shard groups: rings"),
                                      marked("data-parallel exchange: direct"),
                                      marked("data-parallel exchange between shard groups: direct"),
                                      marked("exchange of experts: direct"),
                                      marked("exchange of experts between shard groups: direct")};
    for (std::size_t kind = 0; kind < names.size(); ++kind) {
      Traffic traffic = begin(names.at(kind));
      for (const auto& exchange : all_.exchange) add_flows(*exchange.lists().at(kind), traffic);
      keep(std::move(traffic));
    }
    Traffic forward = begin(marked("pipeline sends, forward")),
            backward = begin(marked("pipeline sends, backward"));
    for (const FlowList& list : all_.forward) add_flows(list, forward);
    for (const FlowList& list : all_.backward) add_flows(list, backward);
    keep(std::move(forward)), keep(std::move(backward));
  }

  void pass_kinds() {
    passes(marked("passes: experts' all-to-all"), CommGroup::expert, CollectiveKind::all_to_all);
    passes(marked("passes: context-parallel all-gather"), CommGroup::context,
           CollectiveKind::all_gather);
    passes(marked("passes: tensor-parallel all-gather"), CommGroup::tensor,
           CollectiveKind::all_gather);
  }

  /// What all groups of a kind do at the same moment, first phase.
  void passes(const char* what, CommGroup kind, CollectiveKind collective) {
    const CardGroups groups = groups_of_job(scenario_.job, placement_, kind);
    if (groups.empty() || groups.front().size() < 2) return;
    const int per_node = topology_.cards_per_node();
    const Algorithm algorithm = usual_algorithm(scenario_.cluster.node.scale_up, groups, per_node);
    Traffic traffic = begin(what);
    std::vector<LinkId> route;
    std::vector<std::uint32_t> links;
    std::uint64_t entropy = 0;
    for (const auto& group : groups) {
      const auto phases = collective_phases(collective, algorithm, group, per_node);
      for (const Transfer& transfer : phases.front().transfers) {
        route.clear(), links.clear();
        topology_.route(transfer.from, transfer.to, entropy, route);
        for (const LinkId link : route) links.push_back(static_cast<std::uint32_t>(link));
        traffic.flows.add(links, whole_transfer * transfer.share, {0});
        traffic.ends.emplace_back(transfer.from, transfer.to);
      }
      ++entropy;
    }
    keep(std::move(traffic));
  }

  /// The rate of a flow that has the fabric for itself.
  static double alone(const FlowSet& flows, std::size_t flow) {
    double rate = std::numeric_limits<double>::infinity();
    const auto route = flows.route(flow);
    for (const std::uint32_t link : route)
      rate = std::min(
          rate, flows.capacity[link].value / static_cast<double>(std::ranges::count(route, link)));
    return rate;
  }

  static std::vector<double> load_of(const FlowSet& flows) {
    std::vector<double> load(flows.capacity.size(), 0);
    for (std::size_t i = 0; i < flows.size(); ++i) {
      const double rate = alone(flows, i);
      for (const std::uint32_t link : flows.route(i))
        load[link] += rate / flows.capacity[link].value;
    }
    return load;
  }

  Contention measure(const Traffic& traffic) const {
    const FlowSet& flows = traffic.flows;
    const FlowTimes times = simulate_flows(congested(flows, topology_));
    Contention found;
    found.what = traffic.what;
    found.flows = static_cast<std::int64_t>(flows.size());
    found.classes = static_cast<std::int64_t>(times.classes);
    double last_alone = 0, last_together = 0, slowest = alone(flows, 0), slowest_together = slowest;
    for (std::size_t i = 0; i < flows.size(); ++i) {
      const double rate = alone(flows, i);
      last_alone = std::max(last_alone, flows.bytes[i].value / rate);
      last_together = std::max(last_together, times.finish[i].value);
      slowest = std::min(slowest, rate);
      slowest_together = std::min(slowest_together, flows.bytes[i].value / times.finish[i].value);
    }
    found.slowest_alone = {slowest}, found.slowest_together = {slowest_together};
    found.slowdown = last_together / last_alone;
    found.links = most_loaded(traffic, load_of(flows));
    return found;
  }

  std::vector<LoadedLinks> most_loaded(const Traffic& traffic,
                                       const std::vector<double>& load) const {
    // Alike: same kind, rate and load, but for rounding.
    std::map<std::tuple<double, LinkKind, double>, std::pair<std::uint32_t, std::int64_t>> alike;
    for (std::uint32_t link = 0; link < load.size(); ++link) {
      if (load[link] == 0) continue;
      const double rounded = std::round(load[link] * 1e6) / 1e6;
      const auto kind = topology_.links()[link].kind;
      auto& [first, count] =
          alike.try_emplace({-rounded, kind, traffic.flows.capacity[link].value}, link, 0)
              .first->second;
      ++count;
    }
    std::vector<LoadedLinks> rows;
    for (const auto& [key, links] : alike) {
      if (rows.size() == most_rows) break;
      const auto& [load_below, kind, capacity] = key;
      rows.push_back({.kind = kind,
                      .links = links.second,
                      .capacity = {capacity},
                      .load = -load_below,
                      .example = topology_.link_name(LinkId{links.first}),
                      .flows = 0,
                      .sharers = {}});
      name_sharers(traffic, links.first, rows.back());
    }
    return rows;
  }

  void name_sharers(const Traffic& traffic, std::uint32_t link, LoadedLinks& row) const {
    for (std::size_t i = 0; i < traffic.flows.size(); ++i) {
      if (std::ranges::count(traffic.flows.route(i), link) == 0) continue;
      ++row.flows;
      if (row.sharers.size() < most_sharers)
        row.sharers.push_back(topology_.card_name(traffic.ends[i].first) + " -> " +
                              topology_.card_name(traffic.ends[i].second));
    }
  }

  const Scenario& scenario_;
  const Topology& topology_;
  const Placement& placement_;
  AllFlows all_;
  std::vector<Traffic> kinds_;
};

}  // namespace

std::vector<Contention> find_contention(const Scenario& scenario, const Topology& topology,
                                        const Placement& placement) {
  return Finder(scenario, topology, placement).find();
}

std::vector<LinkLoads> find_link_loads(const Scenario& scenario, const Topology& topology,
                                       const Placement& placement) {
  return Finder(scenario, topology, placement).find_loads();
}

}  // namespace qianka
