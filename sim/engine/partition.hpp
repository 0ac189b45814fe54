// SPDX-License-Identifier: Apache-2.0
// Private to the engine: flows and links in classes that look alike from each other.
#pragma once
#include "sim/engine/flow_set.hpp"
#include "sim/engine/incidence.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace qianka {

/// Classes of flows and of links, each numbered in the order of their first member.
struct Partition {
  std::vector<std::uint32_t> flow_class, link_class;
  std::uint32_t flow_classes = 0, link_classes = 0;
};

/// The coarsest partition in which all flows of a class are alike (bytes, latency, start, colour,
/// private link) and cross as many links of each class as often, and all links of a class have the
/// same capacity and are crossed by as many flows of each class as often.
/// Nothing as soon as there are more classes of flows than that.
std::optional<Partition> coarsest_partition(const FlowSet& flows, const Incidence& incidence,
                                            std::size_t most_flow_classes = ~std::size_t{0});

}  // namespace qianka
