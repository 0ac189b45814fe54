// SPDX-License-Identifier: Apache-2.0
// A third opinion on max-min sharing, by the textbook (Bertsekas and Gallager, Data
// Networks, 6.5.2) and without SimGrid: raise all rates alike until a link is full, fix the flows
// on it, go on; then go to the next end of a flow.
#pragma once
#include "sim/engine/flow_set.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace qianka {

/// Max-min rates of the flows in `active`.
inline std::vector<double> fill_links(const FlowSet& flows,
                                      const std::vector<std::size_t>& active) {
  std::vector<double> left, users(flows.capacity.size(), 0.0), rate(flows.size(), 0.0);
  for (const Bandwidth capacity : flows.capacity) left.push_back(capacity.value);
  for (const std::size_t i : active) {
    for (const auto link : flows.route(i)) users[link] += 1;
  }
  for (std::vector<std::size_t> open = active; !open.empty();) {
    const auto share = [&](std::uint32_t link) { return left[link] / users[link]; };
    const auto narrowest = [&](std::size_t i) {
      double least = std::numeric_limits<double>::infinity();
      for (const auto link : flows.route(i)) least = std::min(least, share(link));
      return least;
    };
    double level = std::numeric_limits<double>::infinity();
    for (const std::size_t i : open) level = std::min(level, narrowest(i));
    const auto fixed = std::ranges::partition(
        open, [&](std::size_t i) { return narrowest(i) > level * (1 + 1e-12); });
    for (const std::size_t i : fixed) rate[i] = level;
    for (const std::size_t i : fixed) {
      for (const auto link : flows.route(i)) left[link] -= level, users[link] -= 1;
    }
    open.erase(fixed.begin(), fixed.end());
  }
  return rate;
}

/// Finish time of each flow; every flow has a route.
inline std::vector<double> exact_finish_times(const FlowSet& flows) {
  std::vector<double> finish(flows.size()), left(flows.size()), joins(flows.size());
  std::vector<std::size_t> waiting, active;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    left[i] = flows.bytes[i].value, joins[i] = flows.start[i].value + flows.latency[i].value;
    waiting.push_back(i);
  }
  std::ranges::sort(waiting, std::greater{}, [&](std::size_t i) { return joins[i]; });
  for (double now = 0; !waiting.empty() || !active.empty();) {
    const auto rate = fill_links(flows, active);
    double next = waiting.empty() ? std::numeric_limits<double>::infinity() : joins[waiting.back()];
    for (const std::size_t i : active) next = std::min(next, now + left[i] / rate[i]);
    std::erase_if(active, [&](std::size_t i) {
      left[i] -= rate[i] * (next - now);
      if (left[i] > 1e-11 * flows.bytes[i].value) return false;
      return finish[i] = next, true;
    });
    for (now = next; !waiting.empty() && joins[waiting.back()] <= now; waiting.pop_back())
      active.push_back(waiting.back());
  }
  return finish;
}

}  // namespace qianka
