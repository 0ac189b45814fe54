// SPDX-License-Identifier: Apache-2.0
#include "sim/study/peers.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace qianka {
namespace {

Bytes largest_size(const MeasuredRun& run) {
  Bytes largest{0};
  for (const MeasuredPoint& point : run.points) largest = std::max(largest, point.bytes);
  return largest;
}

/// The best at sizes up to this one.
Bandwidth best_up_to(const MeasuredRun& run, Bytes size) {
  Bandwidth best{0};
  for (const MeasuredPoint& point : run.points)
    if (point.bytes <= size) best = std::max(best, bus_bandwidth(run, point));
  return best;
}

}  // namespace

std::vector<double> shares_of_peers(const std::vector<MeasuredRun>& runs) {
  std::map<std::tuple<CollectiveKind, std::size_t, int>, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < runs.size(); ++i)
    alike[{runs[i].kind, runs[i].ranks.size(), runs[i].nodes}].push_back(i);
  std::vector<double> shares(runs.size(), 1);
  for (const auto& [key, peers] : alike) {
    Bytes common = largest_size(runs[peers.front()]);
    for (const std::size_t i : peers) common = std::min(common, largest_size(runs[i]));
    std::vector<double> speeds;
    for (const std::size_t i : peers) speeds.push_back(best_up_to(runs[i], common).value);
    std::vector<double> sorted = speeds;
    std::ranges::sort(sorted);
    const double usual = sorted[sorted.size() / 2];
    for (std::size_t p = 0; p < peers.size() && usual > 0; ++p)
      shares[peers[p]] = speeds[p] / usual;
  }
  return shares;
}

}  // namespace qianka
