// SPDX-License-Identifier: Apache-2.0
// An exported platform, loaded by SimGrid: its hosts are our cards, and its way from one to another
// has the rate and the latency of ours.
#include "sim/interchange/export.hpp"
#include "sim/topology/topology.hpp"
#include "support/in_child.hpp"
#include "support/small_clusters.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <simgrid/s4u.hpp>
#include <xbt/log.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;
namespace s4u = simgrid::s4u;

TEST(SimgridPlatform, loads_and_routes_as_ours_does) {
  ClusterSpec spec = crossbar_cluster(3);
  spec.node.cards = spec.node.nics = 2;
  spec.fabric.nodes_per_leaf = 1;
  spec.fabric.cable_latency = Seconds{1e-7};
  const fs::path file =
      fs::temp_directory_path() / ("qianka-platform-" + std::to_string(getpid()) + ".xml");
  std::ofstream(file) << simgrid_platform_text(device_graph(spec), spec.node.accelerator);
  const std::vector<double> found = in_child([&file] {
    xbt_log_control_set("root.thresh:critical");
    s4u::Engine engine("platform");
    engine.load_platform(file.string());
    engine.get_netzone_root()->seal();
    std::vector<s4u::Link*> links;
    double latency = 0, narrowest = std::numeric_limits<double>::max();
    s4u::Host::by_name("node0.card0")->route_to(s4u::Host::by_name("node2.card0"), links, &latency);
    for (const s4u::Link* link : links) narrowest = std::min(narrowest, link->get_bandwidth());
    return std::vector<double>{static_cast<double>(engine.get_host_count()), narrowest, latency,
                               static_cast<double>(links.size())};
  });
  fs::remove(file);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0], 6);  // cards
  EXPECT_DOUBLE_EQ(found[1], 25e9);
  // Down a cable has the switch above in its latency, which is 0 here: the ways are alike.
  EXPECT_NEAR(found[2], 4e-7, 1e-12);
  EXPECT_GE(found[3], 4);
}

}  // namespace
}  // namespace qianka
