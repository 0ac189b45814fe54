// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/card_groups.hpp"

#include "sim/workload/held_weights.hpp"

#include <algorithm>

namespace qianka {

namespace {

/// Data and context ranks of a stage for one tensor rank, numbered with context ranks innermost.
std::vector<CardId> replicas(const Parallel& shape, const Placement& placement, int stage,
                             int tensor) {
  std::vector<CardId> cards;
  for (int replica = 0; replica < shape.data; ++replica)
    for (int context = 0; context < shape.context; ++context)
      cards.push_back(placement.card(tensor, stage, replica, context));
  return cards;
}

/// All that hold the stage's weights. With dualpipe the cards of the stage as far from the other
/// end are among them.
std::vector<CardId> holders(const Parallel& shape, const Placement& placement, int stage,
                            int tensor) {
  std::vector<CardId> cards = replicas(shape, placement, stage, tensor);
  if (shape.schedule != Schedule::dualpipe) return cards;
  for (const CardId card : replicas(shape, placement, shape.pipeline - 1 - stage, tensor))
    cards.push_back(card);
  return cards;
}

/// Adds what every `stride`-th of the cards, which hold the same weights, do together. Cards of
/// both ends of a pipeline are brought in order, so that those of a node stay together.
void add_alike(ReplicaGroups& groups, const std::vector<CardId>& cards, std::size_t stride,
               bool both_ends) {
  const auto sharers = static_cast<std::size_t>(groups.sharers);
  for (std::size_t first = 0; first < stride; ++first) {
    std::vector<CardId> alike;
    for (std::size_t i = first; i < cards.size(); i += stride) alike.push_back(cards[i]);
    if (both_ends) std::ranges::sort(alike);
    const std::size_t copies = alike.size() / sharers;
    for (std::size_t copy = 0; copy < copies && sharers > 1; ++copy) {
      const auto begin = alike.begin() + static_cast<std::ptrdiff_t>(copy * sharers);
      groups.within.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(sharers));
    }
    for (std::size_t share = 0; share < sharers && copies > 1; ++share) {
      groups.across.emplace_back();
      for (std::size_t copy = 0; copy < copies; ++copy)
        groups.across.back().push_back(alike[copy * sharers + share]);
    }
  }
}

ReplicaGroups groups_over(const Job& job, const Placement& placement, int stage, double sharers,
                          int stride) {
  const Parallel& shape = job.parallel;
  ReplicaGroups groups;
  groups.sharers = shape.sharding == Sharding::none ? stage_holders(shape) * shape.context / stride
                                                    : static_cast<int>(sharers);
  for (int tensor = 0; tensor < shape.tensor; ++tensor)
    add_alike(groups, holders(shape, placement, stage, tensor), static_cast<std::size_t>(stride),
              shape.schedule == Schedule::dualpipe);
  return groups;
}

void append(CardGroups& all, CardGroups groups) {
  for (auto& group : groups) all.push_back(std::move(group));
}

/// Neighbours among the replicas of each stage, or among the tensor ranks of each.
CardGroups neighbours(const Parallel& shape, const Placement& placement, CommGroup kind) {
  CardGroups groups;
  for (int stage = 0; stage < shape.pipeline; ++stage) {
    if (kind == CommGroup::tensor) {
      for (int data = 0; data < shape.data; ++data)
        for (int context = 0; context < shape.context; ++context) {
          groups.emplace_back();
          for (int tensor = 0; tensor < shape.tensor; ++tensor)
            groups.back().push_back(placement.card(tensor, stage, data, context));
        }
      continue;
    }
    const auto size =
        static_cast<std::size_t>(kind == CommGroup::context ? shape.context : shape.expert);
    for (int tensor = 0; tensor < shape.tensor; ++tensor) {
      const auto cards = replicas(shape, placement, stage, tensor);
      for (std::size_t rank = 0; rank < cards.size(); ++rank) {
        if (rank % size == 0) groups.emplace_back();
        groups.back().push_back(cards[rank]);
      }
    }
  }
  return groups;
}

}  // namespace

ReplicaGroups dense_groups(const Job& job, const Placement& placement, int stage) {
  return groups_over(job, placement, stage, dense_sharers(job), 1);
}

ReplicaGroups expert_groups(const Job& job, const Placement& placement, int stage) {
  return groups_over(job, placement, stage, expert_sharers(job), job.parallel.expert);
}

CardGroups groups_of_job(const Job& job, const Placement& placement, CommGroup kind) {
  if (kind != CommGroup::data && kind != CommGroup::expert_data)
    return neighbours(job.parallel, placement, kind);
  CardGroups groups;
  for (int stage = 0; stage < job.parallel.pipeline; ++stage)
    append(groups, kind == CommGroup::data ? dense_groups(job, placement, stage).within
                                           : expert_groups(job, placement, stage).within);
  return groups;
}

}  // namespace qianka
