// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/step_flows.hpp"

#include <algorithm>
#include <map>

namespace qianka {

namespace {

using Rates = std::vector<double>;  // by flow; empty without flows of the kind

class Representative {
 public:
  Representative(const AllFlows& all, const Topology& topology) : all_(all), topology_(topology) {}

  ReducedStep build() {
    const Rates forward = rates(all_.forward), backward = rates(all_.backward);
    const auto exchange = exchange_rates();
    const std::size_t replica = slowest_replica(forward, backward);
    for (int stage = 0; stage < all_.stages; ++stage) {
      StepNetwork& network = step_.network;
      const int next = (stage + 1) % all_.stages, last = (stage + all_.stages - 1) % all_.stages;
      const auto s = static_cast<std::size_t>(stage);
      const std::size_t unit = replica * static_cast<std::size_t>(all_.stages) + s;
      network.send_forward.push_back(
          add(all_.forward[unit], of_all_replicas(all_.forward, s), forward, stage, next));
      network.send_backward.push_back(
          add(all_.backward[unit], of_all_replicas(all_.backward, s), backward, stage, last));
      const auto lists = all_.exchange[s].lists();
      network.exchange.emplace_back();
      for (std::size_t kind = 0; kind < lists.size(); ++kind)
        *network.exchange.back().lists()[kind] =
            add(*lists[kind], *lists[kind], exchange[kind], holder(stage), holder(stage));
    }
    if (all_.both_ends) bind_pairs();
    step_.flows = all_.set.size(), step_.flow_classes = step_.network.flows.size();
    step_.exact = false;
    step_.replica_class.assign(static_cast<std::size_t>(all_.replicas), 0);
    return std::move(step_);
  }

 private:
  /// What each flow of a kind gets when all of the kind run at once.
  Rates rates(const std::vector<FlowList>& kind) const {
    std::vector<std::uint32_t> flows;
    for (const FlowList& list : kind) flows.insert(flows.end(), list.begin(), list.end());
    if (flows.empty()) return {};
    FlowSet alone;
    alone.capacity = all_.set.capacity;
    for (const std::uint32_t flow : flows)
      alone.add(all_.set.route(flow), all_.set.bytes[flow] * 1e9, {0});
    Rates rate(all_.set.size(), 0);
    const FlowTimes times = simulate_flows(alone);
    for (std::size_t i = 0; i < flows.size(); ++i)
      rate[flows[i]] = alone.bytes[i].value / times.finish[i].value;
    return rate;
  }

  /// All stages at once, but of two that the same cards hold one at a time, as they meet on a NIC.
  std::vector<Rates> exchange_rates() const {
    std::vector<Rates> found;
    for (std::size_t kind = 0; kind < StepNetwork::Exchange().lists().size(); ++kind) {
      std::vector<FlowList> first, second;
      for (int stage = 0; stage < all_.stages; ++stage)
        (holder(stage) == stage ? first : second)
            .push_back(*all_.exchange[static_cast<std::size_t>(stage)].lists()[kind]);
      found.push_back(rates(first));
      const Rates of_second = rates(second);
      if (found.back().empty()) found.back().resize(of_second.size(), 0);
      for (std::size_t i = 0; i < of_second.size(); ++i) found.back()[i] += of_second[i];
    }
    return found;
  }

  /// Two stages that the same cards exchange meet on the fabric as well: together they are no
  /// faster than both are when all run.
  void bind_pairs() {
    for (std::size_t kind = 0; kind < StepNetwork::Exchange().lists().size(); ++kind) {
      std::vector<FlowList> of_stages;
      for (const auto& exchange : all_.exchange) of_stages.push_back(*exchange.lists()[kind]);
      const Rates together = rates(of_stages);
      for (int stage = 0; 2 * stage < all_.stages; ++stage) {
        Bandwidth sum{0};
        for (const int end : {stage, all_.stages - 1 - stage})
          if (const auto& flows = of_stages[static_cast<std::size_t>(end)]; !flows.empty())
            sum += Bandwidth{together[slowest_flow(flows, together)]};
        if (sum.value == 0) continue;
        const std::uint32_t link = keep_link(sum);
        for (const int end : {stage, all_.stages - 1 - stage})
          for (const std::uint32_t flow :
               *step_.network.exchange[static_cast<std::size_t>(end)].lists()[kind])
            step_.network.flows[flow].route.push_back(link);
      }
    }
  }

  /// The stage on whose NICs another's exchange is counted.
  int holder(int stage) const {
    return all_.both_ends ? std::min(stage, all_.stages - 1 - stage) : stage;
  }

  /// Seconds for each byte of an operation that is through when its slowest flow is.
  double slowness(const FlowList& flows, const Rates& rate) const {
    double slowest = 0;
    for (const std::uint32_t flow : flows)
      slowest = std::max(slowest, all_.set.bytes[flow].value / rate[flow]);
    return slowest;
  }

  /// The step ends with the replica whose transfers take longest, over all its stages.
  std::size_t slowest_replica(const Rates& forward, const Rates& backward) const {
    std::size_t slowest = 0;
    double longest = -1;
    const auto stages = static_cast<std::size_t>(all_.stages);
    for (std::size_t replica = 0; replica < static_cast<std::size_t>(all_.replicas); ++replica) {
      double sum = 0;
      for (std::size_t unit = replica * stages; unit < (replica + 1) * stages; ++unit)
        sum += slowness(all_.forward[unit], forward) + slowness(all_.backward[unit], backward);
      if (sum > longest) longest = sum, slowest = replica;
    }
    return slowest;
  }

  FlowList of_all_replicas(const std::vector<FlowList>& lists, std::size_t stage) const {
    FlowList merged;
    for (std::size_t unit = stage; unit < lists.size();
         unit += static_cast<std::size_t>(all_.stages))
      merged.insert(merged.end(), lists[unit].begin(), lists[unit].end());
    return merged;
  }

  /// The NIC ports that a flow crosses, in order: the sender's, the receiver's. None inside a node.
  std::vector<std::uint32_t> ports(std::uint32_t flow) const {
    std::vector<std::uint32_t> found;
    for (const std::uint32_t link : all_.set.route(flow))
      if (link < topology_.links().size() && topology_.links()[link].kind == LinkKind::nic)
        found.push_back(link);
    return found;
  }

  std::uint32_t keep_link(Bandwidth capacity) {
    step_.network.link_capacity.push_back(capacity);
    return static_cast<std::uint32_t>(step_.network.link_capacity.size() - 1);
  }

  std::uint32_t slowest_flow(const FlowList& flows, const Rates& rate) const {
    const auto slower = [&](std::uint32_t a, std::uint32_t b) {
      return rate[a] / all_.set.bytes[a].value < rate[b] / all_.set.bytes[b].value;
    };
    return *std::min_element(flows.begin(), flows.end(), slower);
  }

  /// The slowest of `candidates`; those of `together` that share its ports weigh on them as well.
  FlowList add(const FlowList& candidates, const FlowList& together, const Rates& rate, int from,
               int to) {
    if (candidates.empty()) return {};
    const std::uint32_t flow = slowest_flow(candidates, rate);
    StepNetwork::Flow made{
        {keep_link({rate[flow]})}, all_.set.bytes[flow].value, all_.set.latency[flow]};
    const auto crossed = ports(flow);
    for (std::size_t i = 0; i < crossed.size(); ++i) {
      const auto [known, fresh] = ports_.try_emplace({i == 0 ? from : to, i == 0}, 0);
      if (fresh) known->second = keep_link(all_.set.capacity[crossed[i]]);
      for (const std::uint32_t other : together)
        if (std::ranges::count(all_.set.route(other), crossed[i]) > 0)
          made.route.push_back(known->second);
    }
    step_.network.flows.push_back(made);
    return {static_cast<std::uint32_t>(step_.network.flows.size() - 1)};
  }

  const AllFlows& all_;
  const Topology& topology_;
  ReducedStep step_;
  std::map<std::pair<int, bool>, std::uint32_t> ports_;  // (stage, sending) -> kept link
};

}  // namespace

ReducedStep represent(const AllFlows& all, const Topology& topology) {
  return Representative(all, topology).build();
}

}  // namespace qianka
