// SPDX-License-Identifier: Apache-2.0
// A cluster as devices and cables, each one: what exports write, and what the bill of materials
// counts. Whatever the routing, switches are not bundled here.
#pragma once
#include "sim/scenario/cluster_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

enum class DeviceKind {
  card,
  crossbar,
  pcie_switch,
  cpu,
  host,
  nic,
  fabric_switch,
  storage_network,
  storage,
  front_end,
  storage_node
};

const char* device_kind_name(DeviceKind kind);  // "card", "switch"

struct Device {
  static constexpr int no_node = -1;

  std::string name = {};  // "node3.nic0", "group0.leaf3"
  DeviceKind kind = DeviceKind::card;
  std::string part = {};  // id of the catalogue
  int node = no_node;
  int index = 0;         // within the node
  int tier = 0;          // of a switch: cables to the nearest NIC; 1 is a leaf
  bool in_node = false;  // a switch that is part of a node, as the routers of a torus
};

/// What joins two devices, both ways alike.
struct DeviceCable {
  std::uint32_t lower = 0, upper = 0;  // devices; the lower is nearer to the cards
  Bandwidth rate{0};                   // of one, one direction, nominal; 0: it never limits
  Bandwidth capacity{0};               // what large messages reach of it
  Seconds latency{0};
  std::int64_t count = 1;  // side by side
};

struct DeviceGraph {
  std::string id, name;
  int nodes = 0, cards_per_node = 0, nics_per_node = 0;
  std::vector<Device> devices;
  std::vector<DeviceCable> cables;

  bool in_fabric(const DeviceCable& cable) const;  // one end is a switch of the fabric
  int tiers() const;
};

/// Infeasible as for build_topology.
DeviceGraph device_graph(const ClusterSpec& spec);

/// The number of a device of that kind, the first one; nothing where there is none.
std::optional<std::uint32_t> first_of(const DeviceGraph& graph, DeviceKind kind);

/// The same graph without what is inside the nodes and without storage: NICs and switches.
DeviceGraph fabric_only(const DeviceGraph& graph);

/// By Boost.Graph. Rates in whole bytes per second, latencies in whole picoseconds: its writer has
/// six digits for anything else.
std::string graphml_text(const DeviceGraph& graph);
std::string dot_text(const DeviceGraph& graph);

}  // namespace qianka
