// SPDX-License-Identifier: Apache-2.0
// A communication library (NCCL, HCCL, …) as data: what its software adds to the links, and how it
// chooses among algorithms. Every figure's source stands in its file,
// scenarios/libraries/<id>.yaml.
#pragma once
#include "sim/units/quantity.hpp"

#include <string>
#include <vector>

namespace qianka {

/// How a library hands pieces on: few latencies and half of the bandwidth, or the reverse.
struct Protocol {
  std::string name;
  Seconds launch{0};  // once a collective, whatever its size
  double hop = 1;     // latency between two cards of a node over the cluster's scale_up_latency
  double rate = 1;    // share of the links' capacity that carries data
};

/// estimate: the algorithm whose estimated time is least, as NCCL does. hccl_rules: by the number
/// of servers and the size, as HCCL's documentation says.
enum class Selection { estimate, hccl_rules };

struct LibrarySpec {
  std::string id, name;
  std::vector<std::string> vendors;  // whose cards it serves unless another is asked for
  Selection selection = Selection::estimate;
  std::vector<Protocol> protocols{{.name = "", .launch = {0}, .hop = 1, .rate = 1}};
  Seconds proxy{0};           // added to a message between nodes: whoever hands it to the adapter
  Seconds switch_latency{0};  // one pass of a reduction in a switch, above its hops
  double tree_share = 1;      // bandwidth it credits a tree with, over that of a ring
  double switch_tree_share = 1;  // what a node's reducing switch reaches beside a tree over nodes
};

}  // namespace qianka
