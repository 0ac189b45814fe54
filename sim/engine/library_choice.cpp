// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/library_choice.hpp"

#include "sim/language/language.hpp"
#include "sim/units/format.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr Bytes mebibyte{0x1p20};

bool in_switch(Method method) { return method == Method::nvls || method == Method::nvls_tree; }

/// Rounds one after the other are simulated one by one; beyond so many ranks all run at once.
constexpr int most_pairwise_ranks = 64;

/// A library's other choices are not simulated beyond so many flows: they would take longer, and
/// more memory, than all the rest.
constexpr std::size_t most_flows_of_a_choice = 250'000;

}  // namespace

Machine machine_of(const ClusterSpec& cluster) {
  const Accelerator& card = cluster.node.accelerator;
  Machine machine{.cards_per_node = cluster.node.cards, .scale_up = cluster.node.scale_up};
  const auto efficiency = cluster.node.scale_up_efficiency ? cluster.node.scale_up_efficiency
                                                           : card.scale_up_efficiency;
  if (card.scale_up_reduction && efficiency && machine.scale_up == ScaleUp::crossbar)
    machine.node_reduction = *card.scale_up_reduction / *efficiency;
  machine.fabric_reduction = cluster.fabric.leaf.reduction.value_or(0);
  return machine;
}

LibraryCollective::LibraryCollective(const Topology& topology, const ClusterSpec& cluster,
                                     LibrarySpec library, CollectiveKind kind, CardGroups groups)
    : topology_(topology),
      machine_(machine_of(cluster)),
      library_(std::move(library)),
      kind_(kind),
      groups_(std::move(groups)),
      ranks_(static_cast<int>(groups_.at(0).size())),
      nodes_(static_cast<int>(cards_by_node(groups_[0], machine_.cards_per_node).size())) {
  machine_.switch_tree_share = library_.switch_tree_share;
}

std::string LibraryCollective::why_not(Method method) const {
  if (kind_ == CollectiveKind::point_to_point) return "";
  return qianka::why_not(kind_, method, groups_[0], machine_);
}

std::int64_t LibraryCollective::flows() const {
  std::size_t most = 0;
  for (const auto& [method, line] : lines_) most = std::max(most, line.flows);
  return static_cast<std::int64_t>(most);
}

std::int64_t LibraryCollective::classes() const {
  std::size_t most = 0;
  for (const auto& [method, line] : lines_) most = std::max(most, line.classes);
  return static_cast<std::int64_t>(most);
}

const CollectiveLine& LibraryCollective::line(Method method) {
  const auto known = lines_.find(method);
  if (known != lines_.end()) return known->second;
  return lines_.emplace(method, simulate_legs(topology_, kind_, method, groups_, machine_))
      .first->second;
}

/// Reductions in a switch go by the last protocol only, which moves whole pieces.
const Protocol& LibraryCollective::best_protocol(Method method, const CollectiveLine& line,
                                                 Bytes bytes) const {
  require(!library_.protocols.empty(), "a library has a protocol");
  const Protocol* best = &library_.protocols.back();
  if (in_switch(method) || method == Method::sharp) return *best;
  for (const Protocol& protocol : library_.protocols)
    if (time_of(line, library_, protocol, bytes) < time_of(line, library_, *best, bytes))
      best = &protocol;
  return *best;
}

/// Time by the library's own reckoning. NCCL takes a tree to move everything twice over what a ring
/// has, whatever the number of nodes (src/graph/tuning.cc); on two nodes it moves less.
Seconds LibraryCollective::estimate(Method method, Bytes bytes) {
  if (method != Method::tree) {
    const CollectiveLine& cost = line(method);
    return time_of(cost, library_, best_protocol(method, cost, bytes), bytes);
  }
  const CollectiveLine& ring = line(Method::ring);
  const Leg tree = legs_of(kind_, method, groups_[0], machine_).front();
  const Leg round = legs_of(kind_, Method::ring, groups_[0], machine_).front();
  CollectiveLine reckoned;
  if (round.inside > 0) reckoned.inside = ring.inside * (tree.inside / round.inside);
  reckoned.across = ring.across * (tree.across / round.across);
  reckoned.messages = tree.across;
  const double n = ranks_;
  reckoned.seconds_per_byte = ring.seconds_per_byte * n / (n - 1) / library_.tree_share;
  return time_of(reckoned, library_, best_protocol(method, reckoned, bytes), bytes);
}

LibraryCollective::Choice LibraryCollective::choose_by_estimate(Bytes bytes) {
  std::vector<Method> candidates{Method::ring};
  const auto offer = [&](Method method) {
    if (can(method)) candidates.push_back(method);
  };
  if (machine_.scale_up == ScaleUp::mesh && kind_ != CollectiveKind::broadcast)
    offer(nodes_ == 1 ? Method::direct : Method::mesh_pipelined);
  if (kind_ == CollectiveKind::all_reduce)
    offer(Method::tree), offer(Method::nvls), offer(Method::nvls_tree);
  if (candidates.size() == 1) return {Method::ring, tr("nothing else is offered here")};
  line(Method::ring);  // the others are compared with it
  std::vector<std::pair<Seconds, Method>> estimates;
  for (const Method method : candidates)
    if (method == Method::tree || known(method))
      estimates.emplace_back(estimate(method, bytes), method);
  std::ranges::stable_sort(estimates, {}, [](const auto& entry) { return entry.first; });
  std::vector<std::string> words;
  for (const auto& [time, method] : estimates)
    words.push_back(fmt::format("{} {}", method_name(method), format_time(time)));
  std::string reason = say("least estimate: {}", fmt::join(words, ", "));
  // What is too large to simulate gives way to the next.
  auto chosen = estimates.begin();
  while (chosen->second == Method::tree && !known(Method::tree)) ++chosen;
  for (const auto& [method, why] : refused_)
    reason += say("; {} is not simulated: {}", method_name(method), why);
  return {chosen->second, reason};
}

/// False when the method has too many unlike flows to be simulated. A tree's estimate comes from
/// the ring, so it is simulated only when it is chosen.
bool LibraryCollective::known(Method method) {
  if (refused_.contains(method)) return false;
  if (lines_.contains(method)) return true;
  std::size_t flows = 0;
  for (const Leg& leg : legs_of(kind_, method, groups_[0], machine_)) flows += leg.transfers.size();
  flows *= groups_.size();
  if (flows > most_flows_of_a_choice) {
    refused_[method] = say("it would be {} flows, '--algorithm' asks for it all the same",
                           format_count(static_cast<std::int64_t>(flows)));
    return false;
  }
  try {
    line(method);
    return true;
  } catch (const TooManyFlows& why) {
    refused_[method] = why.what();
    return false;
  }
}

LibraryCollective::Choice LibraryCollective::choose_for_all_to_all(Bytes bytes) const {
  if (library_.selection == Selection::hccl_rules && bytes > mebibyte * ranks_)
    return {Method::direct, tr("more than 1 MiB a rank: every card to every other at once")};
  if (ranks_ <= most_pairwise_ranks)
    return {Method::pairwise, tr("every card exchanges with one other after another")};
  return {Method::direct, say("more than {} ranks: rounds overlap", most_pairwise_ranks)};
}

/// HCCL's documentation (CANN, HCCL user guide, "集合通信算法"): by servers and size.
LibraryCollective::Choice LibraryCollective::choose_by_hccl_rules(Bytes bytes) const {
  if (kind_ == CollectiveKind::broadcast) return {Method::ring, tr("broadcasts go round")};
  if (nodes_ == 1) {
    return machine_.scale_up == ScaleUp::mesh
               ? Choice{Method::direct, tr("one server, its cards fully meshed")}
               : Choice{Method::ring, tr("one server, its cards not fully meshed")};
  }
  if (!can(Method::mesh_ring)) return {Method::ring, tr("servers with unequal numbers of cards")};
  if (ranks_ > nodes_ && bytes >= mebibyte * ranks_)
    return {Method::mesh_pipelined, tr("several servers and cards, 1 MiB a rank or more")};
  if (std::has_single_bit(static_cast<unsigned>(nodes_)))
    return {Method::mesh_halving_doubling, tr("the number of servers is a power of two")};
  if (bytes < mebibyte * 256) return {Method::mesh_halving_doubling, tr("less than 256 MiB")};
  if (nodes_ < 32) return {Method::mesh_ring, tr("fewer than 32 servers, 256 MiB or more")};
  return {Method::mesh_nhr, tr("32 servers or more, 256 MiB or more")};
}

LibraryCollective::Choice LibraryCollective::choose(Bytes bytes) {
  if (kind_ == CollectiveKind::point_to_point) return {Method::direct, tr("one card to another")};
  if (kind_ == CollectiveKind::all_to_all) return choose_for_all_to_all(bytes);
  if (library_.selection == Selection::hccl_rules) return choose_by_hccl_rules(bytes);
  return choose_by_estimate(bytes);
}

CollectiveRow LibraryCollective::row(Bytes bytes, std::optional<Method> forced) {
  const Choice choice = forced ? Choice{*forced, tr("asked for")} : choose(bytes);
  const CollectiveLine& cost = line(choice.method);
  const Protocol& protocol = best_protocol(choice.method, cost, bytes);
  CollectiveRow row;
  row.size = bytes;
  row.time = time_of(cost, library_, protocol, bytes);
  if (row.time.value > 0) row.algorithm_bandwidth = bytes / row.time;
  row.bus_bandwidth = row.algorithm_bandwidth * bus_factor(kind_, ranks_);
  row.algorithm = method_name(choice.method);
  row.protocol = protocol.name;
  const bool waits = waiting(cost, library_, protocol) > row.time / 2;
  row.limit = waits ? "latency" : cost.bottleneck;
  row.reason = choice.reason;
  return row;
}

}  // namespace qianka
