// SPDX-License-Identifier: Apache-2.0
// Ways across a fabric of any form: from each switch the cables that lead on at least cost, by a
// breadth-first search (Dijkstra's where costs differ) from each destination. A table is made when
// the first message goes there, and shared by all NICs that hang below the same switches. Private
// to this module.
#pragma once
#include "sim/topology/fabric_graph.hpp"
#include "sim/topology/graph.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace qianka {

/// A cable as it was wired: its links up from `lower` and down to it, `links` of them from each id
/// on.
struct WiredCable {
  FabricCable cable;
  LinkId up, down;
  std::uint32_t links = 1;
};

class FabricRoutes {
 public:
  /// Chooses among so many ways that are equally good; `hop` says where.
  using Pick = std::function<std::size_t(std::uint32_t hop, std::size_t among)>;
  using Distance = std::uint16_t;
  static constexpr Distance unreachable = std::numeric_limits<Distance>::max();

  FabricRoutes(std::uint32_t switches, std::uint32_t nodes, std::uint32_t nics_per_node,
               const std::vector<WiredCable>& cables);

  /// Least cost from NIC to NIC, each numbered node x NICs of a node + NIC.
  Distance distance(std::uint32_t from, std::uint32_t to);
  /// Appends the links on the way, which must exist.
  void route(std::uint32_t from, std::uint32_t to, const Pick& pick, std::vector<LinkId>& into);

 private:
  struct Way {
    LinkId link = no_link;
    std::uint32_t cost = 1;
    std::uint32_t rank = 0;
  };
  using Switches =
      boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Way>;
  /// One of a NIC's cables.
  struct Port {
    std::uint32_t leaf;
    LinkId out, in;
    std::uint32_t cost;
  };
  struct Step {
    LinkId link;
    std::uint32_t next;
    std::uint32_t rank;
  };
  using Homing = std::vector<std::pair<std::uint32_t, std::uint32_t>>;  // switch, cost

  void home();
  const std::vector<Distance>& table(std::uint32_t to);
  std::vector<Distance> search(const Homing& homing);

  Switches graph_;                        // one vertex more than switches: where a search begins
  bool even_ = true;                      // all costs are 1
  std::vector<std::vector<Port>> ports_;  // by NIC
  std::vector<std::uint32_t> homing_of_;  // by NIC
  std::vector<Homing> homings_;
  std::vector<std::vector<Distance>> tables_;  // by homing; empty until asked for
};

}  // namespace qianka
