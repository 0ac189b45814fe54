// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fabric_picture.hpp"

#include "sim/report/topology_report.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr int no_container = -1;
constexpr int most_shown = 40;          // boxes of a kind in one picture; the rest is one box
constexpr std::size_t most_views = 24;  // different pictures of a kind of container

/// A box that holds others: the cluster, a pod, a leaf group, a node.
struct Container {
  std::string kind;  // "cluster", "pod", "group", "node"
  int number = 0;
  int parent = no_container, depth = 0;
  std::vector<int> children{};
};

struct DeviceInPicture {
  std::string name;
  int home = no_container;  // the smallest container of all it is wired to below
  int tier = 0;             // cables to the nearest node; 0 within one
};

/// What stands in a picture: a container inside, a device inside, or one outside that is wired in.
struct Place {
  enum What { inside, device, outside } what = inside;
  int id = 0;
  auto operator<=>(const Place&) const = default;
};

struct Cables {
  std::int64_t links = 0;
  double capacity = 0, latency = 0;
  LinkKind kind = LinkKind::nic;
  std::vector<double> most, sum;  // load, by kind of traffic
};

using Picture = std::map<std::pair<Place, Place>, Cables>;

class Painter {
 public:
  Painter(const Topology& topology, std::span<const LinkLoads> loads)
      : topology_(topology), loads_(loads) {
    build_containers();
    read_links();
    settle_switches();
    draw_links();
  }

  Json json() {
    Json kinds = Json::array(), containers = Json::array();
    for (const LinkLoads& load : loads_) kinds.push_back(load.what);
    std::map<std::string, int> known;              // picture -> its number
    std::map<std::string, std::size_t> different;  // by kind of container
    Json views = Json::array();
    for (std::size_t i = 0; i < containers_.size(); ++i) {
      const Container& container = containers_[i];
      const std::string alike = container.kind + signature(static_cast<int>(i));
      auto found = known.find(alike);
      int view = found == known.end() ? -1 : found->second;
      if (found == known.end() && different[container.kind]++ < most_views) {
        view = static_cast<int>(views.size());
        known.emplace(alike, view);
        views.push_back(view_json(static_cast<int>(i)));
      }
      containers.push_back({container.kind, container.number, container.parent, view});
    }
    return {{"traffic", std::move(kinds)},
            {"containers", std::move(containers)},
            {"views", std::move(views)}};
  }

 private:
  int add_container(std::string kind, int number, int parent) {
    const int id = static_cast<int>(containers_.size());
    const int depth = parent == no_container ? 0 : containers_[at(parent)].depth + 1;
    containers_.push_back({std::move(kind), number, parent, depth});
    if (parent != no_container) containers_[at(parent)].children.push_back(id);
    return id;
  }
  static std::size_t at(int id) { return static_cast<std::size_t>(id); }

  /// Levels of one box are left out.
  void build_containers() {
    add_container("cluster", 0, no_container);
    std::map<int, int> pods, groups;
    for (int n = 0; n < topology_.nodes(); ++n) {
      const auto node = static_cast<NodeId>(n);
      pods.try_emplace(topology_.pod_of(node), 0);
      groups.try_emplace(topology_.leaf_group_of(node), 0);
    }
    const bool has_pods = pods.size() > 1 && groups.size() > pods.size();
    const bool has_groups =
        groups.size() > 1 && static_cast<int>(groups.size()) < topology_.nodes();
    if (has_pods)
      for (auto& [number, id] : pods) id = add_container("pod", number, 0);
    std::map<int, bool> made;
    for (int n = 0; n < topology_.nodes(); ++n) {
      const auto node = static_cast<NodeId>(n);
      const int group = topology_.leaf_group_of(node);
      const int above = has_pods ? pods[topology_.pod_of(node)] : 0;
      if (has_groups && !std::exchange(made[group], true))
        groups[group] = add_container("group", group, above);
      node_box_.push_back(add_container("node", n, has_groups ? groups[group] : above));
    }
  }

  int device(const std::string& name) {
    const auto [known, added] = numbers_.try_emplace(name, static_cast<int>(devices_.size()));
    if (added) {
      int node = -1;
      if (name.starts_with("node"))
        std::from_chars(name.data() + 4, name.data() + name.size(), node);
      if (node >= static_cast<int>(node_box_.size())) node = -1;  // a switch that is called so
      const int home = node >= 0 ? node_box_[at(node)] : no_container;
      devices_.push_back({name, home, node >= 0 ? 0 : -1});
    }
    return known->second;
  }

  void read_links() {
    for (std::size_t i = 0; i < topology_.links().size(); ++i) {
      const std::string name = topology_.link_name(static_cast<LinkId>(i));
      const std::size_t arrow = name.find(" -> ");
      // Not as two arguments of one call: compilers evaluate those in either order, and ids go by
      // it.
      const int to = device(name.substr(arrow + 4)), from = device(name.substr(0, arrow));
      ends_.emplace_back(from, to);
    }
  }

  /// No transfer of a step goes to the storage, and its links would cross all others.
  bool is_storage(std::size_t link) const {
    return topology_.links()[link].kind == LinkKind::storage;
  }

  int common(int a, int b) const {
    if (a == no_container) return b;
    if (b == no_container) return a;
    while (a != b) {
      int& deeper = containers_[at(a)].depth >= containers_[at(b)].depth ? a : b;
      deeper = containers_[at(deeper)].parent;
    }
    return a;
  }

  /// Tier by tier from the nodes: a switch is at home where all it is wired to from below is.
  void settle_switches() {
    for (int tier = 1;; ++tier) {
      std::map<int, int> found;
      for (std::size_t i = 0; i < ends_.size(); ++i) {
        if (is_storage(i)) continue;
        const auto& [from, to] = ends_[i];
        for (const auto& [low, high] : {std::pair(from, to), std::pair(to, from)}) {
          const DeviceInPicture& below = devices_[at(low)];
          if (below.tier != tier - 1 || devices_[at(high)].tier >= 0) continue;
          int& home = found.try_emplace(high, no_container).first->second;
          home = common(home, tier == 1 ? containers_[at(below.home)].parent : below.home);
        }
      }
      if (found.empty()) return;
      for (const auto& [id, home] : found)
        devices_[at(id)].home = home, devices_[at(id)].tier = tier;
    }
  }

  bool holds(int container, int inner) const {
    while (inner != no_container && containers_[at(inner)].depth > containers_[at(container)].depth)
      inner = containers_[at(inner)].parent;
    return inner == container;
  }

  /// How a device shows in the picture of a container.
  Place place_of(int id, int container) const {
    int home = devices_[at(id)].home;
    if (home == container) return {Place::device, id};
    if (!holds(container, home)) return {Place::outside, id};
    while (containers_[at(home)].parent != container) home = containers_[at(home)].parent;
    return {Place::inside, home};
  }

  void draw_links() {
    pictures_.resize(containers_.size());
    for (std::size_t i = 0; i < ends_.size(); ++i) {
      if (is_storage(i)) continue;
      const auto [from, to] = ends_[i];
      const int a = devices_[at(from)].home, b = devices_[at(to)].home;
      const int top = common(a, b);
      for (int box = a; box != top; box = containers_[at(box)].parent) draw(box, i);
      for (int box = b; box != top; box = containers_[at(box)].parent) draw(box, i);
      if (top != no_container) draw(top, i);
    }
  }

  void draw(int container, std::size_t link) {
    Place a = place_of(ends_[link].first, container), b = place_of(ends_[link].second, container);
    if (a == b) return;
    if (b < a) std::swap(a, b);
    Cables& cables = pictures_[at(container)][{a, b}];
    const Link& facts = topology_.links()[link];
    if (cables.links++ == 0) {
      cables.most.resize(loads_.size());
      cables.sum.resize(loads_.size());
      cables.capacity = facts.capacity.value, cables.latency = facts.latency.value;
      cables.kind = facts.kind;
    }
    for (std::size_t k = 0; k < loads_.size(); ++k) {
      const double load = loads_[k].load[link];
      cables.most[k] = std::max(cables.most[k], load), cables.sum[k] += load;
    }
  }

  std::vector<Place> places_of(int container) const {
    std::vector<Place> places;
    for (const int child : containers_[at(container)].children)
      places.push_back({Place::inside, child});
    for (const auto& [ends, cables] : pictures_[at(container)])
      for (const Place& end : {ends.first, ends.second})
        if (end.what != Place::inside) places.push_back(end);
    std::ranges::sort(places);
    places.erase(std::ranges::unique(places).begin(), places.end());
    return places;
  }

  /// Loads of a picture without names, so that pictures that look alike are equal.
  std::string signature(int container) const {
    const std::vector<Place> places = places_of(container);
    std::string text = fmt::format("{}:", places.size());
    for (const auto& [ends, cables] : pictures_[at(container)]) {
      const auto number = [&](const Place& place) {
        return std::ranges::lower_bound(places, place) - places.begin();
      };
      text += fmt::format("{}-{}x{}", number(ends.first), number(ends.second), cables.links);
      for (std::size_t k = 0; k < loads_.size(); ++k)
        text += fmt::format(",{:.5g},{:.5g}", cables.most[k], cables.sum[k]);
    }
    return text;
  }

  Json box_json(const Place& place) const {
    if (place.what == Place::inside)
      return {{"box", place.id}, {"tier", containers_[at(place.id)].kind == "node" ? 0 : -1}};
    const DeviceInPicture& device = devices_[at(place.id)];
    Json json{{"name", device.name}, {"tier", device.tier}};
    if (place.what == Place::outside) json["outside"] = true;
    return json;
  }

  /// Boxes beyond the most that are shown stand as one, with their links.
  Json view_json(int container) const {
    const std::vector<Place> places = places_of(container);
    std::map<Place, int> number;
    std::map<std::pair<Place::What, int>, int> shown, rest;
    Json boxes = Json::array();
    for (const Place& place : places) {
      const int tier = place.what == Place::inside ? 0 : devices_[at(place.id)].tier;
      const std::pair sort(place.what, tier);
      if (shown[sort]++ < most_shown) {
        number[place] = static_cast<int>(boxes.size());
        boxes.push_back(box_json(place));
        continue;
      }
      const auto [more, added] = rest.try_emplace(sort, static_cast<int>(boxes.size()));
      if (added) boxes.push_back({{"more", 0}, {"tier", tier}});
      number[place] = more->second;
      boxes[at(more->second)]["more"] = boxes[at(more->second)]["more"].get<int>() + 1;
    }
    std::map<std::pair<int, int>, Cables> edges;
    for (const auto& [ends, cables] : pictures_[at(container)]) {
      const std::pair key(number[ends.first], number[ends.second]);
      if (key.first == key.second) continue;
      const auto [edge, added] = edges.try_emplace(key, cables);
      if (added) continue;
      edge->second.links += cables.links;
      for (std::size_t k = 0; k < loads_.size(); ++k) {
        edge->second.most[k] = std::max(edge->second.most[k], cables.most[k]);
        edge->second.sum[k] += cables.sum[k];
      }
    }
    Json lines = Json::array();
    for (const auto& [ends, cables] : edges) lines.push_back(line_json(ends, cables));
    return {{"of", container}, {"boxes", std::move(boxes)}, {"lines", std::move(lines)}};
  }

  Json line_json(const std::pair<int, int>& ends, const Cables& cables) const {
    Json most = Json::array(), mean = Json::array();
    for (std::size_t k = 0; k < loads_.size(); ++k) {
      most.push_back(rounded(std::round(cables.most[k] * 1e6) / 1e6));
      mean.push_back(
          rounded(std::round(cables.sum[k] / static_cast<double>(cables.links) * 1e6) / 1e6));
    }
    return {{"a", ends.first},
            {"b", ends.second},
            {"kind", link_kind_name(cables.kind)},
            {"links", cables.links},
            {"capacity_bytes_per_s", rounded(cables.capacity)},
            {"latency_s", rounded(cables.latency)},
            {"load", std::move(most)},
            {"mean_load", std::move(mean)}};
  }

  const Topology& topology_;
  std::span<const LinkLoads> loads_;
  std::vector<Container> containers_;
  std::vector<int> node_box_;  // by node
  std::unordered_map<std::string, int> numbers_;
  std::vector<DeviceInPicture> devices_;
  std::vector<std::pair<int, int>> ends_;  // by link
  std::vector<Picture> pictures_;          // by container
};

}  // namespace

Json fabric_picture(const Topology& topology, std::span<const LinkLoads> loads) {
  return Painter(topology, loads).json();
}

}  // namespace qianka
