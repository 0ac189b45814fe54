// SPDX-License-Identifier: Apache-2.0
// What one family of nodes or fabrics has for parameters beside those that all have
// (cluster_spec.hpp).
#pragma once
#include "sim/scenario/parts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// ScaleUp::listed: links side by side between two cards, each the same share of a card's rate.
struct CardLink {
  int from = 0, to = 0;
  int count = 1;
};

/// Dies of one package that are cards of their own: neighbours in number, joined each with each by
/// links besides the scale-up.
struct PackageSpec {
  int cards = 2;
  std::optional<Bandwidth> link;     // between two of them, one direction, nominal
  std::optional<double> efficiency;  // share of it that is reached
};

/// A scale-up domain of several nodes: the crossbars of all of them are one.
struct DomainSpec {
  int nodes = 1;
  std::optional<Bandwidth> link;  // a node's way into it, one direction; none = does not limit
};

/// Switches that are alike: "leaf[0-3]" is four of them.
struct SwitchSet {
  std::string names;
  Switch part;
};

/// Cables from each of `from` to each of `to`: switches, or NICs such as node3.nic0; see
/// scenario/cable_ends.hpp.
struct Cable {
  std::string from, to;
  std::optional<Bandwidth> rate = {};   // one direction; left out: the slower of its two ends
  int count = 1;                        // cables side by side
  std::optional<Seconds> latency = {};  // of the cable; left out: the fabric's
  int cost = 1;                         // routes take the ways of least cost
};

/// Classes of cables by length: copper within a rack, which has no optical modules; fibre along a
/// row, and across the hall.
enum class CableLength { rack, row, hall };

/// By what the cable's lower end is.
struct CableLengths {
  CableLength node = CableLength::row, leaf = CableLength::row, spine = CableLength::hall;
};

/// What congestion control leaves undone; without either it is ideal (max-min).
struct CongestionSpec {
  bool lossless = false;  // priority flow control: a paused port holds up all that enters by it
  double incast = 1;      // share of a NIC's port that several senders reach together
};

/// Routers of a group are joined each with each; with spines (dragonfly+) each router with each
/// spine, and the spines have the cables to other groups. Every two groups are joined by equally
/// many cables.
struct DragonflySpec {
  int groups = 1;
  int routers = 1;       // of a group; nodes_per_leaf nodes below each
  int spines = 0;        // of a group; 0 = a plain dragonfly
  int local_cables = 1;  // between two devices of a group
  int global_ports = 1;  // of a router, or of a spine: cables to other groups
};

/// The first dimension is the fastest: node n has coordinates n mod size[0], …
struct TorusSpec {
  std::vector<int> size;
  std::optional<Bandwidth> rate;  // of a cable, one direction; left out: the NIC's
  int cables = 1;                 // between two neighbours
  bool dimension_order = true;    // else the hash of the flow chooses among shortest ways
};

}  // namespace qianka
