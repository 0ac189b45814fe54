// SPDX-License-Identifier: Apache-2.0
// Clusters for tests, with figures that divide well: NICs and ports of 400 Gb/s = 50 GB/s, of which
// half is reached; scale-up links of 400 GB/s, of which three quarters.
#pragma once
#include "sim/scenario/cluster_spec.hpp"

namespace qianka {

inline ClusterSpec crossbar_cluster(int nodes) {
  using namespace literals;
  ClusterSpec spec;
  spec.id = "small";
  spec.nodes = nodes;
  spec.node.accelerator.id = "card";
  spec.node.accelerator.scale_up = 400.0_GBps;
  spec.node.accelerator.scale_up_efficiency = 0.75;
  spec.node.scale_up_latency = 3.0_us;
  spec.node.nic.id = "nic";
  spec.node.nic.rate = 400.0_Gbps;
  spec.node.nic.efficiency = 0.5;
  spec.fabric.leaf.port_rate = spec.fabric.spine.port_rate = 400.0_Gbps;
  return spec;
}

/// Mesh of eight cards with 196 GB/s each.
inline ClusterSpec mesh_cluster(int nodes) {
  using namespace literals;
  ClusterSpec spec = crossbar_cluster(nodes);
  spec.node.scale_up = ScaleUp::mesh;
  spec.node.accelerator.scale_up = 196.0_GBps;
  return spec;
}

/// Eight cards below four PCIe switches of 25 GB/s a slot, 20 GB/s between the two halves.
inline ClusterSpec pcie_cluster(int nodes) {
  using namespace literals;
  ClusterSpec spec = crossbar_cluster(nodes);
  spec.node.scale_up = ScaleUp::pcie;
  spec.node.accelerator.scale_up = {};
  spec.node.accelerator.scale_up_efficiency = {};
  spec.node.accelerator.pcie = 25.0_GBps;
  spec.node.host_bridge = 20.0_GBps;
  return spec;
}

/// Three tiers of 64-port switches: `nodes` in groups of 4, 2 groups a pod.
inline ClusterSpec three_tier_cluster(int nodes, FabricKind kind, Routing routing) {
  ClusterSpec spec = crossbar_cluster(nodes);
  spec.fabric.kind = kind;
  spec.fabric.routing = routing;
  spec.fabric.tiers = 3;
  spec.fabric.nodes_per_leaf = 4;
  spec.fabric.leaf_groups_per_pod = 2;
  return spec;
}

}  // namespace qianka
