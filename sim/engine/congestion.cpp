// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/congestion.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <queue>
#include <set>
#include <utility>

namespace qianka {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double almost = 1 - 1e-9;  // rates that differ by rounding are the same
constexpr int most_rounds = 64;      // pauses travel a port a round; routes have fewer

/// Progressive filling: the tightest link first.
class Filling {
 public:
  Filling(const FlowSet& flows, std::span<const std::uint32_t> of, std::span<const double> bounds)
      : flows_(flows),
        of_(of),
        bounds_(bounds),
        left_(flows.capacity.size()),
        users_(flows.capacity.size()),
        crossings_(flows.capacity.size(), 0),
        rate_(of.size(), -1) {
    for (std::size_t link = 0; link < left_.size(); ++link)
      left_[link] = flows.capacity[link].value;
    for (std::uint32_t i = 0; i < of.size(); ++i)
      for (const std::uint32_t link : flows.route(of[i]))
        users_[link].push_back(i), ++crossings_[link];
  }

  std::vector<double> fill() {
    for (std::uint32_t link = 0; link < left_.size(); ++link) push(link);
    std::vector<std::uint32_t> by_bound(of_.size());
    std::iota(by_bound.begin(), by_bound.end(), 0U);
    std::ranges::stable_sort(by_bound, {}, [&](std::uint32_t i) { return bounds_[i]; });
    auto next = by_bound.begin();
    while (!tightest_.empty()) {
      const auto [share, link] = tightest_.top();
      for (; next != by_bound.end() && bounds_[*next] <= share; ++next)
        settle(*next, bounds_[*next]);
      tightest_.pop();
      if (crossings_[link] == 0) continue;
      if (left_[link] / crossings_[link] > share) {  // flows that crossed it have settled since
        push(link);
        continue;
      }
      for (const std::uint32_t flow : users_[link]) settle(flow, share);
    }
    for (; next != by_bound.end(); ++next) settle(*next, bounds_[*next]);
    return std::move(rate_);
  }

 private:
  void push(std::uint32_t link) {
    if (crossings_[link] > 0) tightest_.push({left_[link] / crossings_[link], link});
  }

  void settle(std::uint32_t flow, double rate) {
    if (rate_[flow] >= 0) return;
    rate_[flow] = rate;
    for (const std::uint32_t link : flows_.route(of_[flow]))
      left_[link] = std::max(0.0, left_[link] - rate), --crossings_[link];
  }

  using Share = std::pair<double, std::uint32_t>;
  const FlowSet& flows_;
  std::span<const std::uint32_t> of_;
  std::span<const double> bounds_;
  std::vector<double> left_;
  std::vector<std::vector<std::uint32_t>> users_;
  std::vector<int> crossings_;
  std::vector<double> rate_;
  std::priority_queue<Share, std::vector<Share>, std::greater<>> tightest_;
};

/// A way through the fabric enters a switch: its cable can be paused.
bool is_port(LinkKind kind) {
  return kind == LinkKind::nic || kind == LinkKind::leaf_up || kind == LinkKind::leaf_down ||
         kind == LinkKind::spine_up || kind == LinkKind::spine_down || kind == LinkKind::cable;
}

class Congestion {
 public:
  Congestion(FlowSet flows, const Topology& topology)
      : topology_(topology), flows_(std::move(flows)), more_(flows_.size()) {}

  FlowSet add(std::span<const std::vector<std::uint32_t>> kinds) {
    const CongestionSpec wanted = topology_.congestion();
    if (wanted.incast < 1)
      for (const auto& kind : kinds) share_receivers(kind, wanted.incast);
    put_in();
    if (wanted.lossless)
      for (const auto& kind : kinds) pause(kind);
    put_in();
    return std::move(flows_);
  }

 private:
  bool port(std::uint32_t link) const {
    return link < topology_.links().size() && is_port(topology_.links()[link].kind);
  }

  std::uint32_t new_link(double capacity) {
    flows_.capacity.push_back({capacity});
    return static_cast<std::uint32_t>(flows_.capacity.size() - 1);
  }

  /// Where a flow leaves its NIC and where it reaches the other; twice the same inside a node.
  std::pair<std::uint32_t, std::uint32_t> ends(std::uint32_t flow) const {
    std::pair<std::uint32_t, std::uint32_t> found{~0U, ~0U};
    for (const std::uint32_t link : flows_.route(flow)) {
      if (!port(link)) continue;
      if (found.first == ~0U) found.first = link;
      found.second = link;
    }
    return found;
  }

  void share_receivers(const std::vector<std::uint32_t>& kind, double share) {
    std::map<std::uint32_t, std::set<std::uint32_t>> senders;  // by receiving port
    for (const std::uint32_t flow : kind)
      if (const auto [from, to] = ends(flow); from != to) senders[to].insert(from);
    std::map<std::uint32_t, std::uint32_t> narrow;  // link of the port when several meet there
    for (const auto& [to, from] : senders)
      if (from.size() > 1) narrow[to] = new_link(flows_.capacity[to].value * share);
    for (const std::uint32_t flow : kind)
      if (const auto [from, to] = ends(flow); from != to && narrow.contains(to))
        more_[flow].push_back(narrow.at(to));
  }

  /// A flow that waits at a link pauses the ports it came by; whatever else enters by them goes no
  /// faster, and pauses the ports before.
  void pause(const std::vector<std::uint32_t>& kind) {
    std::vector<double> bound(kind.size(), infinite);
    std::vector<std::size_t> held(kind.size(), 0);  // by a paused port: its place in the route
    for (int round = 0; round < most_rounds; ++round) {
      const std::vector<double> rates = max_min_rates(flows_, kind, bound);
      const std::vector<std::size_t> waits = waiting_at(kind, rates, bound, held);
      std::map<std::uint32_t, double> paused;
      for (std::size_t i = 0; i < kind.size(); ++i) {
        const auto route = flows_.route(kind[i]);
        for (const std::uint32_t link : route.first(waits[i])) {
          if (!port(link)) continue;
          double& rate = paused.try_emplace(link, infinite).first->second;
          rate = std::min(rate, rates[i]);
        }
      }
      if (!slow_down(kind, rates, paused, bound, held)) break;
    }
    for (std::size_t i = 0; i < kind.size(); ++i)
      if (bound[i] < infinite) more_[kind[i]].push_back(new_link(bound[i]));
  }

  /// The place in each route where the flow gets no more: at its first full link on which nobody
  /// is faster, or behind a paused port.
  std::vector<std::size_t> waiting_at(const std::vector<std::uint32_t>& kind,
                                      const std::vector<double>& rates,
                                      const std::vector<double>& bound,
                                      const std::vector<std::size_t>& held) const {
    std::vector<double> load(flows_.capacity.size(), 0), fastest(flows_.capacity.size(), 0);
    for (std::size_t i = 0; i < kind.size(); ++i)
      for (const std::uint32_t link : flows_.route(kind[i]))
        load[link] += rates[i], fastest[link] = std::max(fastest[link], rates[i]);
    std::vector<std::size_t> place(kind.size(), 0);
    for (std::size_t i = 0; i < kind.size(); ++i) {
      const auto route = flows_.route(kind[i]);
      std::size_t at = 0;
      while (at < route.size() && (load[route[at]] < flows_.capacity[route[at]].value * almost ||
                                   rates[i] < fastest[route[at]] * almost))
        ++at;
      if (at == route.size()) at = 0;
      // Receiving ports that several share stand at the end of the route, for the last port.
      const bool bounded = rates[i] >= bound[i] * almost;
      place[i] = bounded && (at == 0 || held[i] < at) ? held[i] : at;
    }
    return place;
  }

  /// True when some flow got slower.
  bool slow_down(const std::vector<std::uint32_t>& kind, const std::vector<double>& rates,
                 const std::map<std::uint32_t, double>& paused, std::vector<double>& bound,
                 std::vector<std::size_t>& held) const {
    bool slower = false;
    for (std::size_t i = 0; i < kind.size(); ++i) {
      const auto route = flows_.route(kind[i]);
      for (std::size_t at = 0; at < route.size(); ++at) {
        const auto found = paused.find(route[at]);
        if (found == paused.end() || found->second >= std::min(rates[i], bound[i]) * almost)
          continue;
        bound[i] = found->second, held[i] = at, slower = true;
      }
    }
    return slower;
  }

  void put_in() {
    if (std::ranges::all_of(more_, [](const auto& links) { return links.empty(); })) return;
    FlowSet with;
    with.capacity = flows_.capacity;
    std::vector<std::uint32_t> route;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      const auto links = flows_.route(i);
      route.assign(links.begin(), links.end());
      route.insert(route.end(), more_[i].begin(), more_[i].end());
      with.add(route, flows_.bytes[i], flows_.latency[i], flows_.start[i], flows_.colour[i]);
      more_[i].clear();
    }
    flows_ = std::move(with);
  }

  const Topology& topology_;
  FlowSet flows_;
  std::vector<std::vector<std::uint32_t>> more_;  // by flow: links behind its route
};

}  // namespace

std::vector<double> max_min_rates(const FlowSet& flows, std::span<const std::uint32_t> of,
                                  std::span<const double> bounds) {
  return Filling(flows, of, bounds).fill();
}

FlowSet congested(FlowSet flows, std::span<const std::vector<std::uint32_t>> kinds,
                  const Topology& topology) {
  const CongestionSpec wanted = topology.congestion();
  if (!wanted.lossless && wanted.incast >= 1) return flows;
  return Congestion(std::move(flows), topology).add(kinds);
}

FlowSet congested(FlowSet flows, const Topology& topology) {
  std::vector<std::uint32_t> all(flows.size());
  std::iota(all.begin(), all.end(), 0U);
  return congested(std::move(flows), std::span(&all, 1), topology);
}

}  // namespace qianka
