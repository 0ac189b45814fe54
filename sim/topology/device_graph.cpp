// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/device_graph.hpp"

#include "sim/topology/wiring.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

DeviceKind kind_of(VertexKind kind) {
  switch (kind) {
    case VertexKind::card:
      return DeviceKind::card;
    case VertexKind::crossbar:
      return DeviceKind::crossbar;
    case VertexKind::domain:
      return DeviceKind::crossbar;
    case VertexKind::pcie_switch:
      return DeviceKind::pcie_switch;
    case VertexKind::cpu:
      return DeviceKind::cpu;
    case VertexKind::host:
      return DeviceKind::host;
    case VertexKind::nic:
      return DeviceKind::nic;
    case VertexKind::storage_network:
      return DeviceKind::storage_network;
    case VertexKind::storage:
      return DeviceKind::storage;
    default:
      return DeviceKind::fabric_switch;
  }
}

std::string part_of(const Wiring& wiring, const Vertex& vertex) {
  const ClusterSpec& spec = wiring.spec;
  switch (vertex.kind) {
    case VertexKind::card:
      return spec.node.accelerator.id;
    case VertexKind::nic:
      return spec.node.nic.id;
    case VertexKind::leaf:
      return spec.fabric.leaf.id;
    case VertexKind::spine:
      return spec.fabric.spine.id;
    case VertexKind::core:
      return spec.fabric.core.id;
    case VertexKind::fabric_switch:
      return wiring.fabric.switches[vertex.index].part->id;
    case VertexKind::storage:
      return spec.storage.id;
    default:
      return "";
  }
}

class Drawer {
 public:
  explicit Drawer(const Wiring& wiring) : wiring_(wiring) {}

  DeviceGraph draw() {
    const ClusterSpec& spec = wiring_.spec;
    graph_.id = spec.id;
    graph_.name = spec.name;
    graph_.nodes = wiring_.plan.nodes;
    graph_.cards_per_node = spec.node.cards;
    graph_.nics_per_node = static_cast<int>(wiring_.node.nics.size());
    devices();
    cables();
    front_end();
    storage_nodes();
    tiers();
    return std::move(graph_);
  }

 private:
  void devices() {
    const bool storage = wiring_.storage_write != no_link || wiring_.storage_read != no_link;
    const bool network = wiring_.spec.front_end || wiring_.spec.storage_nodes;
    const std::uint32_t all = storage   ? wiring_.storage + 1
                              : network ? wiring_.storage
                                        : wiring_.storage_network;
    for (VertexId v = 0; v < all; ++v) {
      const Vertex& vertex = wiring_.graph[v];
      Device device{.name = vertex_name(wiring_, v), .part = part_of(wiring_, vertex)};
      device.kind = kind_of(vertex.kind);
      device.in_node =
          vertex.kind == VertexKind::fabric_switch && wiring_.fabric.switches[vertex.index].in_node;
      if (v < wiring_.leaves.begin) {
        device.node = static_cast<int>(vertex.place);
        device.index = static_cast<int>(vertex.index);
      }
      graph_.devices.push_back(std::move(device));
    }
  }

  /// Each pair of devices once; links side by side that are alike are one cable with a count. The
  /// way up is shown: down is the same but for latencies of switches.
  void cables() {
    for (VertexId v = 0; v < graph_.devices.size(); ++v) {
      std::map<VertexId, std::vector<DeviceCable>> found;
      for (auto [edge, end] = out_edges(v, wiring_.graph); edge != end; ++edge) {
        const auto other = static_cast<VertexId>(target(*edge, wiring_.graph));
        if (other < v || other >= graph_.devices.size()) continue;
        DeviceCable cable{.lower = v, .upper = other};
        const LinkId link = wiring_.graph[*edge].link;
        if (link != no_link) {
          const Link& of = wiring_.links[index_of(link)];
          cable.rate = of.nominal;
          cable.capacity = of.capacity;
          cable.latency = of.latency;
        }
        auto& to_other = found[other];
        const auto same = std::ranges::find_if(to_other, [&](const DeviceCable& one) {
          return one.rate == cable.rate && one.latency == cable.latency;
        });
        if (same == to_other.end())
          to_other.push_back(cable);
        else
          ++same->count;
      }
      for (const auto& [other, some] : found)
        graph_.cables.insert(graph_.cables.end(), some.begin(), some.end());
    }
  }

  /// The network behind storage traffic has a name, and its cables are those of its NICs.
  void front_end() {
    const auto& front = wiring_.spec.front_end;
    if (!front) return;
    Device& network = graph_.devices[wiring_.storage_network];
    network.name = device_kind_name(DeviceKind::front_end);
    network.kind = DeviceKind::front_end;
    network.part = front->leaf.id;
    for (DeviceCable& cable : graph_.cables) {
      if (cable.upper != wiring_.storage_network || cable.rate.value <= 0) continue;
      cable.rate = front->nic.rate.value_or(cable.rate);
      cable.capacity = cable.capacity / front->nics;
      cable.count = front->nics;
    }
  }

  /// Beside the storage as a whole, which has the rate of them all.
  void storage_nodes() {
    const auto& nodes = wiring_.spec.storage_nodes;
    if (!nodes) return;
    const Bandwidth rate = nodes->nic.rate.value_or(Bandwidth{0});
    for (int i = 0; i < nodes->count; ++i) {
      const auto device = static_cast<std::uint32_t>(graph_.devices.size());
      graph_.devices.push_back({.name = fmt::format("storage-node{}", i),
                                .kind = DeviceKind::storage_node,
                                .part = wiring_.spec.storage.id,
                                .index = i});
      graph_.cables.push_back({.lower = wiring_.storage_network,
                               .upper = device,
                               .rate = rate,
                               .capacity = rate * nodes->nic.efficiency.value_or(1),
                               .count = nodes->nics});
    }
  }

  void tiers() {
    std::vector<std::vector<std::uint32_t>> next(graph_.devices.size());
    std::vector<std::uint32_t> queue;
    for (const DeviceCable& cable : graph_.cables) {
      next[cable.lower].push_back(cable.upper);
      next[cable.upper].push_back(cable.lower);
    }
    for (std::uint32_t i = 0; i < graph_.devices.size(); ++i)
      if (graph_.devices[i].kind == DeviceKind::nic) queue.push_back(i);
    for (std::size_t at = 0; at < queue.size(); ++at) {
      for (const std::uint32_t i : next[queue[at]]) {
        Device& device = graph_.devices[i];
        if (device.kind != DeviceKind::fabric_switch || device.tier > 0) continue;
        device.tier = graph_.devices[queue[at]].tier + 1;
        queue.push_back(i);
      }
    }
    for (DeviceCable& cable : graph_.cables)
      if (graph_.devices[cable.upper].tier < graph_.devices[cable.lower].tier &&
          graph_.devices[cable.upper].kind == DeviceKind::fabric_switch)
        std::swap(cable.lower, cable.upper);
  }

  const Wiring& wiring_;
  DeviceGraph graph_;
};

}  // namespace

const char* device_kind_name(DeviceKind kind) {
  constexpr const char* names[] = {"card",        "crossbar",
                                   "pcie",        "cpu",
                                   "processor",   "nic",
                                   "switch",      "storage-network",
                                   "storage",     "front-end-network",
                                   "storage-node"};
  return names[static_cast<int>(kind)];
}

bool DeviceGraph::in_fabric(const DeviceCable& cable) const {
  return devices[cable.upper].kind == DeviceKind::fabric_switch;
}

int DeviceGraph::tiers() const {
  int most = 0;
  for (const Device& device : devices) most = std::max(most, device.tier);
  return most;
}

DeviceGraph device_graph(const ClusterSpec& spec) {
  ClusterSpec unbundled = spec;
  unbundled.fabric.routing = Routing::ecmp;
  // Nobody has measured this part: the capacities shown are then nominal.
  auto& efficiency = unbundled.node.accelerator.scale_up_efficiency;
  if (!unbundled.node.scale_up_efficiency && !efficiency) efficiency = 1;
  if (!unbundled.node.nic.efficiency) unbundled.node.nic.efficiency = 1;
  return Drawer(Wiring(unbundled)).draw();
}

std::optional<std::uint32_t> first_of(const DeviceGraph& graph, DeviceKind kind) {
  const auto found = std::ranges::find(graph.devices, kind, &Device::kind);
  if (found == graph.devices.end()) return std::nullopt;
  return static_cast<std::uint32_t>(found - graph.devices.begin());
}

DeviceGraph fabric_only(const DeviceGraph& graph) {
  DeviceGraph fabric{graph.id, graph.name, graph.nodes, graph.cards_per_node, graph.nics_per_node,
                     {},       {}};
  std::vector<std::uint32_t> number(graph.devices.size(), ~0U);
  for (std::size_t i = 0; i < graph.devices.size(); ++i) {
    const DeviceKind kind = graph.devices[i].kind;
    if (kind != DeviceKind::nic && kind != DeviceKind::fabric_switch) continue;
    number[i] = static_cast<std::uint32_t>(fabric.devices.size());
    fabric.devices.push_back(graph.devices[i]);
  }
  for (DeviceCable cable : graph.cables) {
    cable.lower = number[cable.lower];
    cable.upper = number[cable.upper];
    if (cable.lower != ~0U && cable.upper != ~0U) fabric.cables.push_back(cable);
  }
  return fabric;
}

}  // namespace qianka
