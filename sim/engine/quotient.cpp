// SPDX-License-Identifier: Apache-2.0
// Colour refinement of the bipartite graph of flows and links (Hopcroft's partition refinement,
// done in rounds with hashes, as in Weisfeiler and Leman 1968). Max-min rates are unique, so a
// partition that looks alike from every member of a class gives every member the same rate at all
// times.
#include "sim/engine/equitable.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/engine/hash_index.hpp"
#include "sim/engine/incidence.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

namespace qianka {
namespace {

constexpr std::uint32_t none = ~0U;

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value + 0.0); }  // -0 is 0

/// Classes of flows and of links, each numbered in the order of their first member.
struct Partition {
  std::vector<std::uint32_t> flow_class, link_class;
  std::uint32_t flow_classes = 0, link_classes = 0;
  int rounds = 0;
};

Partition first_colours(const FlowSet& flows, const Incidence& incidence) {
  Partition part;
  HashIndex index(std::max(incidence.flows(), incidence.original.size()));
  for (std::size_t i = 0; i < incidence.flows(); ++i) {
    std::uint64_t key = splitmix(bits(flows.bytes[i].value));
    for (const double value :
         {flows.latency[i].value, flows.start[i].value, incidence.own_limit[i].value}) {
      key = splitmix(key + bits(value));
    }
    part.flow_class.push_back(index.number(splitmix(key + flows.colour[i])));
  }
  part.flow_classes = index.count();
  index.clear();
  for (const std::uint32_t link : incidence.original) {
    part.link_class.push_back(index.number(splitmix(bits(flows.capacity[link].value))));
  }
  part.link_classes = index.count();
  return part;
}

/// What one member adds to the colour of its neighbour.
std::uint64_t contribution(std::uint64_t mixed_class, std::uint32_t times) {
  return times == 1 ? mixed_class : splitmix(mixed_class + times);
}

/// Not symmetric: classes of flows and of links have the same small numbers.
std::uint64_t finer_colour(std::uint32_t old_class, std::uint64_t neighbours) {
  return splitmix(splitmix(neighbours) + old_class);
}

Partition refine(const FlowSet& flows, const Incidence& incidence) {
  Partition part = first_colours(flows, incidence);
  HashIndex index(std::max(incidence.flows(), incidence.original.size()));
  std::vector<std::uint64_t> of_link(incidence.original.size());
  for (bool finer = true; finer; ++part.rounds) {
    std::ranges::fill(of_link, 0);
    for (std::size_t i = 0; i < incidence.flows(); ++i) {
      const std::uint64_t mixed = splitmix(part.flow_class[i]);
      for (const auto& hop : incidence.of(i)) of_link[hop.link] += contribution(mixed, hop.times);
    }
    index.clear();
    for (std::size_t l = 0; l < of_link.size(); ++l) {
      part.link_class[l] = index.number(finer_colour(part.link_class[l], of_link[l]));
      of_link[l] = splitmix(part.link_class[l]);
    }
    part.link_classes = index.count();
    index.clear();
    for (std::size_t i = 0; i < incidence.flows(); ++i) {
      std::uint64_t sum = 0;
      for (const auto& hop : incidence.of(i)) sum += contribution(of_link[hop.link], hop.times);
      part.flow_class[i] = index.number(finer_colour(part.flow_class[i], sum));
    }
    finer = index.count() > part.flow_classes;
    part.flow_classes = index.count();
  }
  return part;
}

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
  result.rounds = part.rounds;
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
  return result;
}

}  // namespace

Quotient quotient(const FlowSet& flows, bool prune) {
  const Incidence incidence = incidence_of(flows, prune);
  Quotient result = build(flows, incidence, refine(flows, incidence));
#ifndef NDEBUG
  require(is_equitable(flows, result), "two colours of the quotient collided");
#endif
  return result;
}

}  // namespace qianka
