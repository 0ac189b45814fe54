// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/dead_links.hpp"

#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/topology/topology.hpp"
#include "sim/topology/ways.hpp"
#include "sim/topology/wiring.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

/// A device by name: a vertex, or one of the switches it stands for.
struct Device {
  VertexId vertex = 0;
  std::optional<std::uint32_t> member;
};

/// "pod0.spine3" as the vertex "pod0.spines" and its member 3; "plane1.core2" as one of "cores".
struct MemberName {
  std::string bundle;
  std::uint32_t index = 0;
};

std::optional<MemberName> member_name(const FabricPlan& plan, const std::string& name) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  if (digits == name.size() || name.size() - digits > 6) return std::nullopt;
  auto index = static_cast<std::uint32_t>(std::stoul(name.substr(digits)));
  std::string base = name.substr(0, digits);
  if (const std::size_t dot = base.find('.'); base.starts_with("plane") && dot > 5 && dot < 12) {
    index += static_cast<std::uint32_t>(std::stoul("0" + base.substr(5, dot - 5))) *
             static_cast<std::uint32_t>(plan.cores_per_plane);
    base = base.substr(dot + 1);
  }
  return MemberName{base + "s", index};
}

class Breaker {
 public:
  Breaker(Wiring& wiring, std::span<const FabricFault> faults) : wiring_(wiring), faults_(faults) {}

  void work() {
    find_devices();
    for (const FabricFault& fault : faults_) {
      if (!known(fault)) continue;
      if (!fault.device.empty()) break_device(devices_.at(fault.device), fault.rate);
      if (fault.device.empty()) break_cables(fault);
    }
    if (!problems_.empty()) throw InputError(problems_);
    apply();
  }

 private:
  /// One pass over all devices for all the names that are asked for.
  void find_devices() {
    std::set<std::string> wanted;
    for (const FabricFault& fault : faults_) {
      if (!fault.device.empty()) wanted.insert(fault.device);
      wanted.insert(fault.link.begin(), fault.link.end());
    }
    std::map<std::string, std::vector<std::pair<std::string, std::uint32_t>>> members;
    for (const std::string& name : wanted)
      if (const auto member = member_name(wiring_.plan, name))
        members[member->bundle].emplace_back(name, member->index);
    for (VertexId v = 0; v < wiring_.storage_network; ++v) {
      const std::string name = vertex_name(wiring_, v);
      if (wanted.contains(name)) devices_[name] = {v, std::nullopt};
      if (wiring_.graph[v].count == 1) continue;
      find_members_of(v, wanted);
      for (const auto& [asked, index] : members[name])
        if (index < wiring_.graph[v].count) devices_.try_emplace(asked, Device{v, index});
    }
    for (const FabricFault& fault : faults_) {
      if (!fault.device.empty()) know(fault.device, fault.where);
      for (const std::string& name : fault.link) know(name, fault.where);
    }
  }

  bool known(const FabricFault& fault) const {
    if (!fault.device.empty()) return devices_.contains(fault.device);
    return std::ranges::all_of(fault.link,
                               [&](const std::string& name) { return devices_.contains(name); });
  }

  /// Switches of a family that `spray` bundled, by their own names.
  void find_members_of(VertexId v, const std::set<std::string>& wanted) {
    if (wiring_.graph[v].kind != VertexKind::fabric_switch) return;
    const auto& names = wiring_.fabric.switches[wiring_.graph[v].index].members;
    for (std::uint32_t i = 0; i < names.size(); ++i)
      if (wanted.contains(names[i])) devices_.try_emplace(names[i], Device{v, i});
  }

  void know(const std::string& name, const SourcePos& where) {
    if (devices_.contains(name)) return;
    std::vector<std::string> names;
    for (VertexId v = wiring_.vertex(static_cast<std::uint32_t>(wiring_.plan.nodes), 0);
         v < wiring_.storage_network; ++v)
      names.push_back(vertex_name(wiring_, v));
    const std::string near = nearest(name, names);
    std::string hint = near.empty() ? "" : say("did you mean '{}'?", near);
    if (near.empty() && !names.empty())
      hint = say("switches are named {} to {}, NICs node0.nic0", names.front(), names.back());
    problems_.push_back({where, say("this fabric has no device '{}'", name), hint});
  }

  /// The rates of a link's cables, as shares; one number unless it is a bundle.
  std::vector<double>& cables_of(LinkId link) {
    auto& rates = rates_[link];
    if (rates.empty()) rates.assign(wiring_.ends[index_of(link)].cables, 1.0);
    return rates;
  }

  /// Whether cable i of a link ends at the device: of the switches below a bundle each has a run of
  /// neighbouring cables, of those above every n-th.
  bool holds(const Device& device, const LinkEnds& ends, std::uint32_t cable) const {
    if (!device.member) return true;
    const std::uint32_t count = wiring_.graph[device.vertex].count;
    const bool is_upper = device.vertex == std::max(ends.from, ends.to);
    return (is_upper ? cable % count : cable / std::max(1U, ends.cables / count)) == *device.member;
  }

  void break_device(const Device& device, double rate) {
    for (std::size_t i = 0; i < wiring_.links.size(); ++i) {
      const LinkEnds& ends = wiring_.ends[i];
      if (ends.from != device.vertex && ends.to != device.vertex) continue;
      auto& cables = cables_of(LinkId{static_cast<std::uint32_t>(i)});
      for (std::uint32_t cable = 0; cable < cables.size(); ++cable)
        if (holds(device, ends, cable)) cables[cable] = std::min(cables[cable], rate);
    }
  }

  void break_cables(const FabricFault& fault) {
    const Device a = devices_.at(fault.link[0]), b = devices_.at(fault.link[1]);
    int there = break_cables(a, b, fault);
    const int back = break_cables(b, a, fault);
    if (there == 0 && back == 0) {
      problems_.push_back({fault.where,
                           say("no cable joins '{}' and '{}'", fault.link[0], fault.link[1]),
                           tr("'qianka show route' prints the links of a way")});
    } else if (const int cables = std::max(there, back); fault.cables && *fault.cables > cables) {
      problems_.push_back({fault.where,
                           say("'{}' and '{}' are joined by {}, not {}", fault.link[0],
                               fault.link[1], counted(cables, "cable"), *fault.cables),
                           ""});
    }
  }

  /// One way; returns how many cables there are.
  int break_cables(const Device& from, const Device& to, const FabricFault& fault) {
    int found = 0;
    for (auto [edge, end] = out_edges(from.vertex, wiring_.graph); edge != end; ++edge) {
      const LinkId link = wiring_.graph[*edge].link;
      if (target(*edge, wiring_.graph) != to.vertex || link == no_link) continue;
      const LinkEnds& ends = wiring_.ends[index_of(link)];
      auto& cables = cables_of(link);
      for (std::uint32_t cable = 0; cable < cables.size(); ++cable) {
        if (!holds(from, ends, cable) || !holds(to, ends, cable)) continue;
        if (++found <= fault.cables.value_or(found))
          cables[cable] = std::min(cables[cable], fault.rate);
      }
    }
    return found;
  }

  void apply() {
    wiring_.broken.dead.assign(wiring_.links.size(), false);
    for (const auto& [link, cables] : rates_) {
      double sum = 0;
      for (const double rate : cables) sum += rate;
      const double left = sum / static_cast<double>(cables.size());
      if (left == 0) {
        wiring_.broken.dead[index_of(link)] = true;
      } else {
        wiring_.links[index_of(link)].capacity = wiring_.links[index_of(link)].capacity * left;
      }
    }
    for (const FabricFault& fault : faults_)
      wiring_.broken.what += (wiring_.broken.what.empty() ? "" : "; ") + describe(fault);
  }

  Wiring& wiring_;
  std::span<const FabricFault> faults_;
  std::map<std::string, Device> devices_;
  std::map<LinkId, std::vector<double>> rates_;
  std::vector<Diagnostic> problems_;
};

VertexId vertex_of(const Wiring& wiring, CardId card) {
  const auto number = static_cast<std::uint32_t>(card);
  return wiring.vertex(number / wiring.node.cards(), number % wiring.node.cards());
}

/// "node0, node4 to node7 (40 cards)"
std::string node_ranges(const std::vector<std::uint32_t>& nodes, std::uint32_t cards) {
  std::string text;
  for (std::size_t i = 0; i < nodes.size();) {
    std::size_t last = i;
    while (last + 1 < nodes.size() && nodes[last + 1] == nodes[last] + 1) ++last;
    text += fmt::format("{}node{}", text.empty() ? "" : ", ", nodes[i]);
    if (last > i) text += say(" to node{}", nodes[last]);
    i = last + 1;
  }
  return fmt::format("{} ({} cards)", text, nodes.size() * cards);
}

/// The nodes that a card can talk to, its own included.
std::set<std::uint32_t> reach_of(const Wiring& wiring, VertexId card) {
  std::set<std::uint32_t> nodes{card / wiring.vertices_of_node()};
  const Ways ways(wiring, card, card, Ways::Inside::all_nodes);
  for (std::uint32_t node = 0; node < static_cast<std::uint32_t>(wiring.plan.nodes); ++node)
    for (std::uint32_t other = 0; other < wiring.node.cards(); ++other)
      if (ways.reaches(wiring.vertex(node, other))) nodes.insert(node);
  return nodes;
}

FabricCut cut_between(const Wiring& wiring, CardId from, CardId to) {
  const VertexId here = vertex_of(wiring, from), there = vertex_of(wiring, to);
  std::string text = say("the fabric is cut: {} cannot reach {} ({})", vertex_name(wiring, here),
                         vertex_name(wiring, there), wiring.broken.what);
  if (!wiring.broken.nic_failover) return FabricCut(text);
  const auto near = reach_of(wiring, here), far = reach_of(wiring, there);
  std::vector<std::uint32_t> neither;
  for (std::uint32_t node = 0; node < static_cast<std::uint32_t>(wiring.plan.nodes); ++node)
    if (!near.contains(node) && !far.contains(node)) neither.push_back(node);
  const std::uint32_t cards = wiring.node.cards();
  text += say("\n  one side: {}\n  other side: {}", node_ranges({near.begin(), near.end()}, cards),
              node_ranges({far.begin(), far.end()}, cards));
  if (!neither.empty()) text += say("\n  reached by neither: {}", node_ranges(neither, cards));
  return FabricCut(text);
}

/// The NICs by which a route leaves one node and enters the other; equal to its ends inside a node.
struct Crossing {
  VertexId out = 0, in = 0;
  std::size_t first = 0, last = 0;  // the links between them: [first, last)
};

Crossing crossing_of(const Wiring& wiring, std::span<const LinkId> route) {
  const VertexId nodes_end = wiring.vertex(static_cast<std::uint32_t>(wiring.plan.nodes), 0);
  Crossing found{.out = wiring.ends[index_of(route.front())].from,
                 .in = wiring.ends[index_of(route.back())].to,
                 .first = 0,
                 .last = route.size()};
  for (std::size_t i = 0; i < route.size(); ++i) {
    const LinkEnds& ends = wiring.ends[index_of(route[i])];
    if (ends.from < nodes_end && ends.to >= nodes_end) found.out = ends.from, found.first = i;
    if (ends.from >= nodes_end && ends.to < nodes_end) found.in = ends.to, found.last = i + 1;
  }
  return found;
}

}  // namespace

void break_links(Wiring& wiring, std::span<const FabricFault> faults, bool nic_failover) {
  wiring.broken.nic_failover = nic_failover;
  if (!faults.empty()) Breaker(wiring, faults).work();
}

void go_round(const Wiring& wiring, CardId from, CardId to, std::uint64_t entropy,
              std::size_t first, std::vector<LinkId>& route) {
  const auto dead = [&](LinkId link) { return wiring.broken.is_dead(link); };
  const std::span<const LinkId> usual = std::span(route).subspan(first);
  if (std::ranges::none_of(usual, dead)) return;
  const Crossing cross = crossing_of(wiring, usual);
  const std::vector<LinkId> before(usual.begin(),
                                   usual.begin() + static_cast<std::ptrdiff_t>(cross.first));
  const std::vector<LinkId> after(usual.begin() + static_cast<std::ptrdiff_t>(cross.last),
                                  usual.end());
  route.resize(first);
  if (std::ranges::none_of(before, dead) && std::ranges::none_of(after, dead)) {
    const Ways ways(wiring, cross.out, cross.in, Ways::Inside::not_at_all);
    if (ways.reaches(cross.out)) {
      route.insert(route.end(), before.begin(), before.end());
      ways.walk(from, to, entropy, route);
      route.insert(route.end(), after.begin(), after.end());
      return;
    }
  }
  const VertexId start = vertex_of(wiring, from), goal = vertex_of(wiring, to);
  if (wiring.broken.nic_failover) {
    const Ways ways(wiring, start, goal, Ways::Inside::two_nodes);
    if (ways.reaches(start)) return ways.walk(from, to, entropy, route);
  }
  throw cut_between(wiring, from, to);
}

std::uint64_t count_ways(const Wiring& wiring, std::span<const LinkId> route) {
  const Crossing cross = crossing_of(wiring, route);
  const bool inside = cross.first == 0 && cross.last == route.size() &&
                      cross.out / wiring.vertices_of_node() == cross.in / wiring.vertices_of_node();
  return Ways(wiring, cross.out, cross.in,
              inside ? Ways::Inside::two_nodes : Ways::Inside::not_at_all)
      .count();
}

}  // namespace qianka
