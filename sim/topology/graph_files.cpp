// SPDX-License-Identifier: Apache-2.0
// GraphML and DOT, written by Boost.Graph.
#include "sim/topology/device_graph.hpp"

#include <cmath>
#include <sstream>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphml.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/property_map/dynamic_property_map.hpp>
#include <fmt/format.h>

namespace qianka {
namespace {

struct FileVertex {
  std::string name, kind, part;
  int node = -1, tier = 0;
  std::string shape;
};

struct FileEdge {
  long long rate = 0, latency = 0, count = 1;
  std::string label;
};

using FileGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, FileVertex, FileEdge>;

std::string label_of(const DeviceCable& cable) {
  constexpr double bits_in_gigabyte = 8 / 1e9;
  if (cable.rate.value <= 0) return "";
  const std::string rate = fmt::format("{:.6g} Gb/s", cable.rate.value * bits_in_gigabyte);
  return cable.count > 1 ? fmt::format("{} x {}", cable.count, rate) : rate;
}

FileGraph file_graph(const DeviceGraph& graph) {
  FileGraph file(graph.devices.size());
  for (std::size_t i = 0; i < graph.devices.size(); ++i) {
    const Device& device = graph.devices[i];
    const bool box =
        device.kind == DeviceKind::fabric_switch || device.kind == DeviceKind::front_end;
    const bool drum = device.kind == DeviceKind::storage || device.kind == DeviceKind::storage_node;
    file[i] = {device.name, device_kind_name(device.kind),
               device.part, device.node,
               device.tier, box ? "box" : drum ? "cylinder" : "ellipse"};
  }
  for (const DeviceCable& cable : graph.cables)
    add_edge(cable.lower, cable.upper,
             {std::llround(cable.rate.value), std::llround(cable.latency.value * 1e12), cable.count,
              label_of(cable)},
             file);
  return file;
}

}  // namespace

std::string graphml_text(const DeviceGraph& graph) {
  FileGraph file = file_graph(graph);
  boost::dynamic_properties all;
  all.property("name", get(&FileVertex::name, file));
  all.property("kind", get(&FileVertex::kind, file));
  all.property("part", get(&FileVertex::part, file));
  all.property("node", get(&FileVertex::node, file));
  all.property("tier", get(&FileVertex::tier, file));
  all.property("rate_bytes_per_s", get(&FileEdge::rate, file));
  all.property("latency_ps", get(&FileEdge::latency, file));
  all.property("count", get(&FileEdge::count, file));
  std::ostringstream out;
  write_graphml(out, file, all, true);
  return out.str();
}

std::string dot_text(const DeviceGraph& graph) {
  FileGraph file = file_graph(graph);
  boost::dynamic_properties all;
  all.property("node_id", get(&FileVertex::name, file));
  all.property("shape", get(&FileVertex::shape, file));
  all.property("kind", get(&FileVertex::kind, file));
  all.property("label", get(&FileEdge::label, file));
  std::ostringstream out;
  write_graphviz_dp(out, file, all);
  return out.str();
}

}  // namespace qianka
