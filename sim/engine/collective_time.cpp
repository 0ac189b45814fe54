// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/collective_time.hpp"

#include "sim/engine/collective_line.hpp"
#include "sim/engine/congestion.hpp"
#include "sim/engine/flowlets.hpp"
#include "sim/units/require.hpp"

#include <algorithm>

namespace qianka {

namespace {

/// Flows of one phase over all groups; `links` is the topology's. A flow of `rounds` rounds pays
/// the mean latency of its group's transfers once a round.
FlowSet phase_flows(const Topology& topology, const std::vector<Phase>& of_groups, Bytes bytes,
                    Flowlets& flowlets) {
  FlowSet flows;
  flows.capacity.reserve(topology.links().size());
  for (const Link& link : topology.links()) flows.capacity.push_back(link.capacity);
  std::vector<LinkId> route;
  std::vector<std::uint32_t> indices;
  std::uint64_t entropy = 0;
  for (const Phase& phase : of_groups) {
    const std::size_t first = flows.size();
    Seconds sum{0};
    for (const Transfer& transfer : phase.transfers) {
      route.clear(), indices.clear();
      const std::uint64_t way = flowlets.choose(transfer.from, transfer.to, entropy);
      topology.route(transfer.from, transfer.to, way, route);
      for (const LinkId link : route) indices.push_back(static_cast<std::uint32_t>(index_of(link)));
      sum += topology.latency(route);
      flows.add(indices, bytes * transfer.share, {0});
    }
    const Seconds mean = sum / static_cast<double>(std::max<std::size_t>(1, flows.size() - first));
    for (std::size_t i = first; i < flows.size(); ++i) flows.latency[i] = mean * phase.rounds;
    ++entropy;
  }
  return flows;
}

FlowSet phase_flows(const Topology& topology, const std::vector<Phase>& of_groups, Bytes bytes) {
  Flowlets flowlets(topology);
  for (int sweep = flowlets.sweeps(); sweep > 1; --sweep, flowlets.begin_sweep())
    static_cast<void>(phase_flows(topology, of_groups, bytes, flowlets));
  return congested(phase_flows(topology, of_groups, bytes, flowlets), topology);
}

}  // namespace

CollectiveRecord time_collective(const Topology& topology, CollectiveKind kind, Algorithm algorithm,
                                 const CardGroups& groups, Bytes bytes, int rings) {
  require(!groups.empty(), "a collective has a group");
  CollectiveRecord record{.name = collective_name(kind),
                          .algorithm = algorithm_name(algorithm),
                          .ranks = static_cast<int>(groups.front().size()),
                          .groups = static_cast<std::int64_t>(groups.size()),
                          .bytes = bytes,
                          .time = {0},
                          .bus_bandwidth = {0},
                          .bottleneck = {}};
  std::vector<std::vector<Phase>> phases;  // by phase number, then group
  for (const auto& group : groups) {
    auto own = collective_phases(kind, algorithm, group, topology.cards_per_node(), rings);
    if (phases.size() < own.size()) phases.resize(own.size());
    for (std::size_t i = 0; i < own.size(); ++i) phases[i].push_back(std::move(own[i]));
  }
  for (const auto& of_groups : phases) {
    const FlowSet flows = phase_flows(topology, of_groups, bytes);
    if (flows.size() == 0) continue;
    const FlowTimes times = simulate_flows(flows);
    record.time += *std::max_element(times.finish.begin(), times.finish.end());
    record.flows += static_cast<std::int64_t>(flows.size());
    record.classes += static_cast<std::int64_t>(times.classes);
    if (record.bottleneck.empty()) record.bottleneck = busiest_link(topology, flows);
  }
  if (record.time.value > 0)
    record.bus_bandwidth = bytes / record.time * bus_factor(kind, record.ranks);
  return record;
}

}  // namespace qianka
