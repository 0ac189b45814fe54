// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/node_pool.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <numeric>

namespace qianka {

NodePool::NodePool(std::vector<int> leaf_group, int places, bool use_spares)
    : leaf_group_(std::move(leaf_group)), node_(static_cast<std::size_t>(places)) {
  const int nodes = static_cast<int>(leaf_group_.size());
  require(places > 0 && places <= nodes, "a job has nodes, and each hangs on a leaf");
  std::iota(node_.begin(), node_.end(), 0);
  if (!use_spares) unused_spares_ = nodes - places;
  for (int node = places; node < nodes && use_spares; ++node) idle_.insert(node);
}

int NodePool::node_at(int place) const { return node_[static_cast<std::size_t>(place)]; }

void NodePool::doom(int place, Nanoseconds repair) {
  require(node_at(place) >= 0, "only a node that is there can be evicted");
  const auto before = std::ranges::find(doomed_, place, &std::pair<int, Nanoseconds>::first);
  if (before == doomed_.end()) {
    doomed_.emplace_back(place, repair);
  } else {
    before->second = std::max(before->second, repair);  // two faults, repaired together
  }
}

void NodePool::evict_doomed(Nanoseconds now) {
  for (const auto& [place, repair] : doomed_) {
    moved_ -= is_moved(place) ? 1 : 0;
    in_repair_.emplace(now + repair, node_at(place));
    node_[static_cast<std::size_t>(place)] = -1;
    vacant_.insert(place);
  }
  doomed_.clear();
}

int NodePool::fill() {
  int filled = 0;
  for (; !vacant_.empty() && !idle_.empty(); ++filled) {
    const int place = *vacant_.begin();
    const auto node = choose(place);
    node_[static_cast<std::size_t>(place)] = *node;
    idle_.erase(node);
    vacant_.erase(vacant_.begin());
    moved_ += is_moved(place) ? 1 : 0;
  }
  return filled;
}

std::set<int>::const_iterator NodePool::choose(int place) const {
  const int home = leaf_group_[static_cast<std::size_t>(place)];
  const auto near = std::ranges::find_if(
      idle_, [&](int node) { return leaf_group_[static_cast<std::size_t>(node)] == home; });
  return near != idle_.end() ? near : idle_.begin();
}

Nanoseconds NodePool::next_return() const {
  return in_repair_.empty() ? never : in_repair_.begin()->first;
}

void NodePool::take_back() {
  idle_.insert(in_repair_.begin()->second);
  in_repair_.erase(in_repair_.begin());
}

int NodePool::in_job() const { return static_cast<int>(node_.size() - vacant_.size()); }
int NodePool::idle() const { return static_cast<int>(idle_.size()) + unused_spares_; }
int NodePool::in_repair() const { return static_cast<int>(in_repair_.size()); }
int NodePool::vacant() const { return static_cast<int>(vacant_.size()); }
int NodePool::moved() const { return moved_; }

bool NodePool::is_moved(int place) const {
  const auto group_of = [&](int node) { return leaf_group_[static_cast<std::size_t>(node)]; };
  return node_at(place) >= 0 && group_of(node_at(place)) != group_of(place);
}

}  // namespace qianka
