// SPDX-License-Identifier: Apache-2.0
// Colour refinement of the bipartite graph of flows and links: one flow and one link of each class
// are kept (partition.hpp). Max-min rates are unique, so a partition that looks alike from every
// member of a class gives every member the same rate at all times.
#include "sim/engine/equitable.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/engine/incidence.hpp"
#include "sim/engine/partition.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <utility>

namespace qianka {
namespace {

constexpr std::uint32_t none = ~0U;

/// One link of each class stands for it; how often the members of a flow class cross that one link
/// is the multiplicity.
struct Crossing {
  std::uint32_t flow_class, link_class, times;
  friend auto operator<=>(const Crossing&, const Crossing&) = default;
};

std::vector<Crossing> count_multiplicities(const Incidence& incidence, const Partition& part,
                                           const std::vector<std::uint32_t>& example) {
  std::vector<Crossing> crossings;
  for (std::size_t i = 0; i < incidence.flows(); ++i) {
    for (const auto& hop : incidence.of(i)) {
      const std::uint32_t link_class = part.link_class[hop.link];
      if (example[link_class] == hop.link)
        crossings.push_back({part.flow_class[i], link_class, hop.times});
    }
  }
  std::ranges::sort(crossings);
  std::vector<Crossing> merged;
  for (const Crossing& next : crossings) {
    if (!merged.empty() && merged.back().flow_class == next.flow_class &&
        merged.back().link_class == next.link_class) {
      merged.back().times += next.times;
    } else {
      merged.push_back(next);
    }
  }
  return merged;
}

/// The first member of each class.
std::vector<std::uint32_t> first_members(const std::vector<std::uint32_t>& class_of,
                                         std::uint32_t classes) {
  std::vector<std::uint32_t> first(classes, none);
  for (std::size_t i = class_of.size(); i-- > 0;)
    first[class_of[i]] = static_cast<std::uint32_t>(i);
  return first;
}

Quotient build(const FlowSet& flows, const Incidence& incidence, Partition part) {
  Quotient result;
  const auto example = first_members(part.link_class, part.link_classes);
  result.link_class.assign(flows.capacity.size(), none);
  for (std::size_t l = 0; l < part.link_class.size(); ++l)
    result.link_class[incidence.original[l]] = part.link_class[l];
  for (const std::uint32_t link : example) {
    result.example.push_back(incidence.original[link]);
    result.classes.capacity.push_back(flows.capacity[incidence.original[link]]);
  }
  const auto crossings = count_multiplicities(incidence, part, example);
  const auto member = first_members(part.flow_class, part.flow_classes);
  std::vector<std::uint32_t> route;
  auto crossing = crossings.begin();
  for (std::uint32_t c = 0; c < part.flow_classes; ++c) {
    route.clear();
    if (const Bandwidth limit = incidence.own_limit[member[c]]; limit.value > 0) {
      route.push_back(static_cast<std::uint32_t>(result.classes.capacity.size()));
      result.classes.capacity.push_back(limit);
      result.example.push_back(none);
    }
    for (; crossing != crossings.end() && crossing->flow_class == c; ++crossing) {
      route.insert(route.end(), crossing->times, crossing->link_class);
    }
    const std::uint32_t i = member[c];
    result.classes.add(route, flows.bytes[i], flows.latency[i], flows.start[i], flows.colour[i]);
  }
  result.members.assign(part.flow_classes, 0);
  for (const std::uint32_t c : part.flow_class) ++result.members[c];
  result.class_of = std::move(part.flow_class);
#ifndef NDEBUG
  require(is_equitable(flows, result), "two colours of the quotient collided");
#endif
  return result;
}

}  // namespace

Quotient quotient(const FlowSet& flows, bool prune) {
  const Incidence incidence = incidence_of(flows, prune);
  return build(flows, incidence, *coarsest_partition(flows, incidence));
}

std::optional<Quotient> quotient_within(const FlowSet& flows, std::size_t most_classes) {
  const Incidence incidence = incidence_of(flows, false);
  auto part = coarsest_partition(flows, incidence, most_classes);
  if (!part) return {};
  return build(flows, incidence, *std::move(part));
}

}  // namespace qianka
