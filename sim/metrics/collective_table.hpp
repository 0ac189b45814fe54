// SPDX-License-Identifier: Apache-2.0
// A collective at several sizes, as nccl-tests prints it. Every field is documented in
// docs/json.md.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace qianka {

struct CollectiveRow {
  Bytes size;
  Seconds time;
  Bandwidth algorithm_bandwidth, bus_bandwidth;  // size / time, and that x nccl-tests' factor
  std::string algorithm, protocol;
  std::string limit;   // the link that binds, or "latency"
  std::string reason;  // why this algorithm
};

struct CollectiveTable {
  std::string collective, cluster, library, placement;
  int ranks = 0, nodes = 0;
  std::int64_t groups = 0, flows = 0, classes = 0;  // that run at once; the most of any algorithm
  std::vector<CollectiveRow> rows;
  std::vector<std::string> cautions;
};

}  // namespace qianka
