// SPDX-License-Identifier: Apache-2.0
// Algorithms in rounds, private to the collectives: in each round every card sends to one other.
#pragma once
#include "sim/workload/collective_legs.hpp"

namespace qianka {

/// Reduce-scatter, all-gather, or one after the other. Of a number of cards that is no power of two
/// the last ones hand their data to others first, and get the result at the end.
std::vector<Leg> halving_doubling_legs(CollectiveKind kind, std::span<const CardId> group,
                                       const Machine& machine);
/// Nonuniform hierarchical ring: log2 rounds for any number of cards, to ranks 1, 2, 4, … away.
std::vector<Leg> nhr_legs(CollectiveKind kind, std::span<const CardId> group,
                          const Machine& machine);
/// All-to-all, n - 1 rounds.
std::vector<Leg> pairwise_legs(std::span<const CardId> group, const Machine& machine);
/// All-to-all, log2 rounds that each carry about half of the data (Bruck et al. 1997).
std::vector<Leg> bruck_legs(std::span<const CardId> group, const Machine& machine);

/// One message each, inside a node or between nodes: what its transfers say.
void count_hops(Leg& leg, const Machine& machine, double rounds = 1);

}  // namespace qianka
