// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/equitable.hpp"

#include <algorithm>
#include <tuple>

namespace qianka {
namespace {

constexpr std::uint32_t none = ~0U;

/// The classes a member meets, each as often as it does, in order.
using Neighbours = std::vector<std::uint32_t>;

bool alike(const FlowSet& flows, std::size_t a, std::size_t b) {
  const auto key = [&flows](std::size_t i) {
    return std::tie(flows.bytes[i], flows.latency[i], flows.start[i], flows.colour[i]);
  };
  return key(a) == key(b);
}

/// Every member of a class has the neighbours of the first one.
bool same_neighbours(const std::vector<Neighbours>& met, const std::vector<std::uint32_t>& class_of,
                     std::size_t classes) {
  std::vector<std::size_t> first(classes, met.size());
  for (std::size_t i = 0; i < met.size(); ++i) {
    if (class_of[i] == none) continue;
    std::size_t& model = first[class_of[i]];
    if (model == met.size()) model = i;
    if (met[i] != met[model]) return false;
  }
  return true;
}

}  // namespace

bool is_equitable(const FlowSet& flows, const Quotient& quotient) {
  std::vector<Neighbours> of_flow(flows.size());
  std::vector<Neighbours> of_link(flows.capacity.size());
  std::vector<std::size_t> first(quotient.members.size(), flows.size());
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const std::uint32_t flow_class = quotient.class_of[i];
    if (first[flow_class] == flows.size()) first[flow_class] = i;
    if (!alike(flows, i, first[flow_class])) return false;
    for (const std::uint32_t link : flows.route(i)) {
      const std::uint32_t link_class = quotient.link_class[link];
      if (link_class == none) continue;
      if (flows.capacity[link] != quotient.classes.capacity[link_class]) return false;
      of_flow[i].push_back(link_class);
      of_link[link].push_back(flow_class);
    }
    std::ranges::sort(of_flow[i]);
  }
  for (Neighbours& met : of_link) std::ranges::sort(met);
  return same_neighbours(of_flow, quotient.class_of, quotient.members.size()) &&
         same_neighbours(of_link, quotient.link_class, quotient.classes.capacity.size());
}

}  // namespace qianka
