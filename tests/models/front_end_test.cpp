// SPDX-License-Identifier: Apache-2.0
// Checkpoints over a front-end network, against arithmetic: eight nodes save 1 GB each.
#include "sim/engine/flow_set.hpp"
#include "sim/scenario/storage_path.hpp"
#include "sim/topology/topology.hpp"
#include "support/small_clusters.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace qianka {
namespace {

using namespace literals;

Nic nic_of(Bandwidth rate) {
  Nic nic;
  nic.id = "front", nic.rate = rate;
  return nic;
}

/// A front-end NIC of 25 GB/s in each node, before a storage that takes 1 TB/s.
ClusterSpec front_end(double oversubscription) {
  ClusterSpec spec = crossbar_cluster(8);
  spec.storage.write = spec.storage.read = 1000.0_GBps;
  spec.front_end = FrontEnd{.nic = nic_of(200.0_Gbps), .oversubscription = oversubscription};
  return spec;
}

double save_time(const ClusterSpec& spec) {
  const Topology topology = build_topology(spec);
  FlowSet flows;
  for (const Link& link : topology.links()) flows.capacity.push_back(link.capacity);
  for (int node = 0; node < spec.nodes; ++node) {
    std::vector<LinkId> route;
    topology.route_to_storage(NodeId{static_cast<std::uint32_t>(node)}, route);
    std::vector<std::uint32_t> links;
    for (const LinkId link : route) links.push_back(static_cast<std::uint32_t>(index_of(link)));
    flows.add(links, 1.0_GB, 0.0_s);
  }
  return std::ranges::max(simulate_flows(flows).finish).value;
}

TEST(FrontEnd, the_least_of_nic_tier_and_storage_nodes_limits) {
  EXPECT_NEAR(save_time(front_end(1)), 1 / 25.0, 1e-12);  // the node's NIC
  EXPECT_NEAR(save_time(front_end(4)), 8 / 50.0, 1e-12);  // 8 x 25 / 4 above the nodes
  ClusterSpec servers = front_end(1);
  servers.storage_nodes = StorageNodes{.count = 2, .nic = nic_of(200.0_Gbps)};
  EXPECT_NEAR(save_time(servers), 8 / 50.0, 1e-12);  // two NICs of 25 GB/s
  servers.storage_nodes->write = 10.0_GBps;
  EXPECT_NEAR(save_time(servers), 8 / 20.0, 1e-12);  // their media
  servers.storage.write = 5.0_GBps;
  EXPECT_NEAR(save_time(servers), 8 / 5.0, 1e-12);  // what the storage is known to take
}

TEST(FrontEnd, storage_nodes_on_the_compute_fabric_are_reached_by_its_nics) {
  // 400 Gb/s of which half is reached: 25 GB/s from the first NIC of each node.
  ClusterSpec spec = crossbar_cluster(8);
  spec.storage.write = 1000.0_GBps;
  spec.storage_nodes =
      StorageNodes{.count = 16, .nic = nic_of(200.0_Gbps), .on_compute_fabric = true};
  EXPECT_NEAR(save_time(spec), 1 / 25.0, 1e-12);
  spec.storage_nodes->count = 4;
  EXPECT_NEAR(save_time(spec), 8 / 100.0, 1e-12);
}

TEST(FrontEnd, nothing_changes_without_either) {
  const ClusterSpec plain = crossbar_cluster(8);
  EXPECT_EQ(with_storage_path(plain).storage_link, plain.storage_link);
  EXPECT_EQ(with_storage_path(plain).storage.write, plain.storage.write);
  ClusterSpec unknown = front_end(4);
  unknown.storage.write = {};
  EXPECT_FALSE(with_storage_path(unknown).storage.write);  // a network says nothing of a storage
}

}  // namespace
}  // namespace qianka
