// SPDX-License-Identifier: Apache-2.0
// What one algorithm costs on the fabric, at any size: latencies that are paid whatever the size,
// and seconds a byte. Max-min rates do not depend on how large the flows are, so one simulation of
// its legs gives them all.
#pragma once
#include "sim/engine/flow_set.hpp"
#include "sim/scenario/library_spec.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/card_groups.hpp"
#include "sim/workload/collective_legs.hpp"

#include <string>
#include <vector>

namespace qianka {

struct CollectiveLine {
  Seconds inside{0};     // latencies of all hops between cards of a node, one after the other
  Seconds across{0};     // of all messages between nodes, without the library's proxy
  double messages = 0;   // how many of the latter
  double in_switch = 0;  // passes of a reduction in a switch
  double seconds_per_byte = 0;
  std::string bottleneck;  // the link whose share of the bytes takes longest
  std::size_t flows = 0, classes = 0;
};

/// Simulates the legs of all groups, which run them together.
CollectiveLine simulate_legs(const Topology& topology, CollectiveKind kind, Method method,
                             const CardGroups& groups, const Machine& machine);

/// The part that no size changes: launch, hops, messages, switches.
Seconds waiting(const CollectiveLine& line, const LibrarySpec& library, const Protocol& protocol);
Seconds time_of(const CollectiveLine& line, const LibrarySpec& library, const Protocol& protocol,
                Bytes bytes);

/// The link whose share of the bytes takes longest: what a faster fabric would have to improve
/// first. "latency" when none carries anything.
std::string busiest_link(const Topology& topology, const FlowSet& flows);

}  // namespace qianka
