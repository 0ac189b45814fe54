// SPDX-License-Identifier: Apache-2.0
// From a cluster of ours to files that other tools open: the kinds of `qianka export`, in a table.
#pragma once
#include "sim/scenario/cluster_spec.hpp"
#include "sim/topology/device_graph.hpp"

#include <span>
#include <string>
#include <string_view>

namespace qianka {

struct ExportKind {
  std::string_view name, what;  // "graphml", "GraphML: every device and cable"
  std::string (*text)(const ClusterSpec& cluster);
};

std::span<const ExportKind> export_kinds();

/// A platform of SimGrid, DTD 4.1: cards are hosts, devices are routers, cables side by side one
/// link. Its routes are the shortest by Dijkstra, always the same one of equal ones.
std::string simgrid_platform_text(const DeviceGraph& graph, const Accelerator& card);

/// One node, as NCCL_TOPO_DUMP_FILE writes it. Infeasible when a card has no PCI id.
std::string nccl_topology_text(const ClusterSpec& cluster);

/// A picture: rows of nodes, leaves, spines; where a row has too many, one box for what is alike.
std::string fabric_svg(const DeviceGraph& graph);

/// The inside of node 0: processors, PCIe switches, cards, NICs, and what joins the cards.
std::string node_svg(const DeviceGraph& graph);

}  // namespace qianka
