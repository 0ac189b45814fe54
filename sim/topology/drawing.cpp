// SPDX-License-Identifier: Apache-2.0
// Names for people, and a picture for GraphViz: one of each kind drawn, the rest counted.
#include "sim/topology/wiring.hpp"
#include "sim/units/format.hpp"
#include "sim/units/require.hpp"

#include <set>

#include <fmt/format.h>

namespace qianka {

namespace {

std::string spine_name(const Wiring& wiring, const Vertex& spine) {
  const auto sets = static_cast<std::uint32_t>(wiring.plan.spine_sets_per_pod);
  std::string name = fmt::format("pod{}.", spine.place / sets);
  if (sets > 1) name += fmt::format("rail{}.", spine.place % sets);
  return name + (spine.count > 1 ? "spines" : fmt::format("spine{}", spine.index));
}

/// "leaf0", or "leaf0+3" for four that are alike.
std::string switch_name(const FabricSwitch& device) {
  return device.count == 1 ? device.name : fmt::format("{}+{}", device.name, device.count - 1);
}

}  // namespace

std::string vertex_name(const Wiring& wiring, VertexId v) {
  const Vertex& device = wiring.graph[v];
  const auto in_node = [&](const char* what) {
    return fmt::format("node{}.{}{}", device.place, what, device.index);
  };
  switch (device.kind) {
    case VertexKind::card:
      return in_node("card");
    case VertexKind::crossbar:
      return fmt::format("node{}.crossbar", device.place);
    case VertexKind::pcie_switch:
      return in_node("pcie");
    case VertexKind::cpu:
      return in_node("cpu");
    case VertexKind::host:
      return fmt::format("node{}.host", device.place);
    case VertexKind::nic:
      return in_node("nic");
    case VertexKind::leaf:
      if (wiring.plan.leaves_per_group == 1) return fmt::format("leaf{}", device.place);
      return fmt::format("group{}.leaf{}", device.place, device.index);
    case VertexKind::spine:
      return spine_name(wiring, device);
    case VertexKind::core:
      if (device.count > 1) return "cores";
      return fmt::format("plane{}.core{}", device.place, device.index);
    case VertexKind::fabric_switch:
      return switch_name(wiring.fabric.switches[device.index]);
    case VertexKind::domain:
      return fmt::format("domain{}", device.place);
    case VertexKind::storage_network:
      return "storage-network";
    case VertexKind::storage:
      return "storage";
  }
  throw Bug("internal error: a vertex of no kind");
}

namespace {

/// Of a fabric that is not a Clos: the switches above node 0, and those next to them.
std::set<VertexId> switches_near(const Wiring& wiring) {
  std::set<VertexId> near;
  const auto add_next = [&](VertexId from) {
    const auto [first, last] = edges_between(wiring.graph, from, wiring.switches);
    for (std::size_t i = first; i < last; ++i) {
      near.insert(wiring.ends[index_of(link_at(wiring.graph, from, i))].to);
    }
  };
  for (const NodePort& port : wiring.node.nics) add_next(port.device);
  for (const VertexId leaf : std::set<VertexId>(near)) add_next(leaf);
  return near;
}

/// Node 0, its leaves, the first spine and the first core, and the storage where any is described.
std::vector<VertexId> sample(const Wiring& wiring) {
  std::vector<VertexId> shown;
  for (VertexId v = 0; v < wiring.vertices_of_node(); ++v) {
    if (wiring.graph[v].kind != VertexKind::host) shown.push_back(v);
  }
  std::set<VertexId> leaves;
  for (const NodePort& port : wiring.node.nics) {
    if (!wiring.routes) leaves.insert(wiring.ends[port.out].to);
  }
  if (wiring.routes) leaves = switches_near(wiring);
  shown.insert(shown.end(), leaves.begin(), leaves.end());
  for (const VertexRange tier : {wiring.spines, wiring.cores}) {
    if (tier.size() > 0) shown.push_back(tier.begin);
  }
  if (wiring.domains.size() > 0) shown.push_back(wiring.domains.begin);
  if (wiring.storage_write == no_link && wiring.storage_read == no_link) return shown;
  shown.insert(shown.end(), {wiring.node.host, wiring.storage_network, wiring.storage});
  return shown;
}

std::string vertex_line(const Wiring& wiring, VertexId v) {
  const Vertex& device = wiring.graph[v];
  const std::string name = vertex_name(wiring, v);
  if (device.count == 1) return fmt::format("  \"{}\";\n", name);
  return fmt::format("  \"{}\" [label=\"{}\\n{} switches\"];\n", name, name, device.count);
}

/// What joins two devices one way.
struct Joint {
  int edges = 0;
  LinkId link = no_link;
};

Joint joint(const Wiring& wiring, VertexId from, VertexId to) {
  Joint found;
  for (auto [edge, end] = out_edges(from, wiring.graph); edge != end; ++edge) {
    if (target(*edge, wiring.graph) != to) continue;
    ++found.edges;
    found.link = wiring.graph[*edge].link;
  }
  return found;
}

std::string rate_label(const Wiring& wiring, const Joint& joint) {
  if (joint.link == no_link) return "not limiting";
  const std::string rate = format_bandwidth(wiring.links[index_of(joint.link)].capacity);
  const std::uint32_t cables = wiring.ends[index_of(joint.link)].cables;
  if (cables > 1) return fmt::format("{} cables, {}", cables, rate);
  return joint.edges > 1 ? fmt::format("{} x {}", joint.edges, rate) : rate;
}

/// Both directions as one line; an arrow for what goes one way only.
std::string edge_line(const Wiring& wiring, VertexId a, VertexId b) {
  const Joint there = joint(wiring, a, b), back = joint(wiring, b, a);
  if (there.edges == 0 && back.edges == 0) return "";
  const bool both = there.edges > 0 && back.edges > 0;
  std::string label = rate_label(wiring, there.edges > 0 ? there : back);
  if (both && rate_label(wiring, back) != label) label += " / " + rate_label(wiring, back);
  return fmt::format("  \"{}\" -> \"{}\" [label=\"{}\"{}];\n",
                     vertex_name(wiring, there.edges > 0 ? a : b),
                     vertex_name(wiring, there.edges > 0 ? b : a), label, both ? ", dir=both" : "");
}

}  // namespace

std::string draw(const Wiring& wiring) {
  const FabricPlan& plan = wiring.plan;
  const std::vector<VertexId> shown = sample(wiring);
  std::string out =
      fmt::format("digraph \"{}\" {{\n  rankdir=BT;\n  node [shape=box];\n", wiring.spec.id);
  const std::string switches =
      wiring.routes ? fmt::format("{} switches", wiring.listed.switches.size())
                    : fmt::format("{} leaves, {} spines, {} cores; {} pods", wiring.leaves.size(),
                                  plan.spines(), plan.cores(), plan.pods);
  out += fmt::format("  label=\"one of {} nodes; {}\";\n", plan.nodes, switches);
  for (const VertexId v : shown) out += vertex_line(wiring, v);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    for (std::size_t j = i + 1; j < shown.size(); ++j) {
      out += edge_line(wiring, shown[i], shown[j]);
    }
  }
  return out + "}\n";
}

}  // namespace qianka
