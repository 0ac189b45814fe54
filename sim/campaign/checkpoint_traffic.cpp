// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/checkpoint_traffic.hpp"

#include "sim/engine/flow_set.hpp"

#include <algorithm>

namespace qianka {

namespace {

enum class Direction { save, load };

/// All nodes at once, an equal share each; the last to finish counts.
Seconds transfer_time(const Scenario& scenario, const Topology& topology, Bytes bytes,
                      Direction direction) {
  FlowSet flows;
  for (const Link& link : topology.links()) flows.capacity.push_back(link.capacity);
  std::vector<LinkId> route;
  std::vector<std::uint32_t> indices;
  for (int node = 0; node < scenario.cluster.nodes; ++node) {
    route.clear(), indices.clear();
    const NodeId id{static_cast<std::uint32_t>(node)};
    direction == Direction::save ? topology.route_to_storage(id, route)
                                 : topology.route_from_storage(id, route);
    for (const LinkId link : route) indices.push_back(static_cast<std::uint32_t>(index_of(link)));
    flows.add(indices, bytes / scenario.cluster.nodes, topology.latency(route));
  }
  const FlowTimes times = simulate_flows(flows);
  return *std::max_element(times.finish.begin(), times.finish.end()) +
         scenario.cluster.storage.fixed.value_or(Seconds{0});
}

/// The copy from card to host: every card its part, over its own PCIe link.
Seconds snapshot_time(const Scenario& scenario, Bytes bytes) {
  const Accelerator& accelerator = scenario.cluster.node.accelerator;
  const Bandwidth link =
      needed(accelerator.pcie, accelerator.id, "pcie rate (or checkpoint.stall)");
  return bytes / static_cast<double>(cards(scenario.job.parallel)) / link;
}

}  // namespace

CheckpointTimes checkpoint_times(const Scenario& scenario, const Topology& topology) {
  const Checkpoint& wanted = scenario.checkpoint;
  CheckpointTimes times{.write = {0}, .stall = {0}, .load = {0}, .bytes = {0}};
  if (wanted.mode == CheckpointMode::none) return times;
  times.bytes = {scenario.job.stack.checkpoint_bytes * parameters(scenario.job.model)};
  times.write = wanted.save_time ? *wanted.save_time
                                 : transfer_time(scenario, topology, times.bytes, Direction::save);
  times.load = wanted.load_time ? *wanted.load_time
                                : transfer_time(scenario, topology, times.bytes, Direction::load);
  if (wanted.stall)
    times.stall = *wanted.stall;
  else if (wanted.mode == CheckpointMode::asynchronous)
    times.stall = snapshot_time(scenario, times.bytes);
  return times;
}

}  // namespace qianka
