// SPDX-License-Identifier: Apache-2.0
// A collective as a library would run it: at each size the algorithm and the protocol it would
// choose, what that takes on the fabric, and why it was chosen. Algorithms are simulated when they
// are asked for the first time.
#pragma once
#include "sim/engine/collective_line.hpp"
#include "sim/metrics/collective_table.hpp"
#include "sim/scenario/cluster_spec.hpp"
#include "sim/scenario/library_spec.hpp"

#include <map>
#include <optional>
#include <string>

namespace qianka {

/// What algorithms care about of a cluster.
Machine machine_of(const ClusterSpec& cluster);

class LibraryCollective {
 public:
  /// The groups run it together; all of them have the size of the first. The topology must outlive
  /// it.
  LibraryCollective(const Topology& topology, const ClusterSpec& cluster, LibrarySpec library,
                    CollectiveKind kind, CardGroups groups);

  /// By the library's choice, or by `forced` in its best protocol.
  CollectiveRow row(Bytes bytes, std::optional<Method> forced = {});
  /// Why the collective cannot be done that way; empty = it can.
  [[nodiscard]] std::string why_not(Method method) const;
  [[nodiscard]] std::int64_t flows() const;  // the most of any algorithm simulated
  [[nodiscard]] std::int64_t classes() const;

 private:
  struct Choice {
    Method method;
    std::string reason;
  };
  const CollectiveLine& line(Method method);
  bool known(Method method);
  const Protocol& best_protocol(Method method, const CollectiveLine& line, Bytes bytes) const;
  Seconds estimate(Method method, Bytes bytes);
  Choice choose(Bytes bytes);
  Choice choose_by_estimate(Bytes bytes);
  Choice choose_for_all_to_all(Bytes bytes) const;
  Choice choose_by_hccl_rules(Bytes bytes) const;
  [[nodiscard]] bool can(Method method) const { return why_not(method).empty(); }

  const Topology& topology_;
  Machine machine_;
  LibrarySpec library_;
  CollectiveKind kind_;
  CardGroups groups_;
  int ranks_, nodes_;  // of a group
  std::map<Method, CollectiveLine> lines_;
  std::map<Method, std::string> refused_;
};

}  // namespace qianka
