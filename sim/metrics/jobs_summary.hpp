// SPDX-License-Identifier: Apache-2.0
// Several jobs on one fabric. Every field is documented in docs/json.md.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace qianka {

struct JobRecord {
  std::string name;
  int cards = 0;
  Seconds alone{0}, together{0};  // mean step
  int steps = 0;                  // that `together` is the mean of
  double slowdown() const { return together / alone; }
};

/// A link that several jobs use.
struct MeetingPoint {
  std::string link;
  std::int64_t links = 0;     // of the same kind and loads
  std::vector<double> loads;  // by job: what its flows would each take alone, over the capacity
};

struct JobsSummary {
  std::string cluster, placement;
  int nodes = 0;
  std::uint64_t seed = 1;
  std::vector<JobRecord> jobs;
  std::vector<MeetingPoint> meeting;  // the most loaded first
};

}  // namespace qianka
