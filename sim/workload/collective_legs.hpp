// SPDX-License-Identifier: Apache-2.0
// Every algorithm a library may run a collective by, as legs: transfers that run together, one leg
// after the other, and how many hops a message waits for on its way through each. What a leg takes
// is found by simulating its transfers (engine/collective_line.hpp). docs/collectives.md has the
// equations and where they come from.
#pragma once
#include "sim/workload/collective.hpp"

#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace qianka {

/// mesh_*: every card to every other inside a node (a ring, where that is no mesh), the named one
/// between equal ranks of the nodes; `pipelined` runs both at once. rail is an all-to-all that
/// first gathers in the node what goes to each rail.
enum class Method {
  ring,
  multi_ring,
  direct,
  tree,
  nvls,
  nvls_tree,
  sharp,
  halving_doubling,
  nhr,
  hierarchical,
  mesh_ring,
  mesh_halving_doubling,
  mesh_nhr,
  mesh_pipelined,
  pairwise,
  bruck,
  rail
};

inline constexpr std::array<std::pair<std::string_view, Method>, 17> method_names{
    {{"ring", Method::ring},
     {"multi-ring", Method::multi_ring},
     {"direct", Method::direct},
     {"tree", Method::tree},
     {"nvls", Method::nvls},
     {"nvls-tree", Method::nvls_tree},
     {"sharp", Method::sharp},
     {"halving-doubling", Method::halving_doubling},
     {"nhr", Method::nhr},
     {"hierarchical", Method::hierarchical},
     {"mesh-ring", Method::mesh_ring},
     {"mesh-halving-doubling", Method::mesh_halving_doubling},
     {"mesh-nhr", Method::mesh_nhr},
     {"mesh-pipelined", Method::mesh_pipelined},
     {"pairwise", Method::pairwise},
     {"bruck", Method::bruck},
     {"rail", Method::rail}}};

/// What the command line calls them.
inline constexpr std::array<std::pair<std::string_view, CollectiveKind>, 6> collective_words{
    {{"all-reduce", CollectiveKind::all_reduce},
     {"all-gather", CollectiveKind::all_gather},
     {"reduce-scatter", CollectiveKind::reduce_scatter},
     {"all-to-all", CollectiveKind::all_to_all},
     {"broadcast", CollectiveKind::broadcast},
     {"p2p", CollectiveKind::point_to_point}}};

std::string_view method_name(Method method);

struct Leg {
  std::vector<Transfer> transfers;
  double inside = 0;     // hops between cards of a node, one after the other
  double across = 0;     // messages between nodes, one after the other
  double in_switch = 0;  // passes of a reduction in a switch
};

/// Where transfers run, as far as the algorithms care.
struct Machine {
  int cards_per_node = 8;
  ScaleUp scale_up = ScaleUp::crossbar;
  double node_reduction = 0;     // rate of the node's reducing switch over the links'; 0 = has none
  double fabric_reduction = 0;   // the same of the fabric's switches
  double switch_tree_share = 1;  // of node_reduction while a tree runs between nodes
};

/// A group cut where the node changes.
std::vector<std::vector<CardId>> cards_by_node(std::span<const CardId> group, int cards_per_node);

/// Why the method cannot do this; empty = it can.
std::string why_not(CollectiveKind kind, Method method, std::span<const CardId> group,
                    const Machine& machine);

/// Requires that nothing speaks against it (why_not). The group is in rank order, the cards of a
/// node next to each other; the first is the root of a broadcast. Sizes as in collective_phases.
std::vector<Leg> legs_of(CollectiveKind kind, Method method, std::span<const CardId> group,
                         const Machine& machine);

}  // namespace qianka
