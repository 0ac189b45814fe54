// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/export.hpp"
#include "sim/interchange/svg_layout.hpp"
#include "sim/interchange/svg_text.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double margin = 24, label_width = 190, picture_width = 1280, row_height = 150;
constexpr double box_height = 40, band = 12, top = 84, most_box_width = 150;

/// Told apart by people who see few colours: Okabe and Ito, 2008.
constexpr std::array rail_colours{"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                  "#E69F00", "#56B4E9", "#8C6D1F", "#4B4B9B"};
constexpr auto plain_line = "#8a8f98";
constexpr auto plain_box = "#f4f5f7", switch_box = "#e3e9f2", storage_box = "#f6ecd9";

const char* colour_of(int rail) {
  if (rail < 0) return plain_line;
  return rail_colours[static_cast<std::size_t>(rail) % rail_colours.size()];
}

class SvgWriter {
 public:
  explicit SvgWriter(const DeviceGraph& fabric) : fabric_(fabric), picture_(picture_of(fabric)) {}

  std::string write() {
    place();
    lines();
    for (std::size_t i = 0; i < picture_.boxes.size(); ++i) box(i);
    labels();
    side();
    const double height =
        top + static_cast<double>(picture_.rows.size() + (picture_.side ? 1 : 0)) * row_height -
        row_height / 2;
    return svg_open(picture_width, height) + body_ + "</svg>\n";
  }

 private:
  struct Place {
    double x = 0, y = 0, width = 0;  // of the upper left corner
    double middle() const { return x + width / 2; }
  };

  void place();
  void lines();
  void box(std::size_t i);
  void labels();
  void legend();
  void side();
  const char* row_noun(std::size_t row) const;
  std::string row_name(std::size_t row) const;
  std::string box_text(const PictureBox& box) const;

  const DeviceGraph& fabric_;
  Picture picture_;
  std::vector<Place> places_;
  std::string body_;
};

void SvgWriter::place() {
  places_.resize(picture_.boxes.size());
  for (std::size_t row = 0; row < picture_.rows.size(); ++row) {
    const auto& boxes = picture_.rows[row];
    const double room = picture_width - label_width - 2 * margin;
    const double step = room / static_cast<double>(std::max<std::size_t>(1, boxes.size()));
    const double width = std::min(most_box_width, step * 0.86);
    const double y = top + static_cast<double>(picture_.rows.size() - 1 - row) * row_height;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const double middle = margin + label_width + (static_cast<double>(i) + 0.5) * step;
      places_[static_cast<std::size_t>(boxes[i])] = {middle - width / 2, y, width};
    }
  }
}

void SvgWriter::lines() {
  double most = 1;
  for (const auto& [ends, line] : picture_.lines) most = std::max(most, line.rate);
  for (const auto& [ends, line] : picture_.lines) {
    const auto low = static_cast<std::size_t>(ends.first);
    const auto high = static_cast<std::size_t>(ends.second);
    const double width = 0.8 + 2.2 * std::sqrt(line.rate / most);
    const Place &from = places_[low], &to = places_[high];
    // Rails leave a node in their order, so that each is a line of its own.
    const double rails = std::max(1, fabric_.nics_per_node);
    const double shift = line.rail < 0 ? 0.5 : (static_cast<double>(line.rail) + 0.5) / rails;
    const double x = from.x + from.width * shift;
    const bool rest = picture_.boxes[low].rest || picture_.boxes[high].rest;
    const std::string style =
        fmt::format("stroke=\"{}\" stroke-width=\"{:.1f}\" stroke-opacity=\"0.75\" fill=\"none\"{}",
                    colour_of(line.rail), width, rest ? " stroke-dasharray=\"4 3\"" : "");
    if (picture_.boxes[low].row == picture_.boxes[high].row) {
      const double reach = 30 + std::abs(from.middle() - to.middle()) / 8;
      body_ += fmt::format("<path d=\"M{:.1f} {:.1f} Q{:.1f} {:.1f} {:.1f} {:.1f}\" {}/>\n",
                           from.middle(), from.y, (from.middle() + to.middle()) / 2, from.y - reach,
                           to.middle(), to.y, style);
    } else {
      body_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n",
                           x, from.y, to.middle(), to.y + box_height, style);
    }
  }
}

std::string SvgWriter::box_text(const PictureBox& box) const {
  if (box.count == 1) return box.name;
  return fmt::format("{}{} {}", box.rest ? "and " : "", format_count(box.count),
                     row_noun(static_cast<std::size_t>(box.row)));
}

void SvgWriter::box(std::size_t i) {
  const PictureBox& box = picture_.boxes[i];
  const Place& place = places_[i];
  // Rails are a band below the name.
  const auto rect = [&](double x, double width, const char* fill, bool outline) {
    body_ += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" rx=\"4\" fill=\"{}\"{}/>\n",
        x, outline ? place.y : place.y + box_height - band, width, outline ? box_height : band,
        fill,
        outline ? fmt::format(" stroke=\"#444\"{}", box.rest ? " stroke-dasharray=\"4 3\"" : "")
                : "");
  };
  rect(place.x, place.width, box.row == 0 ? plain_box : switch_box, true);
  const bool striped =
      !box.rails.empty() && (box.count > 1 || box.rails.size() == 1) && fabric_.nics_per_node > 1;
  if (striped) {
    const double stripe = place.width / static_cast<double>(box.rails.size());
    for (std::size_t rail = 0; rail < box.rails.size(); ++rail)
      rect(place.x + static_cast<double>(rail) * stripe, stripe, colour_of(box.rails[rail]), false);
  }
  const std::string text = box_text(box);
  const double fits = place.width / (0.6 * static_cast<double>(text.size()));
  const double middle = place.y + (striped ? box_height - band : box_height) / 2;
  if (fits >= 8) {
    body_ += svg_text(place.middle(), middle + 4, static_cast<int>(std::min(13.0, fits)), text,
                      "middle");
  } else {  // too narrow to write across
    body_ += svg_text(
        place.middle(), middle + 3, 9, text, "middle",
        fmt::format(" transform=\"rotate(-60 {:.1f} {:.1f})\"", place.middle(), middle).c_str());
  }
}

const char* SvgWriter::row_noun(std::size_t row) const {
  constexpr std::array nouns{"nodes", "leaves", "spines", "cores"};
  const bool clos = picture_.rows.size() > 2 && picture_.rows.size() <= nouns.size();
  return row == 0 || clos ? nouns[row] : "switches";
}

std::string SvgWriter::row_name(std::size_t row) const {
  const std::string text = format_count(picture_.row_counts[row]) + " " + row_noun(row);
  return row == 0 ? fmt::format("{} of {} cards", text, fabric_.cards_per_node) : text;
}

void SvgWriter::labels() {
  body_ += svg_text(margin, 30, 20, fabric_.name.empty() ? fabric_.id : fabric_.name, "start",
                    " font-weight=\"bold\"");
  for (std::size_t row = 0; row < picture_.rows.size(); ++row) {
    const double y = top + static_cast<double>(picture_.rows.size() - 1 - row) * row_height;
    body_ += svg_text(margin, y + box_height / 2 + 5, 15, row_name(row), "start");
    double below = y + box_height / 2 + 24;
    for (const auto& [rows, rates] : picture_.between) {
      if (rows.second != static_cast<int>(row)) continue;
      for (const auto& [rate, cables] : rates) {
        body_ += svg_text(margin, below, 12,
                          fmt::format("{} cables of {:.6g} Gb/s {}", format_count(cables),
                                      rate * 8 / 1e9, rows.first == rows.second ? "here" : "down"),
                          "start");
        below += 16;
      }
    }
  }
  legend();
}

void SvgWriter::legend() {
  int rails = 0;
  for (const PictureBox& box : picture_.boxes)
    if (box.row == 1 && (box.count > 1 || box.rails.size() == 1))
      for (const int rail : box.rails) rails = std::max(rails, rail + 1);
  if (rails < 2) return;
  const int shown = std::min<int>(rails, rail_colours.size());
  double x = margin;
  for (int rail = 0; rail < shown; ++rail) {
    body_ += fmt::format("<rect x=\"{:.1f}\" y=\"46\" width=\"14\" height=\"10\" fill=\"{}\"/>\n",
                         x, colour_of(rail));
    body_ += svg_text(x + 19, 55, 12, fmt::format("rail {}", rail), "start");
    x += 72;
  }
  if (rails > shown) body_ += svg_text(x, 55, 12, fmt::format("… {} rails", rails), "start");
}

/// A row below the nodes: the network they reach the storage by, and the storage beside it. Storage
/// nodes on the compute fabric hang on a line from the leaves.
void SvgWriter::side() {
  if (!picture_.side) return;
  const PictureSide& side = *picture_.side;
  const double y = top + static_cast<double>(picture_.rows.size()) * row_height;
  const double left = margin + label_width, right = picture_width - margin;
  const double servers = right - most_box_width, middle = y + box_height / 2;
  constexpr auto style = R"(stroke="#444" stroke-width="1.2" fill="none")";
  const auto named_box = [&](double x, double width, const char* fill, const std::string& text) {
    body_ += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" rx=\"4\" fill=\"{}\" "
        "stroke=\"#444\"/>\n",
        x, y, width, box_height, fill);
    body_ += svg_text(x + width / 2, middle + 4, 13, text);
  };
  const auto line = [&](double x1, double y1, double x2, double y2) {
    body_ += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n", x1,
                         y1, x2, y2, style);
  };
  if (!side.network.empty()) {
    const double width = servers - left - margin;
    for (const int node : picture_.rows.front()) {
      const Place& place = places_[static_cast<std::size_t>(node)];
      line(place.middle(), place.y + box_height, std::min(place.middle(), left + width - margin),
           y);
    }
    if (!side.servers.empty()) line(left + width, middle, servers, middle);
    named_box(left, width, switch_box, side.network);
  } else if (picture_.rows.size() > 1) {
    const Place& leaf = places_[static_cast<std::size_t>(picture_.rows[1].back())];
    const double turn = right + margin / 2, height = leaf.y + box_height / 2;
    line(leaf.x + leaf.width, height, turn, height);
    line(turn, height, turn, middle);
    line(turn, middle, right, middle);
  }
  if (!side.servers.empty()) named_box(servers, most_box_width, storage_box, side.servers);
  body_ +=
      svg_text(margin, middle + 5, 15, side.network.empty() ? side.servers : side.network, "start");
  double below = middle + 24;
  for (const std::string& text : {side.of_nodes, side.of_servers}) {
    if (text.empty()) continue;
    body_ += svg_text(margin, below, 12, text, "start");
    below += 16;
  }
}

}  // namespace

std::string fabric_svg(const DeviceGraph& graph) { return SvgWriter(graph).write(); }

}  // namespace qianka
