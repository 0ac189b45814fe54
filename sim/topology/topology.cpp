// SPDX-License-Identifier: Apache-2.0
#include "sim/topology/topology.hpp"

#include "sim/topology/measures.hpp"
#include "sim/topology/wiring.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace qianka {

struct Topology::Impl : Wiring {
  using Wiring::Wiring;
};

Topology::Topology(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Topology::Topology(Topology&&) noexcept = default;
Topology& Topology::operator=(Topology&&) noexcept = default;
Topology::~Topology() = default;

int Topology::nodes() const { return impl_->plan.nodes; }

int Topology::cards_per_node() const { return impl_->spec.node.cards; }

NodeId Topology::node_of(CardId card) const {
  return NodeId{static_cast<std::uint32_t>(card) / impl_->node.cards()};
}

std::span<const Link> Topology::links() const { return impl_->links; }

Routing Topology::routing() const { return impl_->spec.fabric.routing; }

CongestionSpec Topology::congestion() const {
  return impl_->spec.fabric.congestion.value_or(CongestionSpec{});
}

void Topology::route(CardId from, CardId to, std::uint64_t entropy,
                     std::vector<LinkId>& into) const {
  const std::size_t first = into.size();
  route_cards(*impl_, from, to, entropy, into);
  if (!impl_->broken.none()) go_round(*impl_, from, to, entropy, first, into);
}

std::uint64_t Topology::equal_ways(std::span<const LinkId> route) const {
  return count_ways(*impl_, route);
}

void Topology::damage(std::span<const FabricFault> faults, bool nic_failover) {
  break_links(*impl_, faults, nic_failover);
}

void Topology::route_to_storage(NodeId from, std::vector<LinkId>& into) const {
  route_node_to_storage(*impl_, from, into);
}

void Topology::route_from_storage(NodeId to, std::vector<LinkId>& into) const {
  route_storage_to_node(*impl_, to, into);
}

Seconds Topology::latency(std::span<const LinkId> route) const {
  return route_latency(*impl_, route);
}

std::string Topology::card_name(CardId card) const {
  const auto number = static_cast<std::uint32_t>(card);
  return vertex_name(*impl_,
                     impl_->vertex(number / impl_->node.cards(), number % impl_->node.cards()));
}

std::string Topology::link_name(LinkId link) const {
  const LinkEnds& ends = impl_->ends.at(index_of(link));
  return fmt::format("{} -> {}", vertex_name(*impl_, ends.from), vertex_name(*impl_, ends.to));
}

int Topology::leaf_group_of(NodeId node) const {
  return static_cast<int>(impl_->group_of(static_cast<std::uint32_t>(node)));
}

int Topology::pod_of(NodeId node) const {
  return impl_->routes ? 0 : leaf_group_of(node) / std::max(1, impl_->plan.groups_per_pod);
}

int Topology::domain_of(NodeId node) const {
  return static_cast<int>(impl_->domain_of(static_cast<std::uint32_t>(node)));
}

Bandwidth Topology::bisection() const { return bisection_of(*impl_); }

int Topology::diameter() const { return diameter_of(*impl_); }

int Topology::disjoint_paths(NodeId a, NodeId b) const {
  return disjoint_paths_of(*impl_, static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b));
}

int Topology::path_diversity() const { return path_diversity_of(*impl_); }

std::vector<Material> Topology::bill_of_materials() const { return materials(*impl_); }

std::string Topology::dot() const { return draw(*impl_); }

Topology build_topology(const ClusterSpec& spec) {
  return Topology(std::make_unique<Topology::Impl>(spec));
}

}  // namespace qianka
