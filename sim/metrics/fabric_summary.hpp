// SPDX-License-Identifier: Apache-2.0
// What the faults of the fabric came to. Every field is documented in docs/json.md.
#pragma once
#include "sim/language/said.hpp"
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace qianka {

/// One state of the fabric: which faults hold at once.
struct FabricRecord {
  std::uint64_t state = 0;
  Said what;               // "leaf3 down", "whole"
  Seconds step{0};         // of the job in this state; infinite when it is cut
  double slowdown = 1;     // over the whole fabric's
  Said cut;                // who cannot reach whom; empty: the job trains on
  std::int64_t times = 0;  // how often it began during the run
  Seconds time{0};         // wall clock spent in it
};

struct FabricSummary {
  std::vector<FabricRecord> states;  // in the order they were met
};

}  // namespace qianka
