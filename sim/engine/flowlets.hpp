// SPDX-License-Identifier: Apache-2.0
// Routing::flowlet: a flow starts on the least loaded of several ways and, when all have started,
// chooses again, as switches do that move a flow in the gaps between its bursts (Vanini et al.,
// "Let it flow", NSDI 2017). Which ways there are is asked of the topology by other entropies.
#pragma once
#include "sim/topology/topology.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace qianka {

class Flowlets {
 public:
  /// Other routings leave every flow the entropy it came with.
  explicit Flowlets(const Topology& topology) : topology_(topology) {}

  /// Times to go through the flows, in the same order each time; the last time counts.
  int sweeps() const;
  void begin_sweep() { next_ = 0; }
  /// The entropy of the next flow; what it loads stays on its way.
  std::uint64_t choose(CardId from, CardId to, std::uint64_t entropy);

 private:
  /// Of the fullest link with one flow more, then of all.
  std::pair<double, double> fullness(const std::vector<LinkId>& route) const;
  void put(const std::vector<LinkId>& route, double sign);

  const Topology& topology_;
  std::vector<std::uint64_t> chosen_;  // by flow
  std::vector<double> load_;           // by link: flows
  std::size_t next_ = 0;
  std::vector<LinkId> route_;
};

}  // namespace qianka
