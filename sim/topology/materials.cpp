// SPDX-License-Identifier: Apache-2.0
// What the cluster is made of, counted on the plan. Every cable counts with two optical modules,
// tier by tier: who joins nodes to leaves by copper leaves that line out.
#include "sim/topology/wiring.hpp"

#include <algorithm>
#include <map>

namespace qianka {

namespace {

void add_storage(const ClusterSpec& spec, std::int64_t nodes, std::vector<Material>& all) {
  if (const auto& front = spec.front_end)
    all.push_back({"front-end NIC", front->nic.id, nodes * front->nics});
  if (const auto& storage = spec.storage_nodes) {
    all.push_back({"storage node", spec.storage.id, storage->count});
    all.push_back(
        {"NIC of a storage node", storage->nic.id, std::int64_t{storage->count} * storage->nics});
  }
}

/// Switches by part, cables by what they join.
void add_listed(const Wiring& wiring, std::vector<Material>& all) {
  std::map<std::string, std::int64_t> switches;
  std::int64_t to_nodes = 0, between = 0;
  for (const FabricSwitch& device : wiring.listed.switches) {
    if (!device.in_node) ++switches[device.part->id];
  }
  for (const FabricCable& cable : wiring.listed.cables) {
    if (cable.from_nic() && wiring.listed.switches[cable.upper].in_node) continue;
    (cable.from_nic() ? to_nodes : between) += cable.count;
  }
  for (const auto& [part, count] : switches) all.push_back({"switch", part, count});
  const std::string& optic = wiring.spec.fabric.optic.id;
  all.push_back({"cable, node to switch", "", to_nodes});
  all.push_back({"cable, switch to switch", "", between});
  all.push_back({"optical module, node to switch", optic, 2 * to_nodes});
  all.push_back({"optical module, switch to switch", optic, 2 * between});
}

}  // namespace

std::vector<Material> materials(const Wiring& wiring) {
  const ClusterSpec& spec = wiring.spec;
  const FabricPlan& plan = wiring.plan;
  const std::int64_t nodes = plan.nodes;
  const std::int64_t nics = nodes * spec.node.nics;
  const std::int64_t node_cables = wiring.leaves.size() > 0 ? nics : 0;
  const std::int64_t spine_cables = std::int64_t{plan.leaves()} * plan.leaf_uplinks();
  const std::int64_t core_cables = std::int64_t{plan.spines()} * plan.spine_uplinks();
  std::vector<Material> all{
      {"node", spec.id, nodes},
      {"card", spec.node.accelerator.id, nodes * spec.node.cards},
      {"NIC", spec.node.nic.id, nics},
      {"leaf switch", spec.fabric.leaf.id, wiring.leaves.size()},
      {"spine switch", spec.fabric.spine.id, plan.spines()},
      {"core switch", spec.fabric.core.id, plan.cores()},
      {"cable, node to leaf", "", node_cables},
      {"cable, leaf to spine", "", spine_cables},
      {"cable, spine to core", "", core_cables},
      {"optical module, node to leaf", spec.fabric.optic.id, 2 * node_cables},
      {"optical module, leaf to spine", spec.fabric.optic.id, 2 * spine_cables},
      {"optical module, spine to core", spec.fabric.optic.id, 2 * core_cables},
  };
  add_listed(wiring, all);
  add_storage(spec, nodes, all);
  std::erase_if(all, [](const Material& line) { return line.count == 0; });
  return all;
}

}  // namespace qianka
