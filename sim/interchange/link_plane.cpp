// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/link_plane.hpp"

#include "sim/interchange/source_text.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Of the pairs of a full mesh, so many are joined even when a link or two are down; the hybrid
/// cube mesh of eight joins 16 of 28.
constexpr double mesh_share = 0.75;

/// What most have; of equally frequent ones the larger.
int usual(const std::vector<int>& counts) {
  std::map<int, int> frequency;
  for (const int count : counts) ++frequency[count];
  return std::ranges::max_element(frequency,
                                  [](const auto& a, const auto& b) {
                                    return a.second != b.second ? a.second < b.second
                                                                : a.first < b.first;
                                  })
      ->first;
}

/// Cards that links join, one group for each; a card without links is one of its own.
std::size_t group_of(std::size_t card, const std::vector<std::vector<int>>& between) {
  std::vector<std::size_t> group{card};
  for (std::size_t next = 0; next < group.size(); ++next)
    for (std::size_t j = 0; j < between.size(); ++j)
      if ((between[group[next]][j] > 0 || between[j][group[next]] > 0) &&
          std::ranges::find(group, j) == group.end())
        group.push_back(j);
  return group.size();
}

PlaneShape shape_between(const std::vector<std::vector<int>>& between) {
  const std::size_t cards = between.size();
  std::size_t joined = 0, largest = 0;
  for (std::size_t i = 0; i < cards; ++i) {
    for (std::size_t j = 0; j < cards; ++j)
      joined += i != j && (between[i][j] > 0 || between[j][i] > 0) ? 1 : 0;
    largest = std::max(largest, group_of(i, between));
  }
  if (joined == 0) return PlaneShape::none;
  if (static_cast<double>(joined) > mesh_share * static_cast<double>(cards * (cards - 1)))
    return PlaneShape::mesh;
  if (largest == 2) return PlaneShape::pairs;
  return largest < cards ? PlaneShape::islands : PlaneShape::hybrid;
}

}  // namespace

LinkPlane plane_of(const std::vector<int>& to_switch,
                   const std::vector<std::vector<int>>& between) {
  LinkPlane plane;
  for (std::size_t i = 0; i < to_switch.size(); ++i)
    plane.each.push_back(std::accumulate(between[i].begin(), between[i].end(), to_switch[i]));
  if (plane.each.empty()) return plane;
  plane.links = usual(plane.each);
  const bool switched = std::ranges::any_of(to_switch, [](int count) { return count > 0; });
  plane.shape = switched ? PlaneShape::crossbar : shape_between(between);
  for (std::size_t i = 0; i < between.size(); ++i)
    for (std::size_t j = i + 1; j < between.size(); ++j)
      if (const int count = std::max(between[i][j], between[j][i]); count > 0)
        plane.joints.push_back({static_cast<int>(i), static_cast<int>(j), count});
  for (std::size_t i = 0; i < plane.each.size(); ++i)
    if (plane.each[i] != plane.links) plane.odd.push_back(static_cast<int>(i));
  return plane;
}

std::string odd_card_text(const LinkPlane& plane, int card, const std::string& name,
                          const std::string& word) {
  const int has = plane.each[static_cast<std::size_t>(card)];
  const std::size_t others = plane.each.size() - plane.odd.size();
  const std::string own = number_of(static_cast<std::size_t>(has), word);
  return others == 1 ? say("{} has {}, the other {} has {}", name, own, others, plane.links)
                     : say("{} has {}, the other {} have {}", name, own, others, plane.links);
}

}  // namespace qianka
