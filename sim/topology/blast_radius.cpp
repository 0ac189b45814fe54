// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/blast_radius.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::uint32_t none = ~0U;

class Blast {
 public:
  explicit Blast(const DeviceGraph& fabric)
      : fabric_(fabric), next_(fabric.devices.size()), before_(reach(none, none)) {
    for (std::uint32_t i = 0; i < fabric.cables.size(); ++i) {
      next_[fabric.cables[i].lower].push_back(i);
      next_[fabric.cables[i].upper].push_back(i);
    }
  }

  std::vector<BlastRadius> all() {
    const auto cards = std::int64_t{fabric_.nodes} * fabric_.cards_per_node;
    result_ = {{"card", cards, 1, fabric_.cards_per_node},
               {"node", fabric_.nodes, fabric_.cards_per_node, fabric_.cards_per_node}};
    if (fabric_.nics_per_node == 0) return result_;
    add_device("NIC", [](const Device& device) { return device.kind == DeviceKind::nic; });
    for (int tier = 1; tier <= fabric_.tiers(); ++tier) {
      add_cable(tier);
      add_device(tier_name(tier) + " switch",
                 [tier](const Device& device) { return device.tier == tier && !device.in_node; });
    }
    return result_;
  }

 private:
  /// NICs that each NIC reaches, itself included, without one device or one cable. 0: none.
  std::vector<std::uint32_t> reach(std::uint32_t device, std::uint32_t cable) const {
    std::vector<std::uint32_t> part(fabric_.devices.size());
    std::iota(part.begin(), part.end(), 0U);
    const auto root = [&](std::uint32_t i) {
      while (part[i] != i) i = part[i] = part[part[i]];
      return i;
    };
    for (std::uint32_t i = 0; i < fabric_.cables.size(); ++i) {
      const DeviceCable& one = fabric_.cables[i];
      if (one.lower == device || one.upper == device || (i == cable && one.count == 1)) continue;
      part[root(one.lower)] = root(one.upper);
    }
    std::vector<std::uint32_t> size(part.size()), reached(part.size());
    for (std::uint32_t i = 0; i < part.size(); ++i)
      if (is_nic(i) && i != device) ++size[root(i)];
    for (std::uint32_t i = 0; i < part.size(); ++i)
      if (is_nic(i) && i != device) reached[i] = size[root(i)];
    return reached;
  }

  bool is_nic(std::uint32_t i) const { return fabric_.devices[i].kind == DeviceKind::nic; }

  /// A card is lost when none of the NICs that it sends through reaches half of what it reached.
  std::int64_t lost_cards(const std::vector<std::uint32_t>& after) const {
    const int cards = fabric_.cards_per_node, nics = fabric_.nics_per_node;
    std::vector<bool> alive(static_cast<std::size_t>(fabric_.nodes) *
                            static_cast<std::size_t>(nics));
    for (std::uint32_t i = 0; i < after.size(); ++i) {
      if (!is_nic(i)) continue;
      const Device& nic = fabric_.devices[i];
      alive[static_cast<std::size_t>(nic.node * nics + nic.index)] =
          after[i] > 1 && 2 * after[i] >= before_[i];
    }
    std::int64_t lost = 0;
    for (int node = 0; node < fabric_.nodes; ++node) {
      for (int card = 0; card < cards; ++card) {
        const int first = nics <= cards ? card * nics / cards : (card * nics + cards - 1) / cards;
        const int past = nics <= cards ? first + 1 : ((card + 1) * nics + cards - 1) / cards;
        bool any = false;
        for (int nic = first; nic < past; ++nic)
          any = any || alive[static_cast<std::size_t>(node * nics + nic)];
        lost += any ? 0 : 1;
      }
    }
    return lost;
  }

  std::int64_t touched_by(const std::set<int>& nodes) const {
    return static_cast<std::int64_t>(nodes.size()) * fabric_.cards_per_node;
  }

  void add_device(const std::string& what, const auto& belongs) {
    std::int64_t count = 0;
    std::uint32_t first = none;
    for (std::uint32_t i = 0; i < fabric_.devices.size(); ++i) {
      if (!belongs(fabric_.devices[i])) continue;
      if (count++ == 0) first = i;
    }
    if (count == 0) return;
    std::set<int> nodes;
    if (is_nic(first)) nodes.insert(fabric_.devices[first].node);
    for (const std::uint32_t i : next_[first])
      if (const std::uint32_t lower = fabric_.cables[i].lower; is_nic(lower))
        nodes.insert(fabric_.devices[lower].node);
    // Above the leaves a switch is of all nodes.
    const std::int64_t touched =
        nodes.empty() ? std::int64_t{fabric_.nodes} * fabric_.cards_per_node : touched_by(nodes);
    result_.push_back({what, count, lost_cards(reach(first, none)), touched});
  }

  void add_cable(int tier) {
    std::int64_t count = 0;
    std::uint32_t first = none;
    for (std::uint32_t i = 0; i < fabric_.cables.size(); ++i) {
      const DeviceCable& cable = fabric_.cables[i];
      if (fabric_.devices[cable.upper].tier != tier || fabric_.devices[cable.upper].in_node ||
          fabric_.devices[cable.lower].tier == tier)
        continue;
      if (count == 0) first = i;
      count += cable.count;
    }
    if (count == 0) return;
    const Device& lower = fabric_.devices[fabric_.cables[first].lower];
    const std::int64_t touched = lower.kind == DeviceKind::nic
                                     ? fabric_.cards_per_node
                                     : std::int64_t{fabric_.nodes} * fabric_.cards_per_node;
    result_.push_back(
        {fmt::format("cable, {} to {}", tier == 1 ? "node" : tier_name(tier - 1), tier_name(tier)),
         count, lost_cards(reach(none, first)), touched});
  }

  const DeviceGraph& fabric_;
  std::vector<std::vector<std::uint32_t>> next_;  // cables of each device
  std::vector<std::uint32_t> before_;
  std::vector<BlastRadius> result_;
};

}  // namespace

std::string tier_name(int tier) {
  constexpr std::array names{"node", "leaf", "spine", "core"};
  const auto number = static_cast<std::size_t>(tier);
  return number < names.size() ? names[number] : fmt::format("tier {}", tier);
}

std::vector<BlastRadius> blast_radii(const DeviceGraph& fabric) { return Blast(fabric).all(); }

}  // namespace qianka
