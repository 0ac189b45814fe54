// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/checkpoint_layout.hpp"

#include "sim/units/ids.hpp"
#include "sim/units/require.hpp"
#include "sim/workload/layout.hpp"

#include <algorithm>
#include <set>

namespace qianka {
namespace {

/// The replicas of one model-parallel part, numbered: the context ranks hold what data-parallel
/// ones do.
struct Replicas {
  explicit Replicas(const Parallel& shape)
      : count(shape.data * shape.context),
        shards(shape.sharding == Sharding::none
                   ? 1
                   : std::min(count, shard_replicas(shape) * shape.context)),
        parts(shape.tensor * shape.pipeline),
        weights_too(shape.sharding == Sharding::zero_3) {}

  int count;         // that hold a part
  int shards;        // that share out what is sharded; 1: nothing is
  int parts;         // tensor x pipeline
  bool weights_too;  // are sharded as well
};

/// Calls `visit(node, replica)` for every card of the job.
template <class Visit>
void for_each_card(const Scenario& scenario, Visit visit) {
  const Parallel& shape = scenario.job.parallel;
  const int per_node = scenario.cluster.node.cards;
  const Placement placement(scenario.job, per_node);
  for (int stage = 0; stage < shape.pipeline; ++stage)
    for (int tensor = 0; tensor < shape.tensor; ++tensor)
      for (int data = 0; data < shape.data; ++data)
        for (int context = 0; context < shape.context; ++context)
          visit(index_of(placement.card(tensor, stage, data, context)) /
                    static_cast<std::size_t>(per_node),
                data * shape.context + context);
}

/// What the replica of that number writes: weights by the first, the optimizer by the first of each
/// shard.
Bytes held_first(const Replicas& replicas, const StateBytes& part, int replica) {
  if (replicas.weights_too)
    return replica < replicas.shards ? part.all() / replicas.shards : Bytes{0};
  const Bytes weights = replica == 0 ? part.weights : Bytes{0};
  return replica < replicas.shards ? weights + part.optimizer / replicas.shards : weights;
}

/// What every card needs to go on.
Bytes needed_by_card(const Replicas& replicas, const StateBytes& part) {
  return replicas.weights_too ? part.all() / replicas.shards
                              : part.weights + part.optimizer / replicas.shards;
}

StateBytes part_of(const Scenario& scenario, const Replicas& replicas) {
  const StateBytes all = state_bytes(scenario);
  return {.weights = all.weights / replicas.parts, .optimizer = all.optimizer / replicas.parts};
}

}  // namespace

StateBytes state_bytes(const Scenario& scenario) {
  const StackSpec& stack = scenario.job.stack;
  const double count = parameters(scenario.job.model);
  const double weights = std::min(stack.weight_bytes, stack.checkpoint_bytes);
  if (scenario.checkpoint.contents == CheckpointContents::weights)
    return {.weights = {weights * count}, .optimizer = {0}};
  return {.weights = {weights * count}, .optimizer = {(stack.checkpoint_bytes - weights) * count}};
}

std::vector<Bytes> saved_by_node(const Scenario& scenario, CheckpointShares shares) {
  const auto nodes = static_cast<std::size_t>(scenario.cluster.nodes);
  if (shares == CheckpointShares::even)
    return std::vector<Bytes>(nodes, state_bytes(scenario).all() / scenario.cluster.nodes);
  const Replicas replicas(scenario.job.parallel);
  const StateBytes part = part_of(scenario, replicas);
  std::vector<Bytes> volume(nodes);
  for_each_card(scenario, [&](std::size_t node, int replica) {
    volume[node] += held_first(replicas, part, replica);
  });
  return volume;
}

Bytes saved_by_card(const Scenario& scenario, CheckpointShares shares) {
  if (shares == CheckpointShares::even)
    return state_bytes(scenario).all() / static_cast<double>(cards(scenario.job.parallel));
  const Replicas replicas(scenario.job.parallel);
  return held_first(replicas, part_of(scenario, replicas), 0);
}

std::vector<Bytes> loaded_by_node(const Scenario& scenario, CheckpointReaders readers) {
  const Replicas replicas(scenario.job.parallel);
  const StateBytes part = part_of(scenario, replicas);
  std::vector<Bytes> volume(static_cast<std::size_t>(scenario.cluster.nodes));
  for_each_card(scenario, [&](std::size_t node, int replica) {
    volume[node] += readers == CheckpointReaders::all ? needed_by_card(replicas, part)
                                                      : held_first(replicas, part, replica);
  });
  return volume;
}

Bytes spread_to_card(const Scenario& scenario) {
  const Replicas replicas(scenario.job.parallel);
  if (replicas.count == 1) return {0};
  const StateBytes part = part_of(scenario, replicas);
  // Shards are unlike in all replicas but those of other shard groups.
  const bool shards_again = replicas.shards < replicas.count;
  const Bytes shard = (replicas.weights_too ? part.all() : part.optimizer) / replicas.shards;
  return (replicas.weights_too ? Bytes{0} : part.weights) + (shards_again ? shard : Bytes{0});
}

Holders state_holders(const Scenario& scenario) {
  const Replicas replicas(scenario.job.parallel);
  const LastWords wanted = scenario.checkpoint.last_words.value_or(LastWords{});
  // A shard lies on every `shards`-th replica; kept more often, at equal distances in between.
  const int copies = std::clamp(wanted.copies.value_or(1), 1, replicas.shards);
  const int distance = std::max(1, replicas.shards / copies);
  std::set<std::vector<int>> groups;
  std::vector<std::vector<int>> part(static_cast<std::size_t>(distance));
  int seen = 0;
  // The replicas of a part come one after the other.
  for_each_card(scenario, [&](std::size_t node, int replica) {
    part[static_cast<std::size_t>(replica % distance)].push_back(static_cast<int>(node));
    if (++seen % replicas.count != 0) return;
    for (std::vector<int>& group : part) {
      std::ranges::sort(group);
      const auto again = std::ranges::unique(group);
      group.erase(again.begin(), again.end());
      if (!group.empty()) groups.insert(group);
      group.clear();
    }
  });
  return {groups.begin(), groups.end()};
}

Holders memory_holders(const MemoryCopies& memory, int nodes) {
  const int count = std::max(1, nodes / (memory.peers + 1));
  Holders groups(static_cast<std::size_t>(count));
  for (int node = 0; node < nodes; ++node) {
    const int group = memory.group == PeerGroup::apart
                          ? node % count
                          : std::min(node / (memory.peers + 1), count - 1);
    groups[static_cast<std::size_t>(group)].push_back(node);
  }
  return groups;
}

}  // namespace qianka
