// SPDX-License-Identifier: Apache-2.0
// What each node holds of the training's state: how much of it to save and to load, who else holds
// it, and who keeps whose copies.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <vector>

namespace qianka {

/// Nodes (places of the job), each group in order: what they hold in common is lost when all of
/// them are.
using Holders = std::vector<std::vector<int>>;

/// A byte of state per parameter belongs to the weights, or to what a sharded optimizer shares out.
struct StateBytes {
  Bytes weights, optimizer;
  Bytes all() const { return weights + optimizer; }
};
/// By `checkpoint.contents`, of the stack's `checkpoint_bytes` and `weight_bytes` a parameter.
StateBytes state_bytes(const Scenario& scenario);

/// By node: what it writes in a save, by `checkpoint.shares`.
std::vector<Bytes> saved_by_node(const Scenario& scenario, CheckpointShares shares);
/// The most that a card writes.
Bytes saved_by_card(const Scenario& scenario, CheckpointShares shares);
/// By node: what it reads, when all cards read what they need, or one of those that need the same.
std::vector<Bytes> loaded_by_node(const Scenario& scenario, CheckpointReaders readers);
/// What a card needs that others of its group have read: it comes over the fabric.
Bytes spread_to_card(const Scenario& scenario);

/// Who holds the same parts of the state as the layout spreads it: `last_words.copies` of them at
/// least. A group of one node: what it holds is nowhere else.
Holders state_holders(const Scenario& scenario);
/// Who keeps whose copies in memory: nodes of a group keep each other's. Groups are of peers + 1
/// nodes; those left over join the last ones.
Holders memory_holders(const MemoryCopies& memory, int nodes);

}  // namespace qianka
