// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/incidence.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace qianka {
namespace {

constexpr std::uint32_t none = ~0U;

/// All links, under their old numbers; repeats of a link in a route become its `times`.
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

/// Leaves the links that flows cross, in the same order. By old number the new one; most of a
/// fabric's links have none when a few flows are looked at, and are not looked at either.
std::unique_ptr<std::uint32_t[]> number_links(Incidence& incidence, std::size_t links) {
  std::vector<bool> crossed(links, false);
  for (const auto& hop : incidence.hops) crossed[hop.link] = true;
  auto number = std::make_unique_for_overwrite<std::uint32_t[]>(links);
  std::vector<std::uint32_t> original;
  for (std::uint32_t link = 0; link < links; ++link) {
    if (!crossed[link]) continue;
    number[link] = static_cast<std::uint32_t>(original.size());
    original.push_back(incidence.original.empty() ? link : incidence.original[link]);
  }
  for (auto& hop : incidence.hops) hop.link = number[hop.link];
  incidence.original = std::move(original);
  return number;
}

/// The flows over the links they cross.
struct Crossings {
  Incidence all;
  std::vector<Bandwidth> capacity;          // by link
  std::unique_ptr<std::uint32_t[]> number;  // by link of the flow set; until guards are found
};

double share(const Crossings& crossings, const Incidence::Hop& hop) {
  return crossings.capacity[hop.link].value / hop.times;
}

/// By flow: its share of its narrowest link, infinite without links.
std::vector<double> find_limits(const Crossings& crossings) {
  const Incidence& all = crossings.all;
  std::vector<double> limit(all.flows(), std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < all.flows(); ++i) {
    for (const auto& hop : all.of(i)) limit[i] = std::min(limit[i], share(crossings, hop));
  }
  return limit;
}

/// A narrowest link of a flow, as it stands for what the flow shares with the others of that port.
struct Guards {
  std::vector<std::uint32_t> first,
      last;  // by flow, along its route; none if it crosses a link twice
};

Guards find_guards(const FlowSet& flows, const Crossings& crossings,
                   const std::vector<double>& limit) {
  const Incidence& all = crossings.all;
  Guards guards{std::vector<std::uint32_t>(all.flows(), none),
                std::vector<std::uint32_t>(all.flows(), none)};
  for (std::size_t i = 0; i < all.flows(); ++i) {
    if (all.of(i).size() < flows.route(i).size()) continue;
    for (const std::uint32_t crossed : flows.route(i)) {
      const std::uint32_t link = crossings.number[crossed];
      if (crossings.capacity[link].value > limit[i]) continue;
      if (guards.first[i] == none) guards.first[i] = link;
      guards.last[i] = link;
    }
  }
  return guards;
}

/// The flows of each guard, and last those without one.
struct Groups {
  std::vector<std::uint32_t> begin, flows;
  [[nodiscard]] std::span<const std::uint32_t> of(std::size_t guard) const {
    return std::span(flows).subspan(begin[guard], begin[guard + 1] - begin[guard]);
  }
};

Groups group(const std::vector<std::uint32_t>& guard_of, std::size_t links) {
  Groups groups{std::vector<std::uint32_t>(links + 2, 0),
                std::vector<std::uint32_t>(guard_of.size())};
  const auto key = [links](std::uint32_t guard) { return std::min<std::size_t>(guard, links); };
  for (const std::uint32_t guard : guard_of) ++groups.begin[key(guard)];
  for (std::size_t g = 0; g <= links; ++g) groups.begin[g + 1] += groups.begin[g];
  // Each entry is the end of its group, and after filling it from behind its begin.
  for (auto i = static_cast<std::uint32_t>(guard_of.size()); i-- > 0;)
    groups.flows[--groups.begin[key(guard_of[i])]] = i;
  return groups;
}

/// The most that can ever reach each link, when flows behind one guard cannot bring more than the
/// guard lets through. A guard counts only for links above it in the order of (capacity, number),
/// so no two links excuse each other.
std::vector<double> most_demand(const Crossings& crossings, const std::vector<double>& limit,
                                const std::vector<std::uint32_t>& guard_of) {
  const Incidence& all = crossings.all;
  const std::size_t links = crossings.capacity.size();
  const Groups groups = group(guard_of, links);
  std::vector<double> demand(links, 0.0);
  std::vector<double> brought(links, 0.0);  // by the flows of one guard
  std::vector<std::uint32_t> touched;
  const auto bring = [&](std::uint32_t i) {
    for (const auto& hop : all.of(i)) {
      if (brought[hop.link] == 0) touched.push_back(hop.link);
      brought[hop.link] += limit[i] * hop.times;
    }
  };
  const auto rank = [&](std::size_t link) { return std::pair(crossings.capacity[link], link); };
  for (std::size_t guard = 0; guard <= links; ++guard) {
    touched.clear();
    std::ranges::for_each(groups.of(guard), bring);
    for (const std::uint32_t link : touched) {
      const double whole = std::exchange(brought[link], 0.0);
      const bool bounded = guard < links && rank(guard) < rank(link);
      demand[link] += bounded ? std::min(whole, crossings.capacity[guard].value) : whole;
    }
  }
  return demand;
}

/// By link: no demand can fill it, by either guard. One side at a time, since at 100,000 cards this
/// is where a run needs most memory.
std::vector<bool> find_redundant(const Crossings& crossings, const std::vector<double>& limit,
                                 const Guards& guards) {
  std::vector<bool> redundant(crossings.capacity.size(), false);
  for (const auto* const guard_of : {&guards.first, &guards.last}) {
    const std::vector<double> demand = most_demand(crossings, limit, *guard_of);
    for (std::size_t link = 0; link < demand.size(); ++link)  // within what so many terms may round
      if (demand[link] <= crossings.capacity[link].value * (1 + 1e-12)) redundant[link] = true;
  }
  return redundant;
}

Incidence without_redundant_links(const FlowSet& flows, Crossings& crossings) {
  const Incidence& all = crossings.all;
  const std::vector<double> limit = find_limits(crossings);
  const Guards guards = find_guards(flows, crossings, limit);
  crossings.number.reset();
  const std::vector<bool> redundant = find_redundant(crossings, limit, guards);
  Incidence kept;
  kept.original = all.original;
  kept.offset.reserve(all.flows() + 1);
  kept.own_limit.resize(all.flows());
  for (std::size_t i = 0; i < all.flows(); ++i) {
    bool limited = all.of(i).empty();
    for (const auto& hop : all.of(i)) {
      if (redundant[hop.link]) continue;
      kept.hops.push_back(hop);
      limited = limited || share(crossings, hop) <= limit[i];
    }
    if (!limited) kept.own_limit[i] = {limit[i]};
    kept.offset.push_back(static_cast<std::uint32_t>(kept.hops.size()));
  }
  return kept;
}

}  // namespace

Incidence incidence_of(const FlowSet& flows, bool prune) {
  Crossings crossings{count_crossings(flows), {}, {}};
  crossings.number = number_links(crossings.all, flows.capacity.size());
  if (!prune) return std::move(crossings.all);
  for (const std::uint32_t link : crossings.all.original)
    crossings.capacity.push_back(flows.capacity[link]);
  Incidence kept = without_redundant_links(flows, crossings);
  number_links(kept, crossings.capacity.size());
  return kept;
}

FlowSet pruned(const FlowSet& flows) {
  const Incidence kept = incidence_of(flows, true);
  FlowSet result;
  for (const std::uint32_t link : kept.original) result.capacity.push_back(flows.capacity[link]);
  std::vector<std::uint32_t> route;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    route.clear();
    for (const Incidence::Hop& hop : kept.of(i)) route.insert(route.end(), hop.times, hop.link);
    if (kept.own_limit[i].value > 0) {
      route.push_back(static_cast<std::uint32_t>(result.capacity.size()));
      result.capacity.push_back(kept.own_limit[i]);
    }
    result.add(route, flows.bytes[i], flows.latency[i], flows.start[i], flows.colour[i]);
  }
  return result;
}

}  // namespace qianka
