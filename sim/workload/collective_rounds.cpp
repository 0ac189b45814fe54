// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/collective_rounds.hpp"

#include <algorithm>
#include <bit>

namespace qianka {
namespace {

/// Every card sends `share` to the one `distance` further on.
Leg shift(std::span<const CardId> group, std::size_t distance, double share,
          const Machine& machine) {
  Leg leg;
  for (std::size_t i = 0; i < group.size(); ++i)
    leg.transfers.push_back({group[i], group[(i + distance) % group.size()], share});
  count_hops(leg, machine);
  return leg;
}

/// Cards whose ranks differ in the bit `distance` send each other `share`.
Leg exchange(std::span<const CardId> group, std::size_t distance, double share,
             const Machine& machine) {
  Leg leg;
  for (std::size_t i = 0; i < group.size(); ++i)
    leg.transfers.push_back({group[i], group[i ^ distance], share});
  count_hops(leg, machine);
  return leg;
}

/// The rounds of a reduce-scatter, those of an all-gather (the same backwards), or both.
std::vector<Leg> there_and_back(CollectiveKind kind, const std::vector<Leg>& scatter) {
  std::vector<Leg> legs;
  if (kind != CollectiveKind::all_gather) legs = scatter;
  if (kind != CollectiveKind::reduce_scatter)
    legs.insert(legs.end(), scatter.rbegin(), scatter.rend());
  return legs;
}

/// Between each card beyond the power of two and its partner; `in`: towards the partner.
Leg fold(std::span<const CardId> group, std::size_t power, bool in, double share,
         const Machine& machine) {
  Leg leg;
  for (std::size_t i = power; i < group.size(); ++i)
    leg.transfers.push_back({group[in ? i : i - power], group[in ? i - power : i], share});
  count_hops(leg, machine);
  return leg;
}

}  // namespace

void count_hops(Leg& leg, const Machine& machine, double rounds) {
  const auto node = [&](CardId card) {
    return index_of(card) / static_cast<std::size_t>(machine.cards_per_node);
  };
  const bool crosses = std::ranges::any_of(
      leg.transfers, [&](const Transfer& t) { return node(t.from) != node(t.to); });
  (crosses ? leg.across : leg.inside) = rounds;
}

std::vector<Leg> halving_doubling_legs(CollectiveKind kind, std::span<const CardId> group,
                                       const Machine& machine) {
  const std::size_t power = std::bit_floor(group.size());
  std::vector<Leg> scatter;
  double share = 0.5;  // neighbours exchange most
  for (std::size_t distance = 1; distance < power; distance *= 2, share /= 2)
    scatter.push_back(exchange(group.first(power), distance, share, machine));
  std::vector<Leg> legs = there_and_back(kind, scatter);
  if (power == group.size()) return legs;
  // What a card beyond the power of two gives and gets: all, or one piece.
  const double piece = 1 / static_cast<double>(group.size());
  const double in = kind == CollectiveKind::all_gather ? piece : 1;
  const double out = kind == CollectiveKind::reduce_scatter ? piece : 1;
  legs.insert(legs.begin(), fold(group, power, true, in, machine));
  legs.push_back(fold(group, power, false, out, machine));
  return legs;
}

std::vector<Leg> nhr_legs(CollectiveKind kind, std::span<const CardId> group,
                          const Machine& machine) {
  const std::size_t n = group.size();
  std::vector<Leg> gather;
  for (std::size_t distance = 1; distance < n; distance *= 2) {
    const auto pieces = static_cast<double>(std::min(distance, n - distance));
    gather.push_back(shift(group, distance, pieces / static_cast<double>(n), machine));
  }
  std::ranges::reverse(gather);
  return there_and_back(kind, gather);
}

std::vector<Leg> pairwise_legs(std::span<const CardId> group, const Machine& machine) {
  std::vector<Leg> legs;
  for (std::size_t round = 1; round < group.size(); ++round)
    legs.push_back(shift(group, round, 1 / static_cast<double>(group.size()), machine));
  return legs;
}

std::vector<Leg> bruck_legs(std::span<const CardId> group, const Machine& machine) {
  const std::size_t n = group.size();
  std::vector<Leg> legs;
  for (std::size_t distance = 1; distance < n; distance *= 2) {
    std::size_t blocks = 0;  // that travel this way: those with this bit in how far they go
    for (std::size_t way = 1; way < n; ++way) blocks += (way & distance) != 0 ? 1 : 0;
    legs.push_back(
        shift(group, distance, static_cast<double>(blocks) / static_cast<double>(n), machine));
  }
  return legs;
}

}  // namespace qianka
