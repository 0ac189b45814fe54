// SPDX-License-Identifier: Apache-2.0
// The inside of a node, built once and copied for every node: devices, links, and the routes
// between cards and from cards to NICs, found by breadth-first search. Links of the node that lead
// outside (NIC to leaf, host to storage) are numbered here too, so that a node's links are one
// block of ids.
#pragma once
#include "sim/scenario/cluster_spec.hpp"
#include "sim/topology/graph.hpp"
#include "sim/topology/topology.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace qianka {

/// Routes from each of a set of devices to each of another, as link numbers within the node.
struct RouteTable {
  std::uint32_t columns = 0;
  std::vector<std::uint32_t> offset{0};
  std::vector<std::uint32_t> links;

  std::span<const std::uint32_t> at(std::uint32_t row, std::uint32_t column) const {
    const std::size_t i = std::size_t{row} * columns + column;
    return std::span(links).subspan(offset[i], offset[i + 1] - offset[i]);
  }
  void add(std::span<const std::uint32_t> route) {
    links.insert(links.end(), route.begin(), route.end());
    offset.push_back(static_cast<std::uint32_t>(links.size()));
  }
};

/// One of the node's ways out: the device inside and the link numbers of both directions (of a NIC,
/// in a Clos only).
struct NodePort {
  static constexpr std::uint32_t no_number = ~0U;  // it does not limit

  VertexId device;
  std::uint32_t out = no_number, in = no_number;
};

struct NodeEdge {
  VertexId from, to;
  LinkId link;  // number within the node, or no_link
};

struct NodeTemplate {
  std::vector<Vertex> devices;    // the cards first; a VertexId of the template is an index into it
  std::vector<NodeEdge> edges;    // in the order of wiring
  std::vector<Link> links;        // the block: inside first, then the ports
  std::vector<NodePort> nics;     // empty when the node is not wired to a fabric
  std::vector<NodePort> storage;  // one entry: the node's own way to the storage network; or none
  VertexId host = 0;
  std::vector<NodePort> domain;  // one entry: the crossbar's way into the scale-up domain; or none
  std::vector<std::uint32_t> to_crossbar, from_crossbar;  // by card: its links; of a domain only

  RouteTable card_to_card;  // rows and columns: cards
  RouteTable card_to_nic;   // rows cards, columns NICs; empty = passages only, or never used
  RouteTable nic_to_card;   // rows NICs, columns cards
  RouteTable host_to_nic;   // 1 x 1, host and NIC 0: storage traffic that takes the fabric
  RouteTable nic_to_host;
  std::vector<std::uint32_t> first_nic;  // by card, and one past the end: NICs of card c when there
  std::vector<std::uint32_t>
      nic_owner;  // are at least as many NICs as cards; by NIC: its first card

  std::uint32_t cards() const { return card_to_card.columns; }
};

/// Capacity of a link of the fabric over its nominal rate: headers and protocol of the NIC, times
/// what the transport reaches on this cluster.
double fabric_efficiency(const ClusterSpec& spec);

/// Infeasible when a rate it needs is unknown.
NodeTemplate build_node(const ClusterSpec& spec);

}  // namespace qianka
