// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/collective_line.hpp"

#include "sim/engine/congestion.hpp"
#include "sim/engine/simulate_flows.hpp"
#include "sim/units/require.hpp"

#include <algorithm>

namespace qianka {
namespace {

/// Large, so that the engine's clock of 1 ns is fine enough: a second or more on any link.
constexpr Bytes reference_size{0x1p42};

/// Mean latency of a leg's hops of one kind.
struct MeanLatency {
  Seconds sum{0};
  double count = 0;
  Seconds mean() const { return count > 0 ? sum / count : Seconds{0}; }
};

/// One leg of all groups as flows without latency; `inside` and `across` become the slowest
/// group's latency of one hop.
struct LegFlows {
  FlowSet flows;
  Seconds inside{0}, across{0};
};

class LegBuilder {
 public:
  LegBuilder(const Topology& topology, LegFlows& into) : topology_(topology), into_(into) {
    into_.flows.capacity.reserve(topology.links().size());
    for (const Link& link : topology.links()) into_.flows.capacity.push_back(link.capacity);
  }

  void add(const Leg& leg) {
    MeanLatency inside, across;
    for (const Transfer& transfer : leg.transfers) {
      route_.clear(), indices_.clear();
      topology_.route(transfer.from, transfer.to, entropy_, route_);
      for (const LinkId link : route_)
        indices_.push_back(static_cast<std::uint32_t>(index_of(link)));
      const bool within = topology_.node_of(transfer.from) == topology_.node_of(transfer.to);
      MeanLatency& kind = within ? inside : across;
      kind.sum += topology_.latency(route_);
      kind.count += 1;
      into_.flows.add(indices_, reference_size * transfer.share, {0});
    }
    into_.inside = std::max(into_.inside, inside.mean());
    into_.across = std::max(into_.across, across.mean());
    ++entropy_;
  }

 private:
  const Topology& topology_;
  LegFlows& into_;
  std::vector<LinkId> route_;
  std::vector<std::uint32_t> indices_;
  std::uint64_t entropy_ = 0;
};

}  // namespace

std::string busiest_link(const Topology& topology, const FlowSet& flows) {
  std::vector<double> load(flows.capacity.size(), 0);
  for (std::size_t i = 0; i < flows.size(); ++i)
    for (const std::uint32_t link : flows.route(i))
      load[link] += flows.bytes[i].value / flows.capacity[link].value;
  load.resize(topology.links().size());  // behind them is what congestion adds
  const auto busiest = std::max_element(load.begin(), load.end());
  if (busiest == load.end() || *busiest == 0) return "latency";
  return topology.link_name(LinkId{static_cast<std::uint32_t>(busiest - load.begin())});
}

CollectiveLine simulate_legs(const Topology& topology, CollectiveKind kind, Method method,
                             const CardGroups& groups, const Machine& machine) {
  require(!groups.empty(), "a collective has a group");
  std::vector<std::vector<Leg>> of_groups;
  std::size_t count = 0;
  for (const auto& group : groups) {
    of_groups.push_back(legs_of(kind, method, group, machine));
    count = std::max(count, of_groups.back().size());
  }
  CollectiveLine line;
  double slowest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    LegFlows leg;
    LegBuilder builder(topology, leg);
    double inside = 0, across = 0, in_switch = 0;
    for (auto& legs : of_groups) {
      if (i >= legs.size()) continue;
      builder.add(legs[i]);
      inside = std::max(inside, legs[i].inside);
      across = std::max(across, legs[i].across);
      in_switch = std::max(in_switch, legs[i].in_switch);
      legs[i].transfers = {};  // no longer needed; there may be a million
    }
    line.inside += leg.inside * inside;
    line.across += leg.across * across;
    line.messages += across;
    line.in_switch += in_switch;
    if (leg.flows.size() == 0) continue;
    leg.flows = congested(std::move(leg.flows), topology);
    const FlowTimes times = simulate_flows(leg.flows);
    const Seconds last = *std::max_element(times.finish.begin(), times.finish.end());
    line.seconds_per_byte += last / Seconds{1} / reference_size.value;
    line.flows += leg.flows.size();
    line.classes += times.classes;
    if (last.value <= slowest) continue;
    slowest = last.value;
    line.bottleneck = busiest_link(topology, leg.flows);
  }
  return line;
}

Seconds waiting(const CollectiveLine& line, const LibrarySpec& library, const Protocol& protocol) {
  return protocol.launch + line.inside * protocol.hop + line.across +
         library.proxy * line.messages + library.switch_latency * line.in_switch;
}

Seconds time_of(const CollectiveLine& line, const LibrarySpec& library, const Protocol& protocol,
                Bytes bytes) {
  return waiting(line, library, protocol) +
         Seconds{line.seconds_per_byte * bytes.value / protocol.rate};
}

}  // namespace qianka
