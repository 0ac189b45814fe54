// SPDX-License-Identifier: Apache-2.0
// What goes wrong in the fabric while the job runs on: links and devices that go down, come back,
// flap, or limp at a share of their rate. By the names that `qianka show route` prints.
#pragma once
#include "sim/input/diagnostics.hpp"
#include "sim/units/quantity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct FabricFault {
  std::string device;             // "leaf3", "pod0.spine1", "node2.nic0"; or else
  std::vector<std::string> link;  // the two devices it joins
  std::optional<int> cables;      // of those between the two; all when left out
  double rate = 0;                // the share of its rate that is left; 0 = down
  Seconds at{0};                  // from the start of the run
  std::optional<Seconds> lasts;   // for ever when left out
  std::optional<Seconds> every;   // from one beginning to the next; once when left out
  std::optional<Seconds> mtbf;    // beginnings are drawn: mean time from an end to the next one
  std::optional<int> alike;       // links that this one stands for: so many times as often
  SourcePos where;                // for messages about names
};

struct FabricFaults {
  std::vector<FabricFault> events;
  Seconds timeout{0};  // how long transfers are tried again before the job fails
  Seconds reroute{0};  // training stands still so long whenever links go or come back
  bool nic_failover = true;
};

/// Which of the events hold: bit i is the i-th. More than 64 are refused as bad input.
using FabricState = std::uint64_t;
constexpr std::size_t most_fabric_faults = 64;

/// Those that hold at the time 0, nothing drawn, for a run of one step.
FabricState fabric_state_at_start(const FabricFaults& faults);
/// The events of a state, in their order.
std::vector<FabricFault> faults_of(const FabricFaults& faults, FabricState state);

/// "leaf3 down", "2 cables leaf0 - pod0.spine1 at 25 %".
std::string describe(const FabricFault& fault);
/// All of a state: "leaf3 down; leaf0 - pod0.spine1 down", or "whole".
std::string describe(const FabricFaults& faults, FabricState state);

}  // namespace qianka
