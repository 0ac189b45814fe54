// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/flowlets.hpp"

#include <algorithm>

namespace qianka {
namespace {

// Ways that a flow looks at, and how often all choose: a few choices do nearly what all would
// (Mitzenmacher 2001).
constexpr std::uint64_t ways_looked_at = 16;
constexpr int sweeps_of_all = 3;

}  // namespace

int Flowlets::sweeps() const { return topology_.routing() == Routing::flowlet ? sweeps_of_all : 1; }

std::pair<double, double> Flowlets::fullness(const std::vector<LinkId>& route) const {
  std::pair<double, double> most_and_sum{0, 0};
  for (const LinkId id : route) {
    const double full = (load_[index_of(id)] + 1) / topology_.links()[index_of(id)].capacity.value;
    most_and_sum.first = std::max(most_and_sum.first, full);
    most_and_sum.second += full;
  }
  return most_and_sum;
}

void Flowlets::put(const std::vector<LinkId>& route, double sign) {
  for (const LinkId link : route) load_[index_of(link)] += sign;
}

std::uint64_t Flowlets::choose(CardId from, CardId to, std::uint64_t entropy) {
  if (topology_.routing() != Routing::flowlet) return entropy;
  if (load_.empty()) load_.assign(topology_.links().size(), 0);
  const auto route = [&](std::uint64_t way) -> const std::vector<LinkId>& {
    route_.clear();
    topology_.route(from, to, way, route_);
    return route_;
  };
  const std::size_t flow = next_++;
  if (flow < chosen_.size()) put(route(chosen_[flow]), -1);
  if (flow == chosen_.size()) chosen_.push_back(entropy);
  std::uint64_t best = chosen_[flow];  // stays where nothing is better
  auto least = fullness(route(best));
  for (std::uint64_t way = 0; way < ways_looked_at; ++way) {
    const auto full = fullness(route(way));
    if (full < least) least = full, best = way;
  }
  put(route(best), 1);
  return chosen_[flow] = best;
}

}  // namespace qianka
