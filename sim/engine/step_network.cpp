// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/step_network.hpp"

#include "sim/engine/congestion.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/engine/flowlets.hpp"
#include "sim/engine/step_flows.hpp"
#include "sim/units/require.hpp"
#include "sim/workload/card_groups.hpp"
#include "sim/workload/collective.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace qianka {

namespace {

class Collector {
 public:
  Collector(const Scenario& scenario, const Topology& topology, const Placement& placement)
      : job_(scenario.job),
        scale_up_(scenario.cluster.node.scale_up),
        topology_(topology),
        placement_(placement),
        flowlets_(kinds_of_flows, Flowlets(topology)) {}

  AllFlows collect() {
    for (int sweep = flowlets_.front().sweeps(); sweep > 0; --sweep) go_through();
    return std::move(all_);
  }

 private:
  static constexpr std::size_t kinds_of_flows = 7;  // by entropy: those of a kind run together

  void go_through() {
    for (Flowlets& kind : flowlets_) kind.begin_sweep();
    const Parallel& shape = job_.parallel;
    all_ = {};
    all_.stages = shape.pipeline, all_.replicas = shape.data;
    all_.both_ends = shape.schedule == Schedule::dualpipe;
    const auto units =
        static_cast<std::size_t>(shape.pipeline) * static_cast<std::size_t>(shape.data);
    all_.forward.resize(units), all_.backward.resize(units);
    all_.exchange.resize(static_cast<std::size_t>(shape.pipeline));
    all_.set.capacity.reserve(topology_.links().size());
    for (const Link& link : topology_.links()) all_.set.capacity.push_back(link.capacity);
    if (shape.pipeline > 1)
      for (int replica = 0; replica < shape.data; ++replica)
        for (int stage = 0; stage < shape.pipeline; ++stage) sends(replica, stage);
    if (stage_holders(shape) * shape.context > 1)
      for (int stage = 0; stage < shape.pipeline; ++stage) exchanges(stage);
  }

  std::uint32_t add(CardId from, CardId to, double share, std::uint64_t entropy) {
    route_.clear(), indices_.clear();
    topology_.route(from, to, flowlets_.at(entropy).choose(from, to, entropy), route_);
    for (const LinkId link : route_) indices_.push_back(static_cast<std::uint32_t>(index_of(link)));
    all_.set.add(indices_, {share}, topology_.latency(route_));
    all_.ends.emplace_back(from, to);
    return static_cast<std::uint32_t>(all_.set.size() - 1);
  }

  void sends(int replica, int stage) {
    const Parallel& shape = job_.parallel;
    const bool wraps = shape.interleave > 1;
    const auto unit = static_cast<std::size_t>(replica * shape.pipeline + stage);
    for (int rank = 0; rank < shape.tensor * shape.context; ++rank) {
      const auto card = [&](int at) {
        return placement_.card(rank % shape.tensor, at % shape.pipeline, replica,
                               rank / shape.tensor);
      };
      const CardId here = card(stage);
      const double share = 1.0 / (shape.tensor * shape.context);
      if (stage + 1 < shape.pipeline || wraps)
        all_.forward[unit].push_back(add(here, card(stage + 1), share, 1));
      if (stage > 0 || wraps)
        all_.backward[unit].push_back(add(here, card(stage + shape.pipeline - 1), share, 2));
    }
  }

  void exchanges(int stage) {
    auto& [dense_within, dense_across, experts_within, experts_across] =
        all_.exchange[static_cast<std::size_t>(stage)];
    const ReplicaGroups dense = dense_groups(job_, placement_, stage);
    const CollectiveKind within = job_.parallel.sharding == Sharding::none
                                      ? CollectiveKind::all_reduce
                                      : CollectiveKind::reduce_scatter;
    passes(dense.within, within, 1, 3, dense_within);
    passes(dense.across, CollectiveKind::all_reduce, 1.0 / dense.sharers, 4, dense_across);
    if (job_.parallel.expert == 1) return;
    const ReplicaGroups experts = expert_groups(job_, placement_, stage);
    passes(experts.within, within, 1, 5, experts_within);
    passes(experts.across, CollectiveKind::all_reduce, 1.0 / experts.sharers, 6, experts_across);
  }

  /// One pass of each group over `share` of the operation's bytes: half of an all-reduce's two.
  void passes(const CardGroups& groups, CollectiveKind kind, double share, std::uint64_t entropy,
              StepNetwork::Way& way) {
    const int per_node = topology_.cards_per_node();
    const Algorithm algorithm = usual_algorithm(scale_up_, groups, per_node);
    const double part = kind == CollectiveKind::all_reduce ? 0.5 : 1;
    for (const auto& group : groups) {
      const auto phases =
          collective_phases(kind, algorithm, group, per_node, job_.stack.exchange_rings);
      if (algorithm == Algorithm::ring) add_phase(phases[0], part, share, entropy, way.ring);
      if (algorithm == Algorithm::direct) add_phase(phases[0], part, share, entropy, way.direct);
      if (algorithm != Algorithm::hierarchical_direct) continue;
      add_phase(phases[0], 1, share, entropy, way.direct);
      add_phase(phases[1], part, share, entropy, way.ring);
    }
  }

  /// A flow of several rounds pays the mean latency of its group's transfers once a round.
  void add_phase(const Phase& phase, double part, double share, std::uint64_t entropy,
                 FlowList& flows) {
    const std::size_t first = all_.set.size();
    Seconds sum{0};
    for (const Transfer& transfer : phase.transfers) {
      flows.push_back(add(transfer.from, transfer.to, part * transfer.share * share, entropy));
      sum += all_.set.latency.back();
    }
    const Seconds mean = sum / static_cast<double>(phase.transfers.size());
    for (std::size_t i = first; i < all_.set.size(); ++i)
      all_.set.latency[i] = mean * (part * phase.rounds);
  }

  const Job& job_;
  ScaleUp scale_up_;
  const Topology& topology_;
  const Placement& placement_;
  std::vector<Flowlets> flowlets_;
  AllFlows all_;
  std::vector<LinkId> route_;
  std::vector<std::uint32_t> indices_;
};

/// Flows that run at different times must not share a class: colour by kind, stage and class of
/// replica.
void colour(const AllFlows& all, const std::vector<int>& replica_class, FlowSet& set,
            std::uint64_t job = 0) {
  const auto paint = [&](const FlowList& flows, std::uint64_t kind, std::uint64_t stage,
                         std::uint64_t replica) {
    for (const std::uint32_t flow : flows)
      set.colour[flow] = (1 + kind + 10 * (stage + (replica << 20U))) | job << 56U;
  };
  for (int stage = 0; stage < all.stages; ++stage) {
    const auto s = static_cast<std::size_t>(stage);
    std::uint64_t kind = 2;
    for (const FlowList* flows : all.exchange[s].lists()) paint(*flows, kind++, s, 0);
    for (int replica = 0; replica < all.replicas; ++replica) {
      const auto unit = static_cast<std::size_t>(replica * all.stages + stage);
      const auto own = static_cast<std::uint64_t>(replica_class[static_cast<std::size_t>(replica)]);
      paint(all.forward[unit], 0, s, own), paint(all.backward[unit], 1, s, own);
    }
  }
}

FlowList classes_of(const FlowList& flows, const Quotient& quotient) {
  FlowList classes;
  for (const std::uint32_t flow : flows) classes.push_back(quotient.class_of[flow]);
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  return classes;
}

/// Numbers replicas by what their sends look like; equal numbers share their fate.
std::vector<int> classify(const AllFlows& all, const Quotient& quotient) {
  std::map<std::vector<FlowList>, int> seen;
  std::vector<int> replica_class;
  for (int replica = 0; replica < all.replicas; ++replica) {
    std::vector<FlowList> signature;
    for (int stage = 0; stage < all.stages; ++stage) {
      const auto unit = static_cast<std::size_t>(replica * all.stages + stage);
      signature.push_back(classes_of(all.forward[unit], quotient));
      signature.push_back(classes_of(all.backward[unit], quotient));
    }
    replica_class.push_back(
        seen.try_emplace(std::move(signature), static_cast<int>(seen.size())).first->second);
  }
  return replica_class;
}

Quotient identity(const FlowSet& set) {
  Quotient same;
  same.classes = set;
  for (std::uint32_t i = 0; i < set.size(); ++i) same.class_of.push_back(i);
  return same;
}

ReducedStep keep(const AllFlows& all, const Quotient& quotient,
                 const std::vector<int>& replica_class) {
  ReducedStep step;
  step.replica_classes = 1 + *std::max_element(replica_class.begin(), replica_class.end());
  step.replica_class = replica_class;
  step.flows = all.set.size(), step.flow_classes = quotient.classes.size();
  StepNetwork& network = step.network;
  network.replicas = step.replica_classes;
  network.link_capacity = quotient.classes.capacity;
  for (std::size_t i = 0; i < quotient.classes.size(); ++i) {
    const auto route = quotient.classes.route(i);
    network.flows.push_back({{route.begin(), route.end()},
                             quotient.classes.bytes[i].value,
                             quotient.classes.latency[i]});
  }
  for (int wanted = 0; wanted < step.replica_classes; ++wanted) {
    const auto replica =
        std::find(replica_class.begin(), replica_class.end(), wanted) - replica_class.begin();
    for (int stage = 0; stage < all.stages; ++stage) {
      const auto unit = static_cast<std::size_t>(replica) * static_cast<std::size_t>(all.stages) +
                        static_cast<std::size_t>(stage);
      network.send_forward.push_back(classes_of(all.forward[unit], quotient));
      network.send_backward.push_back(classes_of(all.backward[unit], quotient));
    }
  }
  for (StepNetwork::Exchange exchange : all.exchange) {
    for (FlowList* flows : exchange.lists()) *flows = classes_of(*flows, quotient);
    network.exchange.push_back(std::move(exchange));
  }
  return step;
}

/// Nothing when the budget does not suffice; classes only ever get more, so the first look tells.
std::optional<ReducedStep> fold_exactly(const AllFlows& all, const FoldBudget& budget) {
  FlowSet set = pruned(all.set);  // which links can bind does not depend on colours: once is enough
  std::vector<int> replica_class(static_cast<std::size_t>(all.replicas), 0);
  for (std::size_t classes = 1;;) {
    colour(all, replica_class, set);
    const auto reduced = quotient_within(set, budget.flow_classes);
    if (!reduced) return {};
    std::vector<int> finer = classify(all, *reduced);
    const auto now = static_cast<std::size_t>(1 + *std::max_element(finer.begin(), finer.end()));
    if (now > budget.replica_classes) return {};
    if (now == classes) return keep(all, *reduced, finer);
    classes = now, replica_class = std::move(finer);
  }
}

/// The flows of a job behind those of the jobs before it.
void append(AllFlows& job, FlowSet& together) {
  const auto first = static_cast<std::uint32_t>(together.size());
  for (std::size_t i = 0; i < job.set.size(); ++i)
    together.add(job.set.route(i), job.set.bytes[i], job.set.latency[i]);
  const auto shift = [first](FlowList& list) {
    for (std::uint32_t& flow : list) flow += first;
  };
  std::ranges::for_each(job.forward, shift);
  std::ranges::for_each(job.backward, shift);
  for (StepNetwork::Exchange& exchange : job.exchange)
    for (FlowList* list : exchange.lists()) shift(*list);
}

int classes_in(const std::vector<int>& replica_class) {
  return 1 + *std::ranges::max_element(replica_class);
}

}  // namespace

std::vector<FlowList> kinds_of(const AllFlows& all) {
  const auto append_to = [](FlowList& kind) {
    return [&kind](const FlowList& list) { kind.insert(kind.end(), list.begin(), list.end()); };
  };
  std::vector<FlowList> kinds(2 + StepNetwork::Exchange().lists().size());
  std::ranges::for_each(all.forward, append_to(kinds[0]));
  std::ranges::for_each(all.backward, append_to(kinds[1]));
  for (const StepNetwork::Exchange& exchange : all.exchange) {
    std::size_t kind = 2;
    for (const FlowList* list : exchange.lists()) append_to(kinds[kind++])(*list);
  }
  return kinds;
}

std::vector<ReducedStep> reduce_together(std::span<const PlacedJob> jobs,
                                         const Topology& topology) {
  std::vector<AllFlows> all;
  std::vector<FlowList> kinds;  // jobs pause each other's flows
  FlowSet set;
  for (const Link& link : topology.links()) set.capacity.push_back(link.capacity);
  for (const PlacedJob& job : jobs) {
    all.push_back(collect_flows(*job.scenario, topology, *job.placement));
    append(all.back(), set);
    std::size_t kind = 0;
    for (const FlowList& list : kinds_of(all.back())) {
      kinds.resize(std::max(kinds.size(), ++kind));
      kinds[kind - 1].insert(kinds[kind - 1].end(), list.begin(), list.end());
    }
  }
  set = pruned(congested(std::move(set), kinds, topology));
  std::vector<std::vector<int>> replica_class;
  for (const AllFlows& job : all) replica_class.emplace_back(job.replicas, 0);
  for (bool finer = true;;) {
    for (std::size_t i = 0; i < all.size(); ++i) colour(all[i], replica_class[i], set, i);
    const Quotient reduced = quotient(set, false);
    finer = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      std::vector<int> now = classify(all[i], reduced);
      finer = finer || classes_in(now) > classes_in(replica_class[i]);
      replica_class[i] = std::move(now);
    }
    if (finer) continue;
    std::vector<ReducedStep> steps;
    for (std::size_t i = 0; i < all.size(); ++i)
      steps.push_back(keep(all[i], reduced, replica_class[i]));
    return steps;
  }
}

AllFlows collect_flows(const Scenario& scenario, const Topology& topology,
                       const Placement& placement) {
  return Collector(scenario, topology, placement).collect();
}

ReducedStep reduce_step(const Scenario& scenario, const Topology& topology,
                        const Placement& placement, Folding folding, const FoldBudget& budget) {
  AllFlows all = collect_flows(scenario, topology, placement);
  all.set = congested(std::move(all.set), kinds_of(all), topology);
  if (folding == Folding::exact)
    if (auto step = fold_exactly(all, budget)) return *std::move(step);
  if (folding != Folding::none) return represent(all, topology);
  std::vector<int> each;
  for (int replica = 0; replica < all.replicas; ++replica) each.push_back(replica);
  return keep(all, identity(all.set), each);
}

}  // namespace qianka
