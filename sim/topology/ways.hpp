// SPDX-License-Identifier: Apache-2.0
// Shortest ways over what is alive to one device. A way climbs the tiers of switches and descends;
// it never climbs again (up*/down* routing, Schroeder et al. 1991), as switches are set up to avoid
// loops.
#pragma once
#include "sim/topology/wiring.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace qianka {

class Ways {
 public:
  enum class Inside { not_at_all, two_nodes, all_nodes };

  /// All ways from anywhere to `goal`. With `two_nodes` also inside the nodes of `start` and
  /// `goal`; with `not_at_all` these two devices are all that is entered of nodes.
  Ways(const Wiring& wiring, VertexId start, VertexId goal, Inside inside);

  bool reaches(VertexId from) const { return cost(from) < unreachable; }
  /// Appends the links of the way from `start` that the flow chooses: inside a node the nearest
  /// neighbour (by the difference of their bits, so that pairs and halves come first), in the
  /// fabric by hash. Requires reaches(start).
  void walk(CardId from, CardId to, std::uint64_t entropy, std::vector<LinkId>& into) const;
  /// Number of ways from `start`; parallel cables count each.
  std::uint64_t count() const;

 private:
  static constexpr std::uint32_t unreachable = std::numeric_limits<std::uint32_t>::max();
  /// A device, and whether the rest of the way still climbs.
  struct State {
    VertexId at;
    bool climbs;
  };
  struct Onward {
    LinkId link;
    State next;
  };

  std::uint32_t cost(VertexId from) const { return std::min(cost_[2 * from], cost_[2 * from + 1]); }
  std::uint32_t& cost_of(State state) { return cost_[2 * state.at + (state.climbs ? 1 : 0)]; }
  std::uint32_t cost_of(State state) const { return cost_[2 * state.at + (state.climbs ? 1 : 0)]; }
  bool entered(VertexId v) const;
  std::uint32_t price(VertexId entering) const;
  State begin() const;
  void search();
  std::vector<Onward> onward(State state) const;

  const Wiring& wiring_;
  VertexId start_, goal_;
  Inside inside_;
  std::vector<std::uint32_t> cost_;  // by 2 x device + climbs
};

}  // namespace qianka
