// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/export.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <array>

namespace qianka {
namespace {

/// A node by itself needs no adapters; beside another one it has them, where their rates are known.
std::string svg_of(const ClusterSpec& cluster) {
  if (cluster.nodes + cluster.spares > 1) return fabric_svg(device_graph(cluster));
  ClusterSpec two = cluster;
  two.nodes = 2;
  try {
    return node_svg(device_graph(two));
  } catch (const Infeasible&) {
    return node_svg(device_graph(cluster));
  }
}

constexpr std::array kinds{
    ExportKind{"graphml", marked("every device and cable, for graph tools"),
               [](const ClusterSpec& cluster) { return graphml_text(device_graph(cluster)); }},
    ExportKind{"dot", marked("the same for GraphViz"),
               [](const ClusterSpec& cluster) { return dot_text(device_graph(cluster)); }},
    ExportKind{"simgrid", marked("a platform file of SimGrid"),
               [](const ClusterSpec& cluster) {
                 return simgrid_platform_text(device_graph(cluster), cluster.node.accelerator);
               }},
    ExportKind{"nccl-topo", marked("one node for NCCL_TOPO_FILE"), nccl_topology_text},
    ExportKind{"svg", marked("a picture of the fabric, or of one node"), svg_of},
};

}  // namespace

std::span<const ExportKind> export_kinds() { return kinds; }

}  // namespace qianka
