// SPDX-License-Identifier: Apache-2.0
// The inside of one node as a tree: processors above, PCIe switches below them, then cards and NICs
// side by side, and what joins the cards at the bottom.
#include "sim/interchange/export.hpp"
#include "sim/interchange/svg_text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double margin = 24, picture_width = 1280, row_height = 120, top = 60;
constexpr double box_height = 34, most_box_width = 120;
constexpr std::size_t rows = 4;  // processors, PCIe switches, cards and NICs, crossbars

std::size_t row_of(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::cpu:
      return 0;
    case DeviceKind::pcie_switch:
      return 1;
    case DeviceKind::card:
    case DeviceKind::nic:
      return 2;
    case DeviceKind::crossbar:
      return 3;
    default:
      return rows;
  }
}

const char* fill_of(DeviceKind kind) {
  if (kind == DeviceKind::card) return "#d9ead3";
  return kind == DeviceKind::nic ? "#f6ecd9" : kind == DeviceKind::crossbar ? "#e3e9f2" : "#f4f5f7";
}

class NodeWriter {
 public:
  explicit NodeWriter(const DeviceGraph& graph) : graph_(graph) {}

  std::string write() {
    place();
    for (const DeviceCable& cable : graph_.cables) line(cable);
    for (const auto& [device, at] : places_) box(device, at);
    legend();
    return svg_open(picture_width, height_) + body_ +
           svg_text(margin, 30, 20,
                    (graph_.name.empty() ? graph_.id : graph_.name) + ": inside a node", "start",
                    " font-weight=\"bold\"") +
           "</svg>\n";
  }

 private:
  struct Place {
    double x = 0, y = 0, width = 0;
    std::size_t row = 0;
    double middle() const { return x + width / 2; }
  };

  bool drawn(std::uint32_t device) const {
    return graph_.devices[device].node == 0 && row_of(graph_.devices[device].kind) < rows;
  }

  /// By what they hang below, so that lines do not cross: cards and NICs of a switch side by side.
  std::map<std::uint32_t, std::uint32_t> parents() const {
    std::map<std::uint32_t, std::uint32_t> above;
    for (const DeviceCable& cable : graph_.cables) {
      for (const auto& [low, high] :
           {std::pair(cable.lower, cable.upper), std::pair(cable.upper, cable.lower)})
        if (drawn(low) && drawn(high) &&
            row_of(graph_.devices[high].kind) < row_of(graph_.devices[low].kind) &&
            row_of(graph_.devices[low].kind) < 3)
          above.try_emplace(low, high);
    }
    return above;
  }

  void place() {
    const auto above = parents();
    std::array<std::vector<std::uint32_t>, rows> members;
    for (std::uint32_t i = 0; i < graph_.devices.size(); ++i)
      if (drawn(i)) members.at(row_of(graph_.devices[i].kind)).push_back(i);
    std::map<std::uint32_t, std::size_t> order;
    double y = top;
    for (std::size_t row = 0; row < rows; ++row) {
      auto& of_row = members.at(row);
      if (of_row.empty()) continue;
      const auto rank = [&](std::uint32_t device) {
        const auto parent = above.find(device);
        return parent == above.end() ? ~std::size_t{0} : order[parent->second];
      };
      std::ranges::stable_sort(of_row, {}, rank);
      const double step = (picture_width - 2 * margin) / static_cast<double>(of_row.size());
      const double width = std::min(most_box_width, step * 0.88);
      for (std::size_t i = 0; i < of_row.size(); ++i) {
        order[of_row[i]] = i;
        const double middle = margin + (static_cast<double>(i) + 0.5) * step;
        places_[of_row[i]] = {middle - width / 2, y, width, row};
      }
      y += row_height;
    }
    height_ = y - row_height + box_height + row_height;
  }

  void line(const DeviceCable& cable) {
    const auto low = places_.find(cable.lower), high = places_.find(cable.upper);
    if (low == places_.end() || high == places_.end()) return;
    const Place& a = low->second.y > high->second.y ? high->second : low->second;
    const Place& b = low->second.y > high->second.y ? low->second : high->second;
    rates_[{graph_.devices[low->first].kind, graph_.devices[high->first].kind}] =
        cable.rate.value * static_cast<double>(cable.count);
    constexpr auto style = R"(stroke="#6b7280" stroke-width="1.3" fill="none")";
    if (a.y == b.y) {  // a link between two cards, or two sockets: an arc below them
      const double below = a.y + box_height, reach = 18 + std::abs(a.middle() - b.middle()) / 6;
      body_ += fmt::format("<path d=\"M{:.1f} {:.1f} Q{:.1f} {:.1f} {:.1f} {:.1f}\" {}/>\n",
                           a.middle(), below, (a.middle() + b.middle()) / 2, below + reach,
                           b.middle(), below, style);
    } else {
      body_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n",
                           a.middle(), a.y + box_height, b.middle(), b.y, style);
    }
  }

  void box(std::uint32_t number, const Place& at) {
    const Device& device = graph_.devices[number];
    const std::string name = device.name.substr(device.name.find('.') + 1);
    body_ += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" rx=\"4\" fill=\"{}\" "
        "stroke=\"#444\"/>\n",
        at.x, at.y, at.width, box_height, fill_of(device.kind));
    const double fits = at.width / (0.6 * static_cast<double>(name.size()));
    body_ += svg_text(at.middle(), at.y + box_height / 2 + 4,
                      static_cast<int>(std::clamp(fits, 6.0, 13.0)), name);
  }

  /// Rates by what a link joins.
  void legend() {
    double y = height_ - 10;
    for (const auto& [kinds, rate] : rates_) {
      const std::string text = rate > 0 ? fmt::format("{:.6g} GB/s", rate / 1e9) : "does not limit";
      body_ += svg_text(margin, y, 12,
                        fmt::format("{} to {}: {}", device_kind_name(kinds.first),
                                    device_kind_name(kinds.second), text),
                        "start");
      y += 15;
    }
    height_ = std::max(height_, y + 10);
  }

  const DeviceGraph& graph_;
  std::map<std::uint32_t, Place> places_;
  std::map<std::pair<DeviceKind, DeviceKind>, double> rates_;
  std::string body_;
  double height_ = 0;
};

}  // namespace

std::string node_svg(const DeviceGraph& graph) { return NodeWriter(graph).write(); }

}  // namespace qianka
