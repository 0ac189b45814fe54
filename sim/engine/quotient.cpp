// SPDX-License-Identifier: Apache-2.0
// Colour refinement of the bipartite graph of flows and links (Hopcroft's partition refinement, done in rounds with
// hashes, as in Weisfeiler and Leman 1968). Max-min rates are unique, so a partition that looks alike from every member
// of a class gives every member the same rate at all times.
#include <algorithm>
#include <bit>
#include <functional>
#include <ranges>
#include <utility>

#include "sim/engine/equitable.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/engine/hash_index.hpp"
#include "sim/units/require.hpp"

namespace qianka {
namespace {

constexpr std::uint32_t none = ~0U;

/// Which flow crosses which link how often; links are numbered anew, without those that were dropped.
struct Incidence {
  struct Hop {
    std::uint32_t link;
    std::uint32_t times;
  };
  std::vector<std::uint32_t> offset{0};  // by flow
  std::vector<Hop> hops;
  std::vector<Bandwidth> own_limit;      // by flow: of its private link; 0 = has none
  std::vector<std::uint32_t> original;   // by link

  std::size_t flows() const { return offset.size() - 1; }
  std::span<const Hop> of(std::size_t flow) const {
    return std::span(hops).subspan(offset[flow], offset[flow + 1] - offset[flow]);
  }
};

/// All links, still under their old numbers; repeats of a link in a route become its `times`.
Incidence count_crossings(const FlowSet& flows) {
  Incidence all;
  all.offset.reserve(flows.size() + 1);
  all.hops.reserve(flows.links.size());
  all.own_limit.resize(flows.size());
  std::vector<std::uint32_t> route;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const auto links = flows.route(i);
    route.assign(links.begin(), links.end());
    std::ranges::sort(route);
    for (std::size_t k = 0; k < route.size(); ++k) {
      if (k > 0 && route[k] == route[k - 1]) {
        ++all.hops.back().times;
      } else {
        all.hops.push_back({route[k], 1});
      }
    }
    all.offset.push_back(static_cast<std::uint32_t>(all.hops.size()));
  }
  return all;
}

/// A flow's narrowest link, seen from its start or from its end: what it shares with the other flows of that port.
struct Guards {
  std::vector<double> limit;                // by flow: its share of the narrowest link
  std::vector<std::uint32_t> first, last;   // by flow; none = has no links, or crosses one more than once
};

Guards find_guards(const FlowSet& flows, const Incidence& all) {
  Guards guards{std::vector<double>(all.flows()), std::vector<std::uint32_t>(all.flows(), none), std::vector<std::uint32_t>(all.flows(), none)};
  for (std::size_t i = 0; i < all.flows(); ++i) {
    if (all.of(i).empty()) continue;
    guards.limit[i] = std::ranges::min(all.of(i) | std::views::transform([&](const Incidence::Hop& hop) {
                                         return flows.capacity[hop.link].value / hop.times;
                                       }));
    if (std::ranges::any_of(all.of(i), [](const Incidence::Hop& hop) { return hop.times > 1; })) continue;
    for (const std::uint32_t link : flows.route(i)) {
      if (flows.capacity[link].value > guards.limit[i]) continue;
      if (guards.first[i] == none) guards.first[i] = link;
      guards.last[i] = link;
    }
  }
  return guards;
}

/// The most that can ever reach each link, when flows behind one guard cannot bring more than the guard lets through.
/// A guard counts only for links above it in the order of (capacity, number): so no two links excuse each other.
std::vector<double> most_demand(const FlowSet& flows, const Incidence& all, const Guards& guards,
                                const std::vector<std::uint32_t>& guard_of) {
  const std::size_t links = flows.capacity.size();
  std::vector<std::uint32_t> begin(links + 2, 0), order(all.flows());
  const auto key = [&](std::size_t i) { return guard_of[i] == none ? links : guard_of[i]; };
  for (std::size_t i = 0; i < all.flows(); ++i) ++begin[key(i) + 1];
  for (std::size_t g = 0; g <= links; ++g) begin[g + 1] += begin[g];
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  for (std::uint32_t i = 0; i < all.flows(); ++i) order[next[key(i)]++] = i;
  std::vector<double> demand(links, 0), behind(links, 0);
  std::vector<std::uint32_t> touched;
  for (std::size_t g = 0; g <= links; ++g) {
    touched.clear();
    for (std::uint32_t k = begin[g]; k < begin[g + 1]; ++k) {
      for (const auto& hop : all.of(order[k])) {
        if (behind[hop.link] == 0) touched.push_back(hop.link);
        behind[hop.link] += guards.limit[order[k]] * hop.times;
      }
    }
    for (const std::uint32_t link : touched) {
      const bool guarded = g < links && std::pair(flows.capacity[g], g) < std::pair(flows.capacity[link], std::size_t{link});
      demand[link] += guarded ? std::min(behind[link], flows.capacity[g].value) : behind[link];
      behind[link] = 0;
    }
  }
  return demand;
}

/// A link is redundant if all that can ever reach it cannot fill it. Dropping it leaves the feasible rates, hence
/// max-min, as they are, provided that a flow which loses its narrowest link keeps its limit as a private link. That
/// holds for any part of the flows, too, as long as no flow is under way twice at once.
Incidence without_redundant_links(const FlowSet& flows, const Incidence& all) {
  const Guards guards = find_guards(flows, all);
  const std::vector<double> from_start = most_demand(flows, all, guards, guards.first);
  const std::vector<double> from_end = most_demand(flows, all, guards, guards.last);
  const auto redundant = [&](std::uint32_t link) {  // within what adding up so many terms may round
    return std::min(from_start[link], from_end[link]) <= flows.capacity[link].value * (1 + 1e-12);
  };
  Incidence kept;
  kept.offset.reserve(all.flows() + 1);
  kept.own_limit.resize(all.flows());
  for (std::size_t i = 0; i < all.flows(); ++i) {
    bool limited = all.of(i).empty();
    for (const auto& hop : all.of(i)) {
      if (redundant(hop.link)) continue;
      kept.hops.push_back(hop);
      limited = limited || flows.capacity[hop.link].value / hop.times <= guards.limit[i];
    }
    if (!limited) kept.own_limit[i] = {guards.limit[i]};
    kept.offset.push_back(static_cast<std::uint32_t>(kept.hops.size()));
  }
  return kept;
}

void number_links(Incidence& incidence, std::size_t links) {
  std::vector<std::uint32_t> number(links, none);
  for (const auto& hop : incidence.hops) number[hop.link] = 0;
  for (std::uint32_t link = 0; link < links; ++link) {
    if (number[link] == none) continue;
    number[link] = static_cast<std::uint32_t>(incidence.original.size());
    incidence.original.push_back(link);
  }
  for (auto& hop : incidence.hops) hop.link = number[hop.link];
}

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
    std::uint64_t key = mix(bits(flows.bytes[i].value));
    for (const double value : {flows.latency[i].value, flows.start[i].value, incidence.own_limit[i].value}) {
      key = mix(key + bits(value));
    }
    part.flow_class.push_back(index.number(mix(key + flows.colour[i])));
  }
  part.flow_classes = index.count();
  index.clear();
  for (const std::uint32_t link : incidence.original) {
    part.link_class.push_back(index.number(mix(bits(flows.capacity[link].value))));
  }
  part.link_classes = index.count();
  return part;
}

/// What one member adds to the colour of its neighbour.
std::uint64_t contribution(std::uint64_t mixed_class, std::uint32_t times) {
  return times == 1 ? mixed_class : mix(mixed_class + times);
}

/// Not symmetric: classes of flows and of links have the same small numbers.
std::uint64_t finer_colour(std::uint32_t old_class, std::uint64_t neighbours) { return mix(mix(neighbours) + old_class); }

Partition refine(const FlowSet& flows, const Incidence& incidence) {
  Partition part = first_colours(flows, incidence);
  HashIndex index(std::max(incidence.flows(), incidence.original.size()));
  std::vector<std::uint64_t> of_link(incidence.original.size());
  for (bool finer = true; finer; ++part.rounds) {
    std::ranges::fill(of_link, 0);
    for (std::size_t i = 0; i < incidence.flows(); ++i) {
      const std::uint64_t mixed = mix(part.flow_class[i]);
      for (const auto& hop : incidence.of(i)) of_link[hop.link] += contribution(mixed, hop.times);
    }
    index.clear();
    for (std::size_t l = 0; l < of_link.size(); ++l) {
      part.link_class[l] = index.number(finer_colour(part.link_class[l], of_link[l]));
      of_link[l] = mix(part.link_class[l]);
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

/// One link of each class stands for it; how often the members of a flow class cross that one link is the multiplicity.
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
      if (example[link_class] == hop.link) crossings.push_back({part.flow_class[i], link_class, hop.times});
    }
  }
  std::ranges::sort(crossings);
  std::vector<Crossing> merged;
  for (const Crossing& next : crossings) {
    if (!merged.empty() && merged.back().flow_class == next.flow_class && merged.back().link_class == next.link_class) {
      merged.back().times += next.times;
    } else {
      merged.push_back(next);
    }
  }
  return merged;
}

/// The first member of each class.
std::vector<std::uint32_t> first_members(const std::vector<std::uint32_t>& class_of, std::uint32_t classes) {
  std::vector<std::uint32_t> first(classes, none);
  for (std::size_t i = class_of.size(); i-- > 0;) first[class_of[i]] = static_cast<std::uint32_t>(i);
  return first;
}

Quotient build(const FlowSet& flows, const Incidence& incidence, Partition part) {
  Quotient result;
  result.rounds = part.rounds;
  const auto example = first_members(part.link_class, part.link_classes);
  result.link_class.assign(flows.capacity.size(), none);
  for (std::size_t l = 0; l < part.link_class.size(); ++l) result.link_class[incidence.original[l]] = part.link_class[l];
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
  Incidence incidence = count_crossings(flows);
  if (prune) incidence = without_redundant_links(flows, incidence);
  number_links(incidence, flows.capacity.size());
  Quotient result = build(flows, incidence, refine(flows, incidence));
#ifndef NDEBUG
  require(is_equitable(flows, result), "two colours of the quotient collided");
#endif
  return result;
}

}  // namespace qianka
