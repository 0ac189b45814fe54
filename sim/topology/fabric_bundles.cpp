// SPDX-License-Identifier: Apache-2.0
// Which switches sprayed traffic cannot tell apart, by colour refinement: NICs are all different,
// switches begin alike; two switches stay alike while they have the same cables to ends of the same
// colours. A flow that is split evenly arrives evenly at all switches of a colour.
#include "sim/topology/fabric_graph.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <tuple>

namespace qianka {
namespace {

/// What a switch sees through a cable: NICs are negative, switches the number of their colour.
using Seen = std::tuple<std::int64_t, std::uint64_t, std::uint64_t, std::uint32_t>;

Seen seen(std::int64_t end, const FabricCable& cable) {
  return {end, std::bit_cast<std::uint64_t>(cable.rate.value),
          std::bit_cast<std::uint64_t>(cable.latency.value), cable.cost};
}

std::int64_t nic_colour(const FabricCable& cable) {
  return -1 - static_cast<std::int64_t>(std::uint64_t{cable.node} << 16 | cable.lower);
}

using Colours = std::vector<std::uint32_t>;

/// One round; colours are numbered in the order in which switches show them first.
Colours refine(const FabricGraph& fabric, const Colours& before) {
  std::vector<std::map<Seen, std::uint32_t>> view(fabric.switches.size());
  for (const FabricCable& cable : fabric.cables) {
    const std::int64_t below = cable.from_nic() ? nic_colour(cable) : before[cable.lower];
    view[cable.upper][seen(below, cable)] += cable.count;
    if (cable.from_nic()) continue;
    view[cable.lower][seen(before[cable.upper], cable)] += cable.count;
  }
  std::map<std::pair<std::uint32_t, std::map<Seen, std::uint32_t>>, std::uint32_t> numbers;
  Colours after;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const auto number = static_cast<std::uint32_t>(numbers.size());
    after.push_back(numbers.try_emplace({before[i], std::move(view[i])}, number).first->second);
  }
  return after;
}

/// Switches of unlike latency are not alike to begin with.
Colours first_colours(const FabricGraph& fabric) {
  std::map<double, std::uint32_t> numbers;
  Colours colours;
  for (const FabricSwitch& device : fabric.switches) {
    const double latency = device.part->latency.value_or(Seconds{0}).value;
    const auto number = static_cast<std::uint32_t>(numbers.size());
    colours.push_back(numbers.try_emplace(latency, number).first->second);
  }
  return colours;
}

std::size_t distinct(const Colours& colours) {
  return std::set<std::uint32_t>(colours.begin(), colours.end()).size();
}

Colours stable_colours(const FabricGraph& fabric) {
  Colours colours = first_colours(fabric);
  while (true) {
    Colours next = refine(fabric, colours);
    const bool stable = distinct(next) == distinct(colours);
    colours = std::move(next);
    if (stable) return colours;
  }
}

}  // namespace

FabricGraph bundled(const FabricGraph& fabric) {
  const Colours colour = stable_colours(fabric);
  FabricGraph merged;
  if (distinct(colour) == fabric.switches.size()) merged.distance = fabric.distance;
  merged.alike = fabric.alike;
  merged.switches.resize(distinct(colour), {"", nullptr, 0});
  for (std::size_t i = 0; i < colour.size(); ++i) {
    FabricSwitch& device = merged.switches[colour[i]];
    if (device.count == 0) {
      device = fabric.switches[i];
    } else {
      if (device.count == 1) device.members.push_back(device.name);
      ++device.count, device.members.push_back(fabric.switches[i].name);
    }
  }
  // Bundles in the order of their first cables. A cable between two switches that are alike leads
  // nowhere that the other one does not.
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, Seen>, std::size_t> bundle;
  for (FabricCable cable : fabric.cables) {
    cable.upper = colour[cable.upper];
    if (!cable.from_nic()) {
      cable.lower = colour[cable.lower];
      if (cable.lower == cable.upper) continue;
      if (cable.lower > cable.upper) std::swap(cable.lower, cable.upper);
    }
    const auto key = std::tuple(cable.node, cable.lower, cable.upper, seen(0, cable));
    const auto [at, fresh] = bundle.try_emplace(key, merged.cables.size());
    if (fresh) {
      merged.cables.push_back(cable);
    } else {
      merged.cables[at->second].count += cable.count;
    }
  }
  return merged;
}

}  // namespace qianka
