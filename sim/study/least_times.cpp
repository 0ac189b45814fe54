// SPDX-License-Identifier: Apache-2.0
#include "sim/study/least_times.hpp"

#include "sim/engine/collective_time.hpp"

#include <algorithm>
#include <utility>

namespace qianka {
namespace {

bool holds_replicas(CommGroup group) {
  return group == CommGroup::data || group == CommGroup::expert_data;
}

/// Seconds for a byte; nothing where no limit is known.
double over(double share, Bandwidth rate) { return rate.value > 0 ? share / rate.value : 0; }

}  // namespace

FabricLimits limits_of(const Scenario& scenario, const Topology& topology) {
  FabricLimits limits;
  limits.cards_per_node = topology.cards_per_node();
  int nodes = 0;
  while (nodes < topology.nodes() &&
         topology.domain_of(NodeId{static_cast<std::uint32_t>(nodes)}) ==
             topology.domain_of(NodeId{0}))
    ++nodes;
  limits.cards_per_domain = nodes * limits.cards_per_node;
  Bandwidth all_nics{0};
  for (const Link& link : topology.links()) {
    if (link.kind == LinkKind::nic) {
      all_nics += link.capacity;
      limits.nic = std::max(limits.nic, link.capacity);
    } else if (link.kind == LinkKind::scale_up || link.kind == LinkKind::pcie ||
               link.kind == LinkKind::host_bridge) {
      limits.inside = std::max(limits.inside, link.capacity);
    }
  }
  // Inside a domain a transfer may go by the NICs where nothing else joins two cards.
  limits.inside = std::max(limits.inside, limits.nic);
  // Nodes are alike and have as much out as in, unless their cables were listed one by one.
  if (scenario.cluster.fabric.kind != FabricKind::free)
    limits.domain_out = all_nics * (0.5 * nodes / topology.nodes());
  return limits;
}

Seconds NodeCollectives::time(CollectiveKind kind, Algorithm algorithm, const CardGroups& groups,
                              Bytes size, int rings) {
  auto& by_size = known_[Key{groups, kind, algorithm, rings}];
  const auto [known, fresh] = by_size.try_emplace(size.value);
  if (fresh) known->second = time_collective(topology_, kind, algorithm, groups, size, rings).time;
  return known->second;
}

LeastTimes::LeastTimes(const Job& job, ScaleUp scale_up, const FabricLimits& limits,
                       NodeCollectives& inside)
    : job_(job),
      scale_up_(scale_up),
      limits_(limits),
      inside_(inside),
      placement_(job, limits.cards_per_node) {}

double LeastTimes::of_transfers(const std::vector<Transfer>& transfers, std::size_t domain) const {
  double slowest = 0, leaving = 0;
  for (const Transfer& transfer : transfers) {
    const std::size_t from = domain_of(transfer.from);
    const bool crosses = from != domain_of(transfer.to);
    slowest = std::max(slowest, over(transfer.share, crosses ? limits_.nic : limits_.inside));
    if (crosses && from == domain) leaving += transfer.share;
  }
  return std::max(slowest, over(leaving, limits_.domain_out));
}

double LeastTimes::all_to_all(const CardGroups& groups, std::size_t domain) const {
  double slowest = 0, leaving = 0;
  for (const auto& group : groups) {
    const auto all = static_cast<double>(group.size());
    const auto here = static_cast<double>(
        std::ranges::count_if(group, [&](CardId card) { return domain_of(card) == domain; }));
    if (here == 0) continue;
    leaving += here * (all - here) / all;
    slowest = std::max(slowest, over(1 / all, here < all ? limits_.nic : limits_.inside));
  }
  return std::max(slowest, over(leaving, limits_.domain_out));
}

double LeastTimes::a_byte(CollectiveKind kind, Algorithm algorithm, const CardGroups& groups,
                          int rings, CardId seen_by) const {
  const std::size_t domain = domain_of(seen_by);
  if (kind == CollectiveKind::all_to_all) return all_to_all(groups, domain);
  std::vector<std::vector<Transfer>> phases;  // all groups run a phase together
  for (const auto& group : groups) {
    // What a group that does not touch the domain costs, its like there costs as well.
    if (std::ranges::none_of(group, [&](CardId card) { return domain_of(card) == domain; }))
      continue;
    std::size_t at = 0;
    for (const Phase& phase :
         collective_phases(kind, algorithm, group, limits_.cards_per_node, rings)) {
      if (phases.size() <= at) phases.emplace_back();
      auto& all = phases[at++];
      all.insert(all.end(), phase.transfers.begin(), phase.transfers.end());
    }
  }
  double sum = 0;
  for (const auto& transfers : phases) sum += of_transfers(transfers, domain);
  return sum;
}

const LeastTimes::Groups& LeastTimes::groups_of(Group group) {
  const auto [known, fresh] = groups_.try_emplace(group);
  if (!fresh) return known->second;
  Groups& made = known->second;
  made.groups = groups_of_job(job_, placement_, group.first);
  if (made.groups.empty()) return made;
  const auto node_of = [&](CardId card) {
    return index_of(card) / static_cast<std::size_t>(limits_.cards_per_node);
  };
  made.algorithm = usual_algorithm(scale_up_, made.groups, limits_.cards_per_node);
  made.inside_node = std::ranges::all_of(made.groups, [&](const auto& cards) {
    return std::ranges::all_of(
        cards, [&](CardId card) { return node_of(card) == node_of(cards.front()); });
  });
  // As the step does: the groups of one node stand for all.
  const std::size_t first = node_of(made.groups.front().front());
  if (made.inside_node)
    std::erase_if(made.groups, [&](const auto& cards) { return node_of(cards.front()) != first; });
  return made;
}

Seconds LeastTimes::collective(CommGroup group, CollectiveKind kind, Bytes size) {
  if (size.value == 0) return {0};
  const Group which{group, job_.parallel.sharding != Sharding::none};
  const Groups& all = groups_of(which);
  if (all.groups.empty()) return {0};
  const int rings = holds_replicas(group) ? job_.stack.exchange_rings : 0;
  if (all.inside_node) return inside_.time(kind, all.algorithm, all.groups, size, rings);
  const auto [known, fresh] = a_byte_.try_emplace({which, kind}, 0);
  if (fresh) {
    const CardId seen_by = all.groups.front().front();
    CardGroups near = all.groups;
    std::erase_if(near, [&](const auto& cards) {
      return std::ranges::none_of(
          cards, [&](CardId card) { return domain_of(card) == domain_of(seen_by); });
    });
    // The step looks at some of the groups, these among them: when these and all would choose
    // alike, so do they.
    if (usual_algorithm(scale_up_, near, limits_.cards_per_node) == all.algorithm)
      known->second = a_byte(kind, all.algorithm, near, rings, seen_by);
  }
  return {known->second * size.value};
}

double LeastTimes::hop(int stage, bool up) {
  const auto [known, fresh] = hops_.try_emplace({stage, up}, 0);
  if (!fresh) return known->second;
  const Parallel& shape = job_.parallel;
  const int to = (stage + (up ? 1 : shape.pipeline - 1)) % shape.pipeline;
  const double share = 1.0 / (shape.tensor * shape.context);
  std::vector<Transfer> transfers;
  for (int context = 0; context < shape.context; ++context)
    for (int tensor = 0; tensor < shape.tensor; ++tensor)
      transfers.push_back({placement_.card(tensor, stage, 0, context),
                           placement_.card(tensor, to, 0, context), share});
  return known->second = of_transfers(transfers, domain_of(transfers.front().from));
}

double LeastTimes::a_byte_of_stage(CollectiveKind kind, const CardGroups& groups,
                                   CardId first) const {
  if (groups.empty()) return 0;
  return a_byte(kind, usual_algorithm(scale_up_, groups, limits_.cards_per_node), groups,
                job_.stack.exchange_rings, first);
}

const LeastTimes::Exchange& LeastTimes::exchange(int stage, bool reduce, bool experts) {
  const CardId first = placement_.card(0, stage, 0, 0);
  // Stages that begin at the same place of a domain are alike; those of dualpipe have partners.
  const bool alike = job_.parallel.schedule != Schedule::dualpipe;
  const int place = alike ? static_cast<int>(index_of(first)) % limits_.cards_per_domain : stage;
  const bool sharded = job_.parallel.sharding != Sharding::none;
  const auto [known, fresh] = exchanges_.try_emplace({place, reduce, experts, sharded});
  if (!fresh) return known->second;
  Exchange& made = known->second;
  const ReplicaGroups groups =
      experts ? expert_groups(job_, placement_, stage) : dense_groups(job_, placement_, stage);
  const CollectiveKind within = !reduce   ? CollectiveKind::all_gather
                                : sharded ? CollectiveKind::reduce_scatter
                                          : CollectiveKind::all_reduce;
  made.any_within = !groups.within.empty(), made.any_across = reduce && !groups.across.empty();
  made.within = a_byte_of_stage(within, groups.within, first);
  if (made.any_across)
    made.across =
        a_byte_of_stage(CollectiveKind::all_reduce, groups.across, first) / groups.sharers;
  return made;
}

}  // namespace qianka
