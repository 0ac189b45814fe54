// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/node_pool.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace qianka {

NodePool::NodePool(std::vector<int> leaf_group, int places, bool use_spares, int lent)
    : leaf_group_(std::move(leaf_group)), node_(static_cast<std::size_t>(places)) {
  const int nodes = static_cast<int>(leaf_group_.size());
  require(places > 0 && places <= nodes, "a job has nodes, and each hangs on a leaf");
  require(lent >= 0 && lent <= nodes - places, "what is lent are spares");
  std::iota(node_.begin(), node_.end(), 0);
  place_.assign(leaf_group_.size(), -1);
  std::copy(node_.begin(), node_.end(), place_.begin());
  for (int node = nodes - lent; node < nodes; ++node) lent_.insert(node);
  if (!use_spares) unused_spares_ = nodes - lent - places;
  for (int node = places; node < nodes - lent && use_spares; ++node) idle_.insert(node);
}

int NodePool::node_at(int place) const { return node_[static_cast<std::size_t>(place)]; }

int NodePool::place_of(int node) const {
  return node < 0 ? -1 : place_[static_cast<std::size_t>(node)];
}

void NodePool::doom(int place, const Ticket& ticket) {
  require(node_at(place) >= 0, "only a node that is there can be evicted");
  const auto before = std::ranges::find(doomed_, place, &std::pair<int, Ticket>::first);
  if (before == doomed_.end()) {
    doomed_.emplace_back(place, ticket);
    return;
  }
  // Two faults, repaired together: the longer time counts.
  Ticket& known = before->second;
  if (ticket.healthy == known.healthy ? ticket.repair > known.repair : known.healthy)
    known = ticket;
}

std::vector<std::pair<int, Ticket>> NodePool::evict_doomed() {
  std::vector<std::pair<int, Ticket>> leaving;
  for (const auto& [place, ticket] : doomed_) {
    moved_ -= is_moved(place) ? 1 : 0;
    leaving.emplace_back(node_at(place), ticket);
    place_[static_cast<std::size_t>(node_at(place))] = -1;
    node_[static_cast<std::size_t>(place)] = -1;
    vacant_.insert(place);
  }
  doomed_.clear();
  return leaving;
}

int NodePool::fill() {
  int filled = 0;
  for (; !vacant_.empty() && !idle_.empty(); ++filled) {
    const int place = *vacant_.begin();
    const auto node = choose(place);
    node_[static_cast<std::size_t>(place)] = *node;
    place_[static_cast<std::size_t>(*node)] = place;
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

std::vector<int> NodePool::withdraw(const std::function<bool(int node)>& gone) {
  std::vector<int> withdrawn;
  std::ranges::copy_if(idle_, std::back_inserter(withdrawn), gone);
  for (const int node : withdrawn) idle_.erase(node);
  return withdrawn;
}

void NodePool::take_lent() {
  for (int missing = vacant(); missing > 0 && !lent_.empty(); --missing) {
    idle_.insert(lent_.extract(lent_.begin()));
    ++owed_;
  }
}

void NodePool::take_back(int node) {
  const bool gives_back = owed_ > 0 && vacant_.empty();
  owed_ -= gives_back ? 1 : 0;
  (gives_back ? lent_ : idle_).insert(node);
}

int NodePool::in_job() const { return static_cast<int>(node_.size() - vacant_.size()); }
int NodePool::idle() const { return static_cast<int>(idle_.size()) + unused_spares_; }
int NodePool::vacant() const { return static_cast<int>(vacant_.size()); }
int NodePool::moved() const { return moved_; }

bool NodePool::is_moved(int place) const {
  const auto group_of = [&](int node) { return leaf_group_[static_cast<std::size_t>(node)]; };
  return node_at(place) >= 0 && group_of(node_at(place)) != group_of(place);
}

}  // namespace qianka
