// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/wiring.hpp"

#include "sim/scenario/storage_path.hpp"
#include "sim/topology/fabric_sizes.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <limits>

namespace qianka {
namespace {

std::uint32_t count(int number) { return static_cast<std::uint32_t>(number); }

class Wirer {
 public:
  explicit Wirer(Wiring& into)
      : built_(into), spec_(into.spec), spray_(into.spec.fabric.routing == Routing::spray) {}

  void wire();

 private:
  void place_devices();
  void place_switches();
  void reserve();
  void copy_node(std::uint32_t node);
  void wire_ports(std::uint32_t node);
  void wire_spines();
  void wire_cores();
  void wire_storage();
  VertexId leaf_of(std::uint32_t node, std::uint32_t nic) const;
  LinkId join(VertexId from, VertexId to, const Link& link, std::uint32_t cables = 1);
  void join_at(LinkId link, VertexId from, VertexId to);
  void join_switches(VertexId lower, VertexId upper, LinkKind up, Bandwidth cable, int cables);

  Wiring& built_;
  const ClusterSpec& spec_;
  bool spray_;
};

/// Under spray one vertex stands for each set of spines, and one for all cores.
void Wirer::place_switches() {
  const FabricPlan& plan = built_.plan;
  const std::uint32_t cores = spray_ ? (plan.cores() > 0 ? 1 : 0) : count(plan.cores());
  built_.spines_of_set = spray_ ? (plan.spines() > 0 ? 1 : 0) : count(plan.spines_per_set);
  built_.leaves.begin = count(plan.nodes) * built_.vertices_of_node();
  built_.leaves.end = built_.leaves.begin + (built_.node.nics.empty() ? 0 : count(plan.leaves()));
  built_.spines = {built_.leaves.end,
                   built_.leaves.end + count(plan.spine_sets()) * built_.spines_of_set};
  built_.cores = {built_.spines.end, built_.spines.end + cores};
  built_.switches = {built_.leaves.begin,
                     built_.cores.end + static_cast<VertexId>(built_.fabric.switches.size())};
  built_.domains = {built_.switches.end, built_.switches.end};
  if (!built_.node.domain.empty())
    built_.domains.end += built_.domain_of(count(plan.nodes) - 1) + 1;
  built_.storage_network = built_.domains.end;
  built_.storage = built_.storage_network + 1;
}

void Wirer::place_devices() {
  place_switches();
  const FabricPlan& plan = built_.plan;
  const std::uint32_t inside = built_.vertices_of_node();
  const std::uint64_t all = std::uint64_t{count(plan.nodes)} * inside + count(plan.leaves()) +
                            count(plan.spines()) + count(plan.cores()) +
                            built_.fabric.switches.size() + built_.domains.size() + 2;
  require(all < std::numeric_limits<VertexId>::max(), "a vertex number fits into 32 bits");
  Graph& graph = built_.graph;
  for (std::uint32_t node = 0; node < count(plan.nodes); ++node) {
    for (Vertex device : built_.node.devices) {
      device.place = node;
      graph[add_vertex(graph)] = device;
    }
  }
  const auto place = [&](VertexRange range, VertexKind kind, int in_a_place, int stands_for) {
    const std::uint32_t size = count(std::max(1, in_a_place));
    for (std::uint32_t i = 0; i < range.size(); ++i) {
      graph[add_vertex(graph)] = {kind, i / size, i % size, count(stands_for)};
    }
  };
  place(built_.leaves, VertexKind::leaf, plan.leaves_per_group, 1);
  place(built_.spines, VertexKind::spine, spray_ ? 1 : plan.spines_per_set,
        spray_ ? plan.spines_per_set : 1);
  place(built_.cores, VertexKind::core, spray_ ? 1 : plan.cores_per_plane,
        spray_ ? plan.cores() : 1);
  for (std::uint32_t i = 0; i < built_.fabric.switches.size(); ++i) {
    graph[add_vertex(graph)] = {VertexKind::fabric_switch, 0, i, built_.fabric.switches[i].count};
  }
  place(built_.domains, VertexKind::domain, 1, 1);
  graph[add_vertex(graph)].kind = VertexKind::storage_network;
  graph[add_vertex(graph)].kind = VertexKind::storage;
  require(num_vertices(graph) == built_.storage + 1, "every device has the number planned for it");
}

void Wirer::reserve() {
  const FabricPlan& plan = built_.plan;
  const std::uint64_t uplinks =
      std::uint64_t{built_.leaves.size()} * (spray_ ? 1 : count(plan.leaf_uplinks())) +
      std::uint64_t{built_.spines.size()} * (spray_ ? 1 : count(plan.spine_uplinks()));
  std::uint64_t listed = 0;
  for (const FabricCable& cable : built_.fabric.cables) listed += spray_ ? 1 : cable.count;
  const std::uint64_t all =
      std::uint64_t{count(plan.nodes)} * built_.links_of_node() + 2 * (uplinks + listed) + 2;
  require(all < std::numeric_limits<std::uint32_t>::max(), "a link number fits into 32 bits");
  built_.links.reserve(all);
  built_.ends.reserve(all);
}

void Wirer::join_at(LinkId link, VertexId from, VertexId to) {
  add_edge(from, to, Edge{link}, built_.graph);
  built_.ends[index_of(link)] = {from, to, 1};
}

LinkId Wirer::join(VertexId from, VertexId to, const Link& link, std::uint32_t cables) {
  const LinkId id{static_cast<std::uint32_t>(built_.links.size())};
  built_.links.push_back(link);
  built_.ends.push_back({from, to, cables});
  add_edge(from, to, Edge{id}, built_.graph);
  return id;
}

void Wirer::copy_node(std::uint32_t node) {
  const NodeTemplate& inside = built_.node;
  built_.links.insert(built_.links.end(), inside.links.begin(), inside.links.end());
  built_.ends.resize(built_.links.size());
  for (const NodeEdge& edge : inside.edges) {
    const VertexId from = built_.vertex(node, edge.from), to = built_.vertex(node, edge.to);
    if (edge.link == no_link) {
      add_edge(from, to, Edge{}, built_.graph);
    } else {
      join_at(built_.link(node, static_cast<std::uint32_t>(index_of(edge.link))), from, to);
    }
  }
}

VertexId Wirer::leaf_of(std::uint32_t node, std::uint32_t nic) const {
  const std::uint32_t group = built_.group_of(node);
  if (spec_.fabric.kind == FabricKind::leaf_spine) return built_.leaves.begin + group;
  return built_.leaves.begin + group * count(built_.plan.leaves_per_group) + nic;
}

void Wirer::wire_ports(std::uint32_t node) {
  const bool clos = is_clos(spec_.fabric.kind);
  for (std::uint32_t i = 0; clos && i < built_.node.nics.size(); ++i) {
    const NodePort& port = built_.node.nics[i];
    const VertexId nic = built_.vertex(node, port.device), leaf = leaf_of(node, i);
    join_at(built_.link(node, port.out), nic, leaf);
    join_at(built_.link(node, port.in), leaf, nic);
  }
  for (const NodePort& port : built_.node.domain) {
    const VertexId crossbar = built_.vertex(node, port.device);
    const VertexId domain = built_.domains.begin + built_.domain_of(node);
    if (port.out == NodePort::no_number) {
      add_edge(crossbar, domain, Edge{}, built_.graph);
      add_edge(domain, crossbar, Edge{}, built_.graph);
    } else {
      join_at(built_.link(node, port.out), crossbar, domain);
      join_at(built_.link(node, port.in), domain, crossbar);
    }
  }
  for (const NodePort& port : built_.node.storage) {
    const VertexId host = built_.vertex(node, port.device);
    join_at(built_.link(node, port.out), host, built_.storage_network);
    join_at(built_.link(node, port.in), built_.storage_network, host);
  }
  if (built_.node.nics.empty() && built_.node.storage.empty()) {
    const VertexId host = built_.vertex(node, built_.node.host);
    add_edge(host, built_.storage_network, Edge{}, built_.graph);
    add_edge(built_.storage_network, host, Edge{}, built_.graph);
  }
}

/// `cables` between two switches: each a link, or under spray one bundle of them all.
void Wirer::join_switches(VertexId lower, VertexId upper, LinkKind up, Bandwidth cable,
                          int cables) {
  const FabricSpec& fabric = spec_.fabric;
  const bool leaf = up == LinkKind::leaf_up;
  const Switch& below = leaf ? fabric.leaf : fabric.spine;
  const Switch& above = leaf ? fabric.spine : fabric.core;
  const std::uint32_t bundle = spray_ ? count(cables) : 1;
  const Bandwidth nominal = cable * bundle;
  const Bandwidth capacity = nominal * fabric_efficiency(spec_);
  const Link climb{up, nominal, capacity, fabric.cable_latency + below.latency.value_or(Seconds{})};
  const Link descend{leaf ? LinkKind::leaf_down : LinkKind::spine_down, nominal, capacity,
                     fabric.cable_latency + above.latency.value_or(Seconds{})};
  for (std::uint32_t i = 0; i < count(cables) / bundle; ++i) join(lower, upper, climb, bundle);
  for (std::uint32_t i = 0; i < count(cables) / bundle; ++i) join(upper, lower, descend, bundle);
}

void Wirer::wire_spines() {
  const FabricPlan& plan = built_.plan;
  const int cables = spray_ ? plan.leaf_uplinks() : plan.cables_per_spine;
  for (VertexId leaf = built_.leaves.begin; leaf < built_.leaves.end; ++leaf) {
    const VertexRange spines = built_.spines_above(leaf);
    for (VertexId spine = spines.begin; spine < spines.end; ++spine) {
      join_switches(leaf, spine, LinkKind::leaf_up, plan.spine_cable, cables);
    }
  }
}

void Wirer::wire_cores() {
  const FabricPlan& plan = built_.plan;
  const int cables = spray_ ? plan.spines_per_set * plan.spine_uplinks() : plan.cables_per_core;
  const std::uint32_t cores = spray_ ? 1 : count(plan.cores_per_plane);
  const std::uint32_t spines_in_plane = count(plan.spines_per_set / plan.planes);
  for (VertexId spine = built_.spines.begin; spine < built_.spines.end; ++spine) {
    const std::uint32_t plane = built_.graph[spine].index / spines_in_plane;
    const VertexId first = built_.cores.begin + plane * cores;
    for (VertexId core = first; core < first + cores; ++core) {
      join_switches(spine, core, LinkKind::spine_up, plan.core_cable, cables);
    }
  }
}

/// The storage's own rates, when known; its wiring to the leaves does not limit.
void Wirer::wire_storage() {
  const Storage& storage = spec_.storage;
  const auto link = [](Bandwidth rate) { return Link{LinkKind::storage, rate, rate, {}}; };
  const VertexId network = built_.storage_network;
  if (storage.write) built_.storage_write = join(network, built_.storage, link(*storage.write));
  if (storage.read) built_.storage_read = join(built_.storage, network, link(*storage.read));
  if (!built_.node.storage.empty() || built_.node.nics.empty()) return;
  const VertexRange above = built_.routes ? built_.switches : built_.leaves;
  for (VertexId leaf = above.begin; leaf < above.end; ++leaf) {
    add_edge(leaf, network, Edge{}, built_.graph);
    add_edge(network, leaf, Edge{}, built_.graph);
  }
}

void Wirer::wire() {
  place_devices();
  reserve();
  for (std::uint32_t node = 0; node < count(built_.plan.nodes); ++node) {
    copy_node(node);
    wire_ports(node);
  }
  if (built_.spines.size() > 0) wire_spines();
  if (built_.cores.size() > 0) wire_cores();
  if (!built_.fabric.cables.empty()) wire_fabric(built_);
  wire_storage();
}

}  // namespace

namespace {

/// Whatever does not go together while a fabric is planned.
template <class Work>
auto sizes_told(Work&& work, const ClusterSpec& spec) {
  try {
    return work(spec);
  } catch (const Infeasible& reason) {
    FabricSizes sizes(reason.what());
    sizes.unknown = reason.unknown;
    throw sizes;
  }
}

}  // namespace

Wiring::Wiring(const ClusterSpec& cluster)
    : spec(with_storage_path(cluster)),
      plan(sizes_told(plan_fabric, spec)),
      node(build_node(spec)) {
  if (!is_clos(spec.fabric.kind) && !node.nics.empty()) {
    listed = sizes_told(fabric_graph, spec);
    fabric = spec.fabric.routing == Routing::spray ? bundled(listed) : listed;
  }
  Wirer(*this).wire();
  if (routes) groups = leaf_groups_of(*this);
}

}  // namespace qianka
