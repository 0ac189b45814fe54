// SPDX-License-Identifier: Apache-2.0
// Who meets whom on which links, for `qianka show contention`.
#pragma once
#include "sim/topology/topology.hpp"
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace qianka {

/// Links of one kind that are loaded alike.
struct LoadedLinks {
  LinkKind kind = LinkKind::nic;
  std::int64_t links = 0;
  Bandwidth capacity{0};
  double load = 0;                   // what its flows would each take alone, over its capacity
  std::string example;               // the first of the links
  std::int64_t flows = 0;            // over the example
  std::vector<std::string> sharers;  // the first of those flows
};

/// Transfers that run at the same time, with nothing else on the fabric.
struct Contention {
  std::string what;
  std::int64_t flows = 0, classes = 0;
  Bandwidth slowest_alone{0}, slowest_together{0};  // of all flows
  double slowdown = 1;             // until the last is through: together over each alone
  std::vector<LoadedLinks> links;  // the most loaded first
};

}  // namespace qianka
