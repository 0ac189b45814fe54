// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/pass_collectives.hpp"

#include "sim/units/require.hpp"

#include <algorithm>

namespace qianka {

namespace {

const char* group_name(CommGroup group) {
  switch (group) {
    case CommGroup::tensor:
      return "tensor";
    case CommGroup::context:
      return "context";
    case CommGroup::expert:
      return "expert";
    case CommGroup::data:
      return "data";
    case CommGroup::expert_data:
      return "data of experts";
  }
  throw Bug("unknown group");
}

bool holds_replicas(CommGroup group) {
  return group == CommGroup::data || group == CommGroup::expert_data;
}

}  // namespace

PassCollectives::PassCollectives(const Scenario& scenario, const Topology& topology,
                                 const Placement& placement)
    : scenario_(scenario), topology_(topology), placement_(placement) {}

CardGroups PassCollectives::find_groups(CommGroup kind) const {
  CardGroups groups = groups_of_job(scenario_.job, placement_, kind);
  if (groups.empty()) return groups;
  const auto node_of = [&](CardId card) {
    return index_of(card) / static_cast<std::size_t>(topology_.cards_per_node());
  };
  const bool inside_node = std::ranges::all_of(groups, [&](const auto& group) {
    return std::ranges::all_of(
        group, [&](CardId card) { return node_of(card) == node_of(group.front()); });
  });
  // Groups inside a node share links only with the groups of the same node: one node stands for
  // all. Groups across nodes that stay below one set of leaves meet only those of the same leaves.
  const std::size_t first = node_of(groups.front().front());
  const auto leaves_of = [&](std::size_t node) {
    return topology_.leaf_group_of(NodeId{static_cast<std::uint32_t>(node)});
  };
  const bool below_leaves = std::ranges::all_of(groups, [&](const auto& group) {
    return std::ranges::all_of(group, [&](CardId card) {
      return leaves_of(node_of(card)) == leaves_of(node_of(group.front()));
    });
  });
  std::erase_if(groups, [&](const auto& group) {
    const std::size_t node = node_of(group.front());
    if (inside_node) return node != first;
    return below_leaves && leaves_of(node) != leaves_of(first);
  });
  return groups;
}

const CardGroups& PassCollectives::groups_of(CommGroup kind) {
  const auto [known, fresh] = groups_.try_emplace(kind);
  if (fresh) known->second = find_groups(kind);
  return known->second;
}

Seconds PassCollectives::time(CommGroup group, CollectiveKind kind, Bytes size) {
  if (size.value == 0 || groups_of(group).empty()) return {0};
  const auto [known, fresh] = known_.try_emplace({group, kind, size.value});
  if (fresh) {
    const CardGroups& groups = groups_of(group);
    const Algorithm algorithm =
        usual_algorithm(scenario_.cluster.node.scale_up, groups, topology_.cards_per_node());
    const int rings = holds_replicas(group) ? scenario_.job.stack.exchange_rings : 0;
    known->second = time_collective(topology_, kind, algorithm, groups, size, rings);
    known->second.name = std::string(group_name(group)) + " " + collective_name(kind);
  }
  return known->second.time;
}

std::vector<CollectiveRecord> PassCollectives::records() const {
  std::vector<CollectiveRecord> all;
  for (const auto& [key, record] : known_) all.push_back(record);
  return all;
}

}  // namespace qianka
