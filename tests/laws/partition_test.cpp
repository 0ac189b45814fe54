// SPDX-License-Identifier: Apache-2.0
// The refinement finds the same classes as the plain way: rounds over everything, no hashes.
#include "sim/engine/partition.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

using Classes = std::vector<std::uint32_t>;

/// Numbers what is given in the order of its first appearance.
template <class Key>
Classes number(const std::vector<Key>& keys) {
  std::map<Key, std::uint32_t> known;
  Classes classes;
  for (const Key& key : keys)
    classes.push_back(
        known.try_emplace(key, static_cast<std::uint32_t>(known.size())).first->second);
  return classes;
}

std::pair<Classes, Classes> in_rounds(const FlowSet& flows, const Incidence& incidence) {
  using Met = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // class, times
  std::vector<std::tuple<double, double, std::uint64_t>> looks;
  for (std::size_t i = 0; i < flows.size(); ++i)
    looks.emplace_back(flows.bytes[i].value, incidence.own_limit[i].value, flows.colour[i]);
  std::vector<double> rates;
  for (const std::uint32_t link : incidence.original) rates.push_back(flows.capacity[link].value);
  std::pair<Classes, Classes> found{number(looks), number(rates)};
  for (;;) {
    auto& [flow_class, link_class] = found;
    std::vector<std::pair<std::uint32_t, Met>> of_flow(flow_class.size()),
        of_link(link_class.size());
    for (std::size_t i = 0; i < of_flow.size(); ++i) {
      for (const auto& hop : incidence.of(i)) {
        of_flow[i].second.emplace_back(link_class[hop.link], hop.times);
        of_link[hop.link].second.emplace_back(flow_class[i], hop.times);
      }
    }
    for (std::size_t i = 0; i < of_flow.size(); ++i) of_flow[i].first = flow_class[i];
    for (std::size_t l = 0; l < of_link.size(); ++l) of_link[l].first = link_class[l];
    for (auto* members : {&of_flow, &of_link})
      for (auto& member : *members) std::ranges::sort(member.second);
    std::pair<Classes, Classes> finer{number(of_flow), number(of_link)};
    if (finer == found) return found;
    found = std::move(finer);
  }
}

/// Rings with chords over few kinds of links, some listed twice.
FlowSet random_flows(std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  const auto below = [&](std::uint32_t end) {
    return static_cast<std::uint32_t>(generator() % end);
  };
  FlowSet flows;
  const std::uint32_t links = 4 + below(60), kinds = 1 + below(3), odd = 1 + below(30);
  for (std::uint32_t i = 0; i < links; ++i)
    flows.capacity.push_back({below(odd) == 0 ? 2e9 : 1e9 * (1 + i % kinds)});
  for (std::uint32_t i = 0; i < links; ++i) {
    std::vector<std::uint32_t> route{i, (i + kinds) % links};
    if (below(odd) == 0) route.push_back(below(links));
    if (below(2 * odd) == 0) route.push_back(i);
    flows.add(route, {1e6 * (1 + i % kinds)}, {0}, {0}, below(2 * odd) == 0 ? 1 : 0);
  }
  return flows;
}

TEST(Partition, refinement_finds_what_rounds_find) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const FlowSet flows = random_flows(seed);
    for (const bool prune : {false, true}) {
      const Incidence incidence = incidence_of(flows, prune);
      const auto part = coarsest_partition(flows, incidence);
      ASSERT_TRUE(part);
      const auto [flow_class, link_class] = in_rounds(flows, incidence);
      EXPECT_EQ(part->flow_class, flow_class) << "seed " << seed;
      EXPECT_EQ(part->link_class, link_class) << "seed " << seed;
      EXPECT_FALSE(coarsest_partition(flows, incidence, part->flow_classes - 1));
      EXPECT_TRUE(coarsest_partition(flows, incidence, part->flow_classes));
    }
  }
}

}  // namespace
}  // namespace qianka
