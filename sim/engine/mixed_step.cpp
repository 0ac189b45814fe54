// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/mixed_step.hpp"

#include "sim/engine/execute.hpp"
#include "sim/engine/pass_collectives.hpp"
#include "sim/engine/step_network.hpp"
#include "sim/language/language.hpp"
#include "sim/topology/topology.hpp"
#include "sim/units/require.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/step_program.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace qianka {
namespace {

/// The share as a job of its own on its own cluster: so many stages, on as many cards.
Scenario alone(const PipelineShare& share) {
  Scenario s = *share.scenario;
  Parallel& shape = s.job.parallel;
  shape.pipeline = share.last - share.first;
  const auto first = shape.layers_per_stage.begin();
  shape.layers_per_stage = {first + share.first, first + share.last};
  s.job.model.layers =
      std::accumulate(shape.layers_per_stage.begin(), shape.layers_per_stage.end(), 0);
  s.cluster.nodes = (cards(shape) + s.cluster.node.cards - 1) / s.cluster.node.cards;
  s.cluster.spares = 0;
  s.cluster.installed.reset();
  return s;
}

/// The whole job's plan, as if all of it ran on this share's cards.
StepPlan plan_of(const PipelineShare& share, const Scenario& own, const Topology& topology) {
  const Placement placement(own.job, topology.cards_per_node());
  PassCollectives collectives(own, topology, placement);
  return plan_step(share.scenario->job, share.scenario->cluster.node.accelerator,
                   [&](CommGroup group, CollectiveKind kind, Bytes size) {
                     return collectives.time(group, kind, size);
                   });
}

/// What the adapters of the cards that hold a stage bring out of their nodes.
Bandwidth stage_rate(const Scenario& s) {
  const NodeSpec& node = s.cluster.node;
  const double share =
      std::min(1.0, 1.0 * s.job.parallel.tensor * s.job.parallel.context / node.cards);
  return needed(node.nic.rate, node.nic.id, marked("rate")) *
         (needed(node.nic.efficiency, node.nic.id, marked("efficiency")) *
          s.cluster.fabric.transport_efficiency * node.nics * share);
}

class MixedNetwork {
 public:
  explicit MixedNetwork(int stages) {
    const auto count = static_cast<std::size_t>(stages);
    network_.send_forward.resize(count), network_.send_backward.resize(count);
    network_.exchange.resize(count);
  }

  /// The links and flows of a share, behind those before it.
  void add(const PipelineShare& share, const StepNetwork& own) {
    const auto links = static_cast<std::uint32_t>(network_.link_capacity.size());
    const auto flows = static_cast<std::uint32_t>(network_.flows.size());
    network_.link_capacity.insert(network_.link_capacity.end(), own.link_capacity.begin(),
                                  own.link_capacity.end());
    for (StepNetwork::Flow flow : own.flows) {
      for (std::uint32_t& link : flow.route) link += links;
      network_.flows.push_back(std::move(flow));
    }
    const auto moved = [&](StepNetwork::FlowList list) {
      for (std::uint32_t& flow : list) flow += flows;
      return list;
    };
    for (int stage = share.first; stage < share.last; ++stage) {
      const auto here = static_cast<std::size_t>(stage - share.first);
      const auto at = static_cast<std::size_t>(stage);
      network_.send_forward[at] = moved(own.send_forward[here]);
      network_.send_backward[at] = moved(own.send_backward[here]);
      network_.exchange[at] = own.exchange[here];
      for (StepNetwork::FlowList* list : network_.exchange[at].lists()) *list = moved(*list);
    }
  }

  /// Between stage - 1 and stage, which are of different kinds.
  void join(int stage, const Scenario& before, const Scenario& after) {
    const Bandwidth rate = std::min(stage_rate(before), stage_rate(after));
    const Seconds latency =
        std::max(before.cluster.fabric.message_latency, after.cluster.fabric.message_latency);
    const auto cable = [&] {
      network_.flows.push_back(
          {{static_cast<std::uint32_t>(network_.link_capacity.size())}, 1, latency});
      network_.link_capacity.push_back(rate);
      return StepNetwork::FlowList{static_cast<std::uint32_t>(network_.flows.size() - 1)};
    };
    network_.send_forward[static_cast<std::size_t>(stage - 1)] = cable();
    network_.send_backward[static_cast<std::size_t>(stage)] = cable();
  }

  const StepNetwork& network() const { return network_; }

 private:
  StepNetwork network_;
};

}  // namespace

Seconds mixed_step_time(std::span<const PipelineShare> shares) {
  StepPlan plan;
  MixedNetwork mixed(shares.front().scenario->job.parallel.pipeline);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const PipelineShare& share = shares[i];
    const Scenario own = alone(share);
    const Topology topology = build_topology(own.cluster);
    StepPlan whole = plan_of(share, own, topology);
    if (i == 0) plan = whole;
    for (int stage = share.first; stage < share.last; ++stage)
      plan.stages[static_cast<std::size_t>(stage)] =
          std::move(whole.stages[static_cast<std::size_t>(stage)]);
    plan.overhead = std::max(plan.overhead, whole.overhead);
    plan.collective_launch = std::max(plan.collective_launch, whole.collective_launch);
    mixed.add(share, reduce_step(own, topology, Placement(own.job, topology.cards_per_node()),
                                 Folding::representative)
                         .network);
    if (i > 0) mixed.join(share.first, *shares[i - 1].scenario, *share.scenario);
  }
  require(shares.back().last == plan.shape.pipeline, "the shares cover the pipeline");
  return execute(build_step_program(plan, mixed.network())).back().end;
}

Seconds layer_time(const Scenario& scenario) {
  // What a second layer adds to a stage of one.
  const auto pass = [&](int layers) {
    Scenario s = scenario;
    Parallel& shape = s.job.parallel;
    shape.pipeline = 1;
    shape.layer_split = LayerSplit::even, shape.layers_per_stage.clear();
    s.job.model.layers = layers;
    s.cluster.nodes = (cards(shape) + s.cluster.node.cards - 1) / s.cluster.node.cards;
    s.cluster.spares = 0;
    s.cluster.installed.reset();
    const Topology topology = build_topology(s.cluster);
    const Placement placement(s.job, topology.cards_per_node());
    PassCollectives collectives(s, topology, placement);
    const StepPlan plan = plan_step(s.job, s.cluster.node.accelerator,
                                    [&](CommGroup group, CollectiveKind kind, Bytes size) {
                                      return collectives.time(group, kind, size);
                                    });
    const ChunkPlan& chunk = plan.stages.front().chunks.front();
    return chunk.forward.total() + chunk.backward.total();
  };
  return pass(2) - pass(1);
}

}  // namespace qianka
