// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/checkpoint_traffic.hpp"

#include "sim/campaign/checkpoint_layout.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/storage_path.hpp"
#include "sim/units/format.hpp"
#include "sim/workload/layout.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace qianka {

namespace {

enum class Direction { save, load };

Seconds last_of(const FlowSet& flows) {
  if (flows.size() == 0) return {0};
  const FlowTimes times = simulate_flows(flows);
  return *std::max_element(times.finish.begin(), times.finish.end());
}

FlowSet flows_on(const Topology& topology) {
  FlowSet flows;
  for (const Link& link : topology.links()) flows.capacity.push_back(link.capacity);
  return flows;
}

void add_flow(FlowSet& flows, const Topology& topology, const std::vector<LinkId>& route,
              Bytes bytes) {
  std::vector<std::uint32_t> indices;
  indices.reserve(route.size());
  for (const LinkId link : route) indices.push_back(static_cast<std::uint32_t>(index_of(link)));
  flows.add(indices, bytes, topology.latency(route));
}

/// What the clients' links allow is the flows'; here is what the storage's own limits make of it.
Seconds storage_time(const Scenario& scenario, Bytes total, Direction direction) {
  // By way of the front end and the storage nodes, if there are any.
  const Storage storage = with_storage_path(scenario.cluster).storage;
  const double share = scenario.checkpoint.storage_share.value_or(1);
  const auto& rate = direction == Direction::save ? storage.write : storage.read;
  Seconds longest{0};
  // Without other jobs the flows meet that limit themselves.
  if (rate && share < 1) longest = total / (*rate * share);
  if (storage.slots) {
    const std::string name = storage.name.empty() ? tr("the storage") : storage.name;
    const Bytes size =
        needed(storage.request_size, name, tr("request size (it has request slots)"));
    const Seconds each =
        needed(storage.request_time, name, tr("time of one request (it has slots)"));
    longest = std::max(longest, each * (total / size / (*storage.slots * share)));
  }
  return longest;
}

/// All nodes at once, each its share; the last to finish counts.
Seconds transfer_time(const Scenario& scenario, const Topology& topology,
                      const std::vector<Bytes>& volume, Direction direction) {
  FlowSet flows = flows_on(topology);
  std::vector<LinkId> route;
  for (int node = 0; node < scenario.cluster.nodes; ++node) {
    const Bytes bytes = volume[static_cast<std::size_t>(node)];
    if (bytes.value <= 0) continue;
    route.clear();
    const NodeId id{static_cast<std::uint32_t>(node)};
    direction == Direction::save ? topology.route_to_storage(id, route)
                                 : topology.route_from_storage(id, route);
    add_flow(flows, topology, route, bytes);
  }
  const Bytes total = std::accumulate(volume.begin(), volume.end(), Bytes{0});
  return std::max(last_of(flows), storage_time(scenario, total, direction)) +
         scenario.cluster.storage.fixed.value_or(Seconds{0});
}

/// The fullest node by its own disks.
Seconds disk_time(const Scenario& scenario, const std::vector<Bytes>& volume, Direction direction) {
  const NodeSpec& node = scenario.cluster.node;
  const Bytes most = *std::max_element(volume.begin(), volume.end());
  const std::string who = tr("the nodes of ") + scenario.cluster.name;
  return most / (direction == Direction::save ? needed(node.nvme_write, who, tr("NVMe write rate"))
                                              : needed(node.nvme_read, who, tr("NVMe read rate")));
}

Seconds move(const Scenario& scenario, const Topology& topology, const std::vector<Bytes>& volume,
             Direction direction) {
  return scenario.checkpoint.to == CheckpointPlace::local_nvme
             ? disk_time(scenario, volume, direction)
             : transfer_time(scenario, topology, volume, direction);
}

/// From card to host or back: every card its part, over its own PCIe link.
Seconds host_copy_time(const Scenario& scenario, Bytes of_card, const std::string& key) {
  const Accelerator& accelerator = scenario.cluster.node.accelerator;
  return of_card / needed(accelerator.pcie, accelerator.id, tr("pcie rate (or ") + key + ")");
}

/// A pipelined broadcast: each replica hands on what it gets to the next one.
Seconds broadcast_time(const Scenario& scenario, const Topology& topology) {
  const Parallel& shape = scenario.job.parallel;
  const Bytes bytes = spread_to_card(scenario);
  if (bytes.value <= 0) return {0};
  const Placement placement(scenario.job, topology.cards_per_node());
  FlowSet flows = flows_on(topology);
  std::vector<LinkId> route;
  const int replicas = shape.data * shape.context;
  const auto card = [&](int stage, int tensor, int replica) {
    return placement.card(tensor, stage, replica / shape.context, replica % shape.context);
  };
  for (int stage = 0; stage < shape.pipeline; ++stage)
    for (int tensor = 0; tensor < shape.tensor; ++tensor)
      for (int replica = 0; replica + 1 < replicas; ++replica) {
        route.clear();
        topology.route(card(stage, tensor, replica), card(stage, tensor, replica + 1), 0, route);
        add_flow(flows, topology, route, bytes);
      }
  return last_of(flows);
}

Seconds load_time(const Scenario& scenario, const Topology& topology) {
  const auto readers = scenario.checkpoint.readers;
  if (!readers)
    return move(scenario, topology, saved_by_node(scenario, CheckpointShares::even),
                Direction::load);
  const Seconds read =
      move(scenario, topology, loaded_by_node(scenario, *readers), Direction::load);
  return *readers == CheckpointReaders::all ? read : read + broadcast_time(scenario, topology);
}

/// Every card of a node to its counterpart of each peer, or those of one node that was replaced.
Seconds copy_time(const Scenario& scenario, const Topology& topology, const Holders& groups,
                  Bytes of_card, bool all_nodes) {
  const int cards = topology.cards_per_node();
  FlowSet flows = flows_on(topology);
  std::vector<LinkId> route;
  const auto card_of = [&](int node, int card) {
    return CardId{static_cast<std::uint32_t>(node * cards + card)};
  };
  const auto send = [&](int from, int to) {
    for (int card = 0; card < cards; ++card) {
      route.clear();
      topology.route(card_of(from, card), card_of(to, card), 0, route);
      add_flow(flows, topology, route, of_card);
    }
  };
  // Each to the next ones of its group, round and round.
  const auto peers = static_cast<std::size_t>(scenario.checkpoint.memory->peers);
  if (!all_nodes) {
    send(groups.front()[1], groups.front()[0]);
    return last_of(flows);
  }
  for (const std::vector<int>& group : groups)
    for (std::size_t i = 0; i < group.size(); ++i)
      for (std::size_t k = 1; k <= peers; ++k) send(group[i], group[(i + k) % group.size()]);
  return last_of(flows);
}

void check_memory(const Scenario& scenario, const MemoryCopies& memory, Bytes of_node) {
  const int nodes = scenario.cluster.nodes;
  if (memory.peers >= nodes)
    throw Infeasible(say("checkpoint.memory keeps copies at {}, but the job has {} in all",
                         counted(memory.peers, "other node"), counted(nodes, "node")));
  // The newest complete copy, and the one on its way.
  const Bytes room = of_node * (2.0 * (memory.peers + 1));
  const auto& has = scenario.cluster.node.host_memory;
  if (has && room > *has)
    throw Infeasible(say(
        "checkpoint.memory needs {} of host memory a node (its own copy and {}, each twice), and "
        "a node has {}",
        format_bytes(room), counted(memory.peers, "of a peer", "of peers"), format_bytes(*has)));
}

MemoryTimes memory_times(const Scenario& scenario, const Topology& topology) {
  const MemoryCopies& wanted = *scenario.checkpoint.memory;
  const Bytes of_card = saved_by_card(scenario, CheckpointShares::even);
  check_memory(scenario, wanted, of_card * scenario.cluster.node.cards);
  const Holders groups = memory_holders(wanted, scenario.cluster.nodes);
  const auto own = [&](const char* key) { return host_copy_time(scenario, of_card, key); };
  MemoryTimes times;
  times.stall = wanted.stall ? *wanted.stall : own("checkpoint.memory.stall");
  times.copy =
      wanted.copy_time ? *wanted.copy_time : copy_time(scenario, topology, groups, of_card, true);
  times.load_own = wanted.load_time ? *wanted.load_time : own("checkpoint.memory.load_time");
  times.load_peer = wanted.load_time
                        ? *wanted.load_time
                        : times.load_own + copy_time(scenario, topology, groups, of_card, false);
  return times;
}

/// One replica writes all of it.
Seconds last_words_time(const Scenario& scenario, const Topology& topology) {
  const LastWords& wanted = *scenario.checkpoint.last_words;
  const Holders holders = state_holders(scenario);
  const auto alone = [](const std::vector<int>& group) { return group.size() == 1; };
  if (std::ranges::all_of(holders, alone))
    throw Infeasible(tr(
        "checkpoint.last_words needs a replica that is alive, but every node holds something that "
        "no other node holds\n"
        "  hint: more data parallelism, a shard_group smaller than data, or 'copies: 2' where the "
        "stack keeps its sharded optimizer twice"));
  if (wanted.save_time) return *wanted.save_time;
  return move(scenario, topology, saved_by_node(scenario, CheckpointShares::held), Direction::save);
}

}  // namespace

CheckpointTimes checkpoint_times(const Scenario& scenario, const Topology& topology) {
  const Checkpoint& wanted = scenario.checkpoint;
  CheckpointTimes times{.write = {0}, .stall = {0}, .load = {0}, .bytes = {0}};
  const CheckpointShares shares = wanted.shares.value_or(CheckpointShares::even);
  const bool saves = wanted.mode != CheckpointMode::none;
  if (saves) {
    times.bytes = state_bytes(scenario).all();
    times.write = wanted.save_time
                      ? *wanted.save_time
                      : move(scenario, topology, saved_by_node(scenario, shares), Direction::save);
  }
  if (saves || wanted.last_words)
    times.load = wanted.load_time ? *wanted.load_time : load_time(scenario, topology);
  if (wanted.stall)
    times.stall = *wanted.stall;
  else if (wanted.mode == CheckpointMode::asynchronous)
    times.stall = host_copy_time(scenario, saved_by_card(scenario, shares), "checkpoint.stall");
  if (wanted.memory) times.memory = memory_times(scenario, topology);
  if (wanted.last_words) times.last_words = last_words_time(scenario, topology);
  return times;
}

}  // namespace qianka
