// SPDX-License-Identifier: Apache-2.0
// Puts the cables of a listed fabric into the Boost graph.
#include "sim/topology/wiring.hpp"

#include <algorithm>
#include <tuple>

namespace qianka {
namespace {

/// An edge that is still to be added.
struct Half {
  VertexId from, to;
  LinkId link;
};

class FabricWirer {
 public:
  explicit FabricWirer(Wiring& into) : built_(into) {}

  void wire() {
    const bool spray = built_.spec.fabric.routing == Routing::spray;
    for (const FabricCable& cable : built_.fabric.cables) {
      const std::uint32_t links = spray ? 1 : cable.count;
      wired_.push_back({cable, join(cable, true, links), join(cable, false, links), links});
    }
    // graph.hpp: out-edges are sorted by target.
    std::ranges::stable_sort(halves_, {},
                             [](const Half& half) { return std::tuple(half.from, half.to); });
    for (const Half& half : halves_) add_edge(half.from, half.to, Edge{half.link}, built_.graph);
    built_.routes = std::make_unique<FabricRoutes>(
        built_.switches.size(), static_cast<std::uint32_t>(built_.plan.nodes),
        static_cast<std::uint32_t>(built_.node.nics.size()), wired_);
  }

 private:
  VertexId vertex(std::uint32_t number) const { return built_.switches.begin + number; }

  /// The adapter's own latency is on both directions, a switch's on the links it feeds.
  Link link_of(const FabricCable& cable, bool up, std::uint32_t bundle) const {
    const auto switch_latency = [&](std::uint32_t number) {
      return built_.fabric.switches[number].part->latency.value_or(Seconds{});
    };
    Link link{LinkKind::cable, cable.rate * bundle, {}, cable.latency};
    link.capacity = link.nominal * fabric_efficiency(built_.spec);
    if (!up) link.latency += switch_latency(cable.upper);
    if (up && !cable.from_nic()) link.latency += switch_latency(cable.lower);
    if (cable.from_nic()) {
      link.kind = LinkKind::nic;
      link.latency += built_.spec.node.nic.latency.value_or(Seconds{});
    }
    return link;
  }

  LinkId join(const FabricCable& cable, bool up, std::uint32_t links) {
    const LinkId first{static_cast<std::uint32_t>(built_.links.size())};
    const std::uint32_t bundle = cable.count / links;
    const VertexId lower = cable.from_nic()
                               ? built_.vertex(cable.node, built_.node.nics[cable.lower].device)
                               : vertex(cable.lower);
    const VertexId from = up ? lower : vertex(cable.upper), to = up ? vertex(cable.upper) : lower;
    for (std::uint32_t i = 0; i < links; ++i) {
      halves_.push_back({from, to, LinkId{static_cast<std::uint32_t>(built_.links.size())}});
      built_.links.push_back(link_of(cable, up, bundle));
      built_.ends.push_back({from, to, bundle});
    }
    return first;
  }

  Wiring& built_;
  std::vector<Half> halves_;
  std::vector<WiredCable> wired_;
};

}  // namespace

void wire_fabric(Wiring& wiring) { FabricWirer(wiring).wire(); }

std::vector<std::uint32_t> leaf_groups_of(const Wiring& wiring) {
  std::vector<std::uint32_t> leaf(static_cast<std::size_t>(wiring.plan.nodes), ~0U);
  for (const FabricCable& cable : wiring.fabric.cables) {
    if (cable.from_nic()) leaf[cable.node] = std::min(leaf[cable.node], cable.upper);
  }
  // Numbered in the order of the nodes.
  std::vector<std::uint32_t> number(wiring.switches.size() + std::size_t{1}, ~0U), groups;
  std::uint32_t next = 0;
  for (const std::uint32_t first : leaf) {
    std::uint32_t& group = number[std::min<std::size_t>(first, wiring.switches.size())];
    if (group == ~0U) group = next++;
    groups.push_back(group);
  }
  return groups;
}

}  // namespace qianka
