// SPDX-License-Identifier: Apache-2.0
// Private to the engine: flows and links as the bipartite graph that quotient() colours.
#pragma once
#include "sim/engine/flow_set.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace qianka {

/// Which flow crosses which link how often.
struct Incidence {
  struct Hop {
    std::uint32_t link;
    std::uint32_t times;
  };
  std::vector<std::uint32_t> offset{0};  // by flow
  std::vector<Hop> hops;
  std::vector<Bandwidth> own_limit;     // by flow: of its private link; 0 = has none
  std::vector<std::uint32_t> original;  // by link: its number in the flow set

  [[nodiscard]] std::size_t flows() const { return offset.size() - 1; }
  [[nodiscard]] std::span<const Hop> of(std::size_t flow) const {
    return std::span(hops).subspan(offset[flow], offset[flow + 1] - offset[flow]);
  }
};

/// The links that flows cross, numbered anew; with `prune` only those that can bind. A link cannot
/// if all that can ever reach it does not fill it; dropping it leaves the feasible rates, hence
/// max-min, as they are. A flow that thereby loses its narrowest link keeps its limit as a private
/// link. This holds for any part of the flows, too, as long as no flow is under way twice at once.
Incidence incidence_of(const FlowSet& flows, bool prune);

}  // namespace qianka
