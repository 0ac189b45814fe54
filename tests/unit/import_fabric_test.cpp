// SPDX-License-Identifier: Apache-2.0
// What the importers of fabrics make of names, roles and units, and where they refuse; and that
// what is exported comes back.
#include "sim/interchange/export.hpp"
#include "sim/interchange/fabric_draft.hpp"
#include "sim/interchange/name_lists.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/topology/topology.hpp"
#include "sim/units/require.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Imported imported(std::string_view kind, const std::string& text,
                  const ImportRequest& request = {}) {
  for (const ImportKind& each : import_kinds())
    if (each.name == kind) return each.read({text, "f"}, request);
  throw std::runtime_error("no such kind");
}

std::string refusal(std::string_view kind, const std::string& text) {
  try {
    return imported(kind, text).yaml;
  } catch (const InputError& error) {
    const std::string whole = error.what();
    return whole.substr(0, whole.find('\n'));
  }
}

/// The cluster that a text of ours is.
ClusterSpec cluster_of(const std::string& yaml) {
  const fs::path file =
      fs::temp_directory_path() / ("qianka-fabric-" + std::to_string(getpid()) + ".yaml");
  std::ofstream(file) << yaml;
  const ClusterSpec cluster = load_cluster(file.string());
  fs::remove(file);
  return cluster;
}

TEST(NameLists, numbers_count_as_numbers) {
  EXPECT_TRUE(natural_less("node2", "node10"));
  EXPECT_FALSE(natural_less("node10", "node2"));
  EXPECT_TRUE(natural_less("leaf-09", "leaf-10"));
  EXPECT_TRUE(natural_less("a1b2", "a1b10"));
  EXPECT_THAT(bracketed({"leaf0", "leaf1", "leaf2", "leaf7", "core"}),
              ElementsAre("leaf[0-2,7]", "core"));
  EXPECT_THAT(bracketed({"n08", "n09", "n10"}), ElementsAre("n[08-10]"));
  EXPECT_THAT(bracketed({"a.leaf0", "a.leaf1", "b.leaf0"}), ElementsAre("a.leaf[0-1]", "b.leaf0"));
  EXPECT_THAT(host_list("a[1-2],b,c[03]"), ElementsAre("a1", "a2", "b", "c03"));
  EXPECT_EQ(number_list({0, 1, 2, 5}), "[0-2,5]");
}

TEST(ImportFabric, rates_are_read_as_network_people_write_them) {
  const KnownDevices known = known_devices();
  const auto gigabits = [&](const char* text) {
    const auto rate = link_rate(text, known);
    return rate ? rate->value * 8 / 1e9 : -1;
  };
  EXPECT_DOUBLE_EQ(gigabits("400Gbps"), 400);
  EXPECT_DOUBLE_EQ(gigabits("50 GB/s"), 400);
  EXPECT_DOUBLE_EQ(gigabits("400G"), 400);
  EXPECT_DOUBLE_EQ(gigabits("100GbE"), 100);
  EXPECT_DOUBLE_EQ(gigabits("10000M"), 10);
  EXPECT_DOUBLE_EQ(gigabits("4xNDR"), 400);
  EXPECT_DOUBLE_EQ(gigabits("2xHDR"), 100);
  EXPECT_DOUBLE_EQ(gigabits("400"), -1);
  EXPECT_DOUBLE_EQ(gigabits("4x???"), -1);
  EXPECT_DOUBLE_EQ(gigabits("fast"), -1);
}

TEST(ImportFabric, refusals_name_their_place) {
  const std::vector<std::vector<std::string>> refusals{
      {"edges", "x9\n", "f:1:1: error: a link has two ends, this row has 1"},
      {"edges", "from,to,rate\nleaf0,node0,fast\n", "f:2:13: error: 'fast' is no rate"},
      {"edges", "from,to,rate\nleaf0,node0,400\n", "f:2:13: error: '400' is no rate"},
      {"edges", "from,to,count\nleaf0,node0,1.5\n", "f:2:13: error: '1.5' is no number of cables"},
      {"edges", "from,rate\n", "f:1:1: error: the header names no column 'to'"},
      {"edges", "# nothing\n", "f:1:1: error: no row in this file"},
      {"graphml", "<gexf/>", "f:1:1: error: this is <gexf>, not <graphml>"},
      {"graphml", "<graphml/>", "f:1:1: error: no <graph> in this file"},
      {"graphml", "<graphml><graph/></graphml>", "f:1:1: error: no device is in this file"},
      {"graphml", "<graphml><graph>\n<node id=\"a\"/></graph></graphml>",
       "f:2:1: error: no link is in this file"},
      {"graphml",
       "<graphml><graph>\n<node id=\"a\"/>\n<edge source=\"a\" target=\"b\"/></graph>"
       "</graphml>",
       "f:3:1: error: no node 'b'"},
      {"graphml", "<graphml><graph>\n<node/></graph></graphml>",
       "f:2:1: error: a <node> without 'id'"},
      {"ibnetdiscover", "hello\n",
       "f:1:1: error: nothing that ibnetdiscover prints is in this file"},
      {"ibnetdiscover", "[1] \"S-1\"[2]\n", "f:1:1: error: a port before any device"},
      {"ibnetdiscover", "Switch 2 \"S-1\" # \"a\"\n[1] \"S-\n",
       "f:2:1: error: '[1] \"S-' is no port"},
      {"ibnetdiscover", "Switch 2 \"S-1\" # \"a\"\n", "f:1:1: error: no link is in this file"},
      {"slurm-topology", "NodeName=a\n", "f:1:1: error: no SwitchName= in this file"},
      {"slurm-topology", "SwitchName=a Nodes=n[1-2\n",
       "f:1:20: error: 'n[1-2' has a bracket without its twin"},
      {"slurm-topology", "SwitchName=a\n",
       "f:1:12: error: switch 'a' has neither Nodes= nor Switches="},
      {"slurm-topology", "SwitchName=a Switches=b\n", "f:1:12: error: no switch 'b'"},
      {"slurm-topology", "SwitchName=a Switches=b\nSwitchName=b Switches=a\n",
       "f:1:12: error: switch 'a' is above itself"},
      {"slurm-topology", "SwitchName=a Nodes=n1\nSwitchName=a Nodes=n2\n",
       "f:2:12: error: switch 'a' stands twice"},
      {"slurm-topology", "SwitchName = a\n", "f:1:1: error: 'SwitchName' has no '='"},
  };
  for (const auto& one : refusals) EXPECT_EQ(refusal(one[0], one[1]), one[2]) << one[1];
}

TEST(ImportFabric, roles_follow_from_names_attributes_and_places) {
  EXPECT_EQ(role_of_text("dgx-leaf-03"), DraftRole::fabric_switch);
  EXPECT_EQ(role_of_text("gpu-node-17"), DraftRole::node);
  EXPECT_EQ(role_of_text("core switches"), DraftRole::fabric_switch);
  EXPECT_EQ(role_of_text("atlas35"), DraftRole::unknown);
  // Nobody says what atlas35 is, but it hangs below a switch.
  EXPECT_THAT(imported("edges", "atlas35,leaf1,10G\natlas36,leaf1,10G\n").yaml,
              HasSubstr("nodes: 2"));
  // A login node with one port among nodes with two.
  const Imported odd = imported("edges",
                                "node0.nic0,leaf0,10G\nnode0.nic1,leaf1,10G\nnode1.nic0,leaf0,10G\n"
                                "node1.nic1,leaf1,10G\nhost9,leaf0,10G\nleaf0,leaf1,10G\n");
  EXPECT_THAT(odd.yaml, HasSubstr("nodes: 2"));
  ASSERT_EQ(odd.warnings.size(), 1U);
  EXPECT_EQ(odd.warnings[0].message, "host9 left out: 2 have 2 network ports each");
}

TEST(ImportFabric, parts_that_nothing_joins_are_left_out) {
  const Imported split =
      imported("slurm-topology", "SwitchName=a Nodes=n[1-3]\nSwitchName=b Nodes=m[1-2]\n");
  EXPECT_THAT(split.yaml, HasSubstr("nodes: 3"));
  ASSERT_EQ(split.warnings.size(), 1U);
  EXPECT_THAT(split.warnings[0].message, HasSubstr("no way leads there"));
}

TEST(ImportFabric, scontrol_repeats_the_nodes_of_lower_switches) {
  const Imported tree = imported(
      "slurm-topology",
      "SwitchName=s0 Level=0 LinkSpeed=1 Nodes=n[0-1]\nSwitchName=s1 Level=0 LinkSpeed=1 Nodes=n2\n"
      "SwitchName=top Level=1 LinkSpeed=1 Nodes=n[0-2] Switches=s[0-1]\n");
  EXPECT_THAT(tree.yaml, HasSubstr("nics: 1\n"));
  EXPECT_THAT(tree.yaml, HasSubstr("{from: \"s0\", to: \"top\", count: 2}"));
}

TEST(ImportFabric, topology_yaml_is_read_as_topology_conf) {
  const std::string conf =
      "SwitchName=root Switches=s[1-2]\nSwitchName=s1 Nodes=n[1-2]\nSwitchName=s2 Nodes=n[3-4]\n";
  const std::string yaml =
      "---\n- topology: default  # the one that counts\n  cluster_default: true\n  tree:\n"
      "    switches:\n      - switch: root\n        children: s[1-2]\n      - switch: s1\n"
      "        nodes: n[1-2]\n      - switch: \"s2\"\n        nodes: 'n[3-4]'\n"
      "- topology: other\n  tree:\n    switches:\n      - switch: x\n        nodes: m1\n";
  const Imported read = imported("slurm-topology", yaml);
  EXPECT_EQ(read.yaml, imported("slurm-topology", conf).yaml);
  ASSERT_EQ(read.warnings.size(), 1U);
  EXPECT_EQ(to_text(read.warnings[0].at) + ": " + read.warnings[0].message,
            "f:12:3: a second topology is passed over");
  const Imported blocks =
      imported("slurm-topology",
               "- topology: b\n  block:\n    block_sizes: [2, 4]\n    blocks:\n      - block: b1\n"
               "        nodes: n[1-2]\n      - block: b2\n        nodes: n[3-4]\n");
  EXPECT_THAT(blocks.yaml, HasSubstr("between-blocks"));
  EXPECT_EQ(refusal("slurm-topology", "- topology: x\n  flat: true\n"),
            "f:1:1: error: no SwitchName= in this file");
}

TEST(ImportFabric, rates_have_the_names_that_infiniband_is_sold_by) {
  for (const char* rate : {"HDR", "4xHDR", "HDR200", "HDR-200", "200Gb/s", "200 Gbit/s"})
    EXPECT_THAT(imported("edges", std::string("n1,s1,") + rate + "\nn2,s1," + rate + "\n").yaml,
                HasSubstr("rate: 25 GB/s"))
        << rate;
  // A first line with a rate is a link, whatever its ends are called.
  EXPECT_THAT(imported("edges", "a,s1,10G\nb,s1,10G\n").yaml, HasSubstr("nodes: 2"));
  EXPECT_THAT(imported("edges", "a,b,10G\nc,b,10G\n").yaml, HasSubstr("rate: 1.25 GB/s"));
}

TEST(ImportFabric, an_include_of_slurm_is_told) {
  const Imported read =
      imported("slurm-topology", "Include /etc/slurm/more.conf\nSwitchName=s0 Nodes=n[0-3]\n");
  EXPECT_THAT(read.yaml, HasSubstr("nodes: 4"));
  ASSERT_FALSE(read.warnings.empty());
  EXPECT_EQ(read.warnings[0].message, "'/etc/slurm/more.conf' is not read");
}

TEST(ImportMatrix, a_log_may_stand_before_each_line) {
  const std::string header = "GPU0 GPU1 NIC0 CPU Affinity NUMA Affinity\n";
  const std::vector<std::string> rows{header, "GPU0 X NV18 PIX 0-31 0\n",
                                      "GPU1 NV18 X SYS 0-31 0\n", "NIC0 PIX SYS X\n"};
  std::string plain, logged;
  for (const std::string& row : rows) plain += row, logged += "[2024-05-01 10:00:00] node7: " + row;
  EXPECT_EQ(imported("topo-matrix", logged).yaml, imported("topo-matrix", plain).yaml);
  EXPECT_EQ(imported("topo-matrix", "GPU0 and GPU1 were found\n" + plain).yaml,
            imported("topo-matrix", plain).yaml);
}

/// Our own GraphML: every device and cable comes back.
TEST(ImportFabric, exported_graphml_comes_back) {
  ClusterSpec cluster = load_cluster("dgx-h100-rail");
  cluster.nodes = 4;
  const DeviceGraph graph = device_graph(cluster);
  ImportRequest request;
  request.node = "dgx-h100-rail";
  const Imported back = imported("graphml", graphml_text(graph), request);
  const DeviceGraph again = device_graph(cluster_of(back.yaml));
  const auto count = [](const DeviceGraph& of, DeviceKind kind) {
    return std::ranges::count(of.devices, kind, &Device::kind);
  };
  for (const DeviceKind kind : {DeviceKind::card, DeviceKind::nic, DeviceKind::fabric_switch})
    EXPECT_EQ(count(again, kind), count(graph, kind));
  double before = 0, after = 0;
  for (const DeviceCable& cable : fabric_only(graph).cables)
    before += cable.rate.value * static_cast<double>(cable.count);
  for (const DeviceCable& cable : fabric_only(again).cables)
    after += cable.rate.value * static_cast<double>(cable.count);
  EXPECT_DOUBLE_EQ(after, before);
  EXPECT_EQ(build_topology(cluster_of(back.yaml)).bisection(), build_topology(cluster).bisection());
}

/// What stands for the node, without the name of the file it came from.
std::string without_origin(const std::string& yaml) {
  std::string text;
  std::istringstream lines(yaml);
  for (std::string line; std::getline(lines, line);)
    if (line.find("mported") == std::string::npos && !line.starts_with("#") &&
        !line.starts_with("notes:"))
      text += line + "\n";
  return text;
}

void expect_round_trip(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string xml{std::istreambuf_iterator<char>(stream), {}};
  const Imported first = imported("nccl-topo", xml);
  const std::string exported = nccl_topology_text(cluster_of(first.yaml));
  const Imported second = imported("nccl-topo", exported);
  EXPECT_EQ(without_origin(second.yaml), without_origin(first.yaml)) << file << "\n" << exported;
  EXPECT_EQ(nccl_topology_text(cluster_of(second.yaml)), exported) << file;
}

TEST(ExportNccl, a_dump_exported_and_imported_again_is_equal) {
  const fs::path folder = fs::path(QIANKA_SOURCE_DIR) / "tests/import";
  for (const char* name : {"nvswitch.xml", "virtual-switch.xml", "nvswitch-link-down.xml"})
    expect_round_trip(folder / name);
}

TEST(ExportNccl, so_are_real_dumps) {
  const fs::path folder = fs::path(QIANKA_SOURCE_DIR) / "../shared/data/nccl-topo";
  if (!fs::exists(folder)) GTEST_SKIP() << "no ../shared/data/nccl-topo here";
  for (const char* name : {"oci-h100-topo.xml", "aws-p4d-24xl-topo.xml", "rccl-8p-940-topo.xml"})
    expect_round_trip(folder / name);
}

TEST(ExportNccl, a_card_without_a_pci_id_is_refused) {
  EXPECT_THROW(nccl_topology_text(load_cluster("atlas-900-a2-910b")), Infeasible);
}

TEST(ExportSvg, small_and_large_fabrics_are_readable) {
  ClusterSpec cluster = load_cluster("dgx-h100-rail");
  for (const int nodes : {16, 1024}) {
    cluster.nodes = nodes;
    const std::string svg = fabric_svg(device_graph(cluster));
    EXPECT_THAT(svg, HasSubstr(nodes == 16 ? ">16 nodes of 8 cards<" : ">1,024 nodes of 8 cards<"));
    EXPECT_THAT(svg, HasSubstr(">rail 7<"));
    EXPECT_THAT(svg, HasSubstr("leaves<"));
    EXPECT_THAT(svg, HasSubstr("spines<"));
    EXPECT_LT(svg.size(), 100'000U);
  }
}

TEST(ExportSvg, of_one_node_the_inside_is_drawn) {
  ClusterSpec cluster = load_cluster("dgx-h100-rail");
  cluster.nodes = 1, cluster.spares = 0;
  const std::string svg = node_svg(device_graph(cluster));
  for (const char* text : {">card0<", ">card7<", ">crossbar<", ": inside a node<"})
    EXPECT_THAT(svg, HasSubstr(text));
}

TEST(ExportSvg, front_end_and_storage_nodes_are_to_be_seen) {
  ClusterSpec cluster = load_cluster("dgx-h100-rail");
  cluster.nodes = 8;
  EXPECT_THAT(fabric_svg(device_graph(cluster)), Not(HasSubstr("front-end")));
  cluster.front_end = FrontEnd{.nic = load_nic("bluefield-3-400g"), .nics = 2};
  cluster.storage_nodes = StorageNodes{.count = 4, .nic = load_nic("connectx-6-vpi-200ge")};
  std::string svg = fabric_svg(device_graph(cluster));
  for (const char* text : {">front-end network<", ">16 cables of 400 Gb/s from nodes<",
                           ">4 storage nodes<", ">4 cables of 200 Gb/s to storage<"})
    EXPECT_THAT(svg, HasSubstr(text));
  cluster.front_end.reset();
  cluster.storage_nodes->on_compute_fabric = true;
  svg = fabric_svg(device_graph(cluster));
  EXPECT_THAT(svg, HasSubstr(">4 storage nodes<"));
  EXPECT_THAT(svg, Not(HasSubstr("network<")));
}

TEST(ExportDot, front_end_and_storage_nodes_have_their_names) {
  ClusterSpec cluster = load_cluster("dgx-h100-rail");
  cluster.nodes = 2;
  cluster.front_end = FrontEnd{.nic = load_nic("bluefield-3-400g"), .nics = 2};
  cluster.storage_nodes = StorageNodes{.count = 1, .nic = load_nic("connectx-6-vpi-200ge")};
  const std::string dot = dot_text(device_graph(cluster));
  EXPECT_THAT(dot, HasSubstr(R"("node1.host"--"front-end-network"  [label="2 x 400 Gb/s"])"));
  EXPECT_THAT(dot, HasSubstr(R"("front-end-network"--"storage-node0"  [label="200 Gb/s"])"));
}

TEST(ExportDot, names_devices_and_rates) {
  ClusterSpec cluster = load_cluster("dgx-h100-rail");
  cluster.nodes = 2;
  const std::string dot = dot_text(device_graph(cluster));
  EXPECT_THAT(dot, HasSubstr("\"node1.nic7\""));
  EXPECT_THAT(dot, HasSubstr("400 Gb/s"));
}

}  // namespace
}  // namespace qianka
