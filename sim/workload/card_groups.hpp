// SPDX-License-Identifier: Apache-2.0
// Which cards do something together: the groups of a pass, and those that share out what the
// replicas of a stage hold alike.
#pragma once
#include "sim/workload/layout.hpp"
#include "sim/workload/operators.hpp"

#include <vector>

namespace qianka {

using CardGroups = std::vector<std::vector<CardId>>;  // cards in rank order

/// Replicas, context ranks counted, that hold the same weights, one copy of what is sharded lying
/// on `sharers` neighbours among them. Without sharding they are all one such group.
struct ReplicaGroups {
  CardGroups within;  // the sharers of each copy; none where there is but one
  CardGroups across;  // cards with the same share of every copy; none where there is but one copy
  int sharers = 1;
};

/// Of the dense weights of a stage, over all its tensor ranks.
ReplicaGroups dense_groups(const Job& job, const Placement& placement, int stage);
/// Of its routed experts: every expert-th rank holds the same ones.
ReplicaGroups expert_groups(const Job& job, const Placement& placement, int stage);

/// Every group of one kind over the whole job. An expert group is made of neighbours among the data
/// and context ranks of a stage; `data` and `expert_data` are the sharers of dense weights and of
/// experts.
CardGroups groups_of_job(const Job& job, const Placement& placement, CommGroup kind);

}  // namespace qianka
