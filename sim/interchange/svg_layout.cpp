// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/svg_layout.hpp"

#include "sim/units/format.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t most_single = 32;  // nodes or leaves that are drawn one by one
constexpr std::size_t most_above = 16;   // the same of the switches above
constexpr std::size_t most_boxes = 10;   // of a row whose boxes are groups
constexpr int no_box = -1;

class Layout {
 public:
  explicit Layout(const DeviceGraph& graph) : graph_(graph), fabric_(fabric_only(graph)) {}

  Picture draw() {
    const auto nodes = static_cast<std::size_t>(fabric_.nodes);
    above_node_.resize(nodes);
    rails_.resize(fabric_.devices.size());
    below_.resize(fabric_.devices.size());
    for (const DeviceCable& cable : fabric_.cables) {
      const Device& lower = fabric_.devices[cable.lower];
      if (lower.kind == DeviceKind::nic) {
        above_node_[static_cast<std::size_t>(lower.node)].insert(cable.upper);
        rails_[cable.upper].insert(lower.index);
      } else {
        below_[cable.upper].insert(cable.lower);
      }
    }
    box_of_.assign(fabric_.devices.size(), no_box);
    node_box_.assign(nodes, no_box);
    place_nodes();
    for (int tier = 1; tier <= fabric_.tiers(); ++tier) place_tier(tier);
    join();
    picture_.side = side();
    return std::move(picture_);
  }

 private:
  int add_box(const std::string& name, int row) {
    const int box = static_cast<int>(picture_.boxes.size());
    picture_.boxes.push_back({.name = name, .row = row, .rails = {}});
    picture_.rows.back().push_back(box);
    return box;
  }

  void open_row(std::size_t devices) {
    picture_.rows.emplace_back();
    picture_.row_counts.push_back(static_cast<std::int64_t>(devices));
  }

  /// The box of a key, new while there is room; the last box takes what is left.
  template <class Key>
  int box_for(std::map<Key, int>& boxes, const Key& key, const std::string& name, int row,
              std::size_t groups) {
    const auto known = boxes.find(key);
    if (known != boxes.end()) return known->second;
    const bool room = groups <= most_boxes || boxes.size() + 1 < most_boxes;
    if (!room && rest_ != no_box) return boxes[key] = rest_;
    const int box = add_box(name, row);
    if (!room) {
      rest_ = box;
      picture_.boxes.back().rest = true;
    }
    return boxes[key] = box;
  }

  void place_nodes() {
    open_row(node_box_.size());
    rest_ = no_box;
    std::map<std::set<std::uint32_t>, int> boxes;
    const std::set<std::set<std::uint32_t>> groups(above_node_.begin(), above_node_.end());
    for (std::size_t node = 0; node < node_box_.size(); ++node) {
      const std::string name = "node" + std::to_string(node);
      int& box = node_box_[node];
      box = node_box_.size() <= most_single
                ? add_box(name, 0)
                : box_for(boxes, above_node_[node], name, 0, groups.size());
      ++picture_.boxes[static_cast<std::size_t>(box)].count;
    }
  }

  /// Boxes of the row below that hang under a switch.
  std::set<int> hanging(std::uint32_t device) const {
    std::set<int> boxes;
    for (std::size_t node = 0; node < node_box_.size(); ++node)
      if (fabric_.devices[device].tier == 1 && above_node_[node].contains(device))
        boxes.insert(node_box_[node]);
    for (const std::uint32_t lower : below_[device])
      if (box_of_[lower] != no_box) boxes.insert(box_of_[lower]);
    return boxes;
  }

  /// What stands above nothing but what there was no room for.
  bool only_rest(const std::set<int>& below) const {
    return !below.empty() && std::ranges::all_of(below, [&](int box) {
      return picture_.boxes[static_cast<std::size_t>(box)].rest;
    });
  }

  void place_tier(int tier) {
    std::vector<std::uint32_t> devices;
    for (std::uint32_t i = 0; i < fabric_.devices.size(); ++i)
      if (fabric_.devices[i].tier == tier) devices.push_back(i);
    open_row(devices.size());
    rest_ = no_box;
    const bool single = devices.size() <= (tier == 1 ? most_single : most_above);
    std::vector<std::set<int>> keys;
    for (const std::uint32_t device : devices)
      keys.push_back(single ? std::set<int>{} : hanging(device));
    const std::set<std::set<int>> groups(keys.begin(), keys.end());
    std::map<std::set<int>, int> boxes;
    for (std::size_t i = 0; i < devices.size(); ++i) {
      const Device& device = fabric_.devices[devices[i]];
      const int box = single ? add_box(device.name, tier)
                             : box_for(boxes, keys[i], device.name, tier, groups.size());
      box_of_[devices[i]] = box;
      PictureBox& into = picture_.boxes[static_cast<std::size_t>(box)];
      ++into.count;
      into.rest = into.rest || (!single && only_rest(keys[i]));
      for (const int rail : rails_[devices[i]])
        if (std::ranges::find(into.rails, rail) == into.rails.end()) into.rails.push_back(rail);
    }
    for (const int box : picture_.rows.back())
      std::ranges::sort(picture_.boxes[static_cast<std::size_t>(box)].rails);
  }

  void join() {
    for (const DeviceCable& cable : fabric_.cables) {
      const Device& lower = fabric_.devices[cable.lower];
      const bool nic = lower.kind == DeviceKind::nic;
      const int low = nic ? node_box_[static_cast<std::size_t>(lower.node)] : box_of_[cable.lower];
      const int high = box_of_[cable.upper];
      if (low == no_box || high == no_box) continue;
      picture_.between[{picture_.boxes[static_cast<std::size_t>(low)].row,
                        picture_.boxes[static_cast<std::size_t>(high)].row}][cable.rate.value] +=
          cable.count;
      if (low == high) continue;
      PictureLine& line = picture_.lines[{low, high}];
      const int rail = nic && rails_[cable.upper].size() == 1 ? lower.index : -1;
      line.rail = line.cables == 0 || line.rail == rail ? rail : -1;
      line.cables += cable.count;
      line.rate += cable.rate.value * static_cast<double>(cable.count);
    }
  }

  /// Nothing when the storage is reached over the compute fabric and has no nodes of its own.
  std::optional<PictureSide> side() const {
    const auto front = first_of(graph_, DeviceKind::front_end);
    const auto network = front ? front : first_of(graph_, DeviceKind::storage_network);
    const auto server = first_of(graph_, DeviceKind::storage_node);
    if (!network) return std::nullopt;
    PictureSide side;
    std::int64_t up = 0, down = 0, servers = 0;
    Bandwidth rate_up{0}, rate_down{0};
    for (const DeviceCable& cable : graph_.cables) {
      if (cable.upper == *network && graph_.devices[cable.lower].kind == DeviceKind::host)
        up += cable.count, rate_up = cable.rate;
      if (graph_.devices[cable.upper].kind == DeviceKind::storage_node)
        down += cable.count, rate_down = cable.rate, ++servers;
    }
    if (up == 0 && !server) return std::nullopt;
    if (up > 0) {
      side.network = front ? "front-end network" : "storage network";
      if (rate_up.value > 0) side.of_nodes = cables_text(up, rate_up) + " from nodes";
    }
    if (server) {
      side.servers = fmt::format("{} storage node{}", servers, servers == 1 ? "" : "s");
      side.of_servers = cables_text(down, rate_down) + " to storage";
    } else if (first_of(graph_, DeviceKind::storage)) {
      side.servers = "storage";
    }
    return side;
  }

  static std::string cables_text(std::int64_t count, Bandwidth rate) {
    return fmt::format("{} cable{} of {:.6g} Gb/s", format_count(count), count == 1 ? "" : "s",
                       rate.value * 8 / 1e9);
  }

  const DeviceGraph& graph_;
  const DeviceGraph fabric_;
  Picture picture_;
  std::vector<std::set<std::uint32_t>> above_node_, below_;
  std::vector<std::set<int>> rails_;  // NICs that a leaf serves
  std::vector<int> box_of_, node_box_;
  int rest_ = no_box;
};

}  // namespace

Picture picture_of(const DeviceGraph& graph) { return Layout(graph).draw(); }

}  // namespace qianka
