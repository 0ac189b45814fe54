// SPDX-License-Identifier: Apache-2.0
// The collectives inside passes, and those of replicas that run beside passes: simulated once per
// kind and size, with all groups that may meet running at the same time, and remembered.
#pragma once
#include "sim/engine/collective_time.hpp"
#include "sim/workload/card_groups.hpp"

#include <map>
#include <tuple>

namespace qianka {

class PassCollectives {
 public:
  PassCollectives(const Scenario& scenario, const Topology& topology, const Placement& placement);
  /// Nothing without bytes, or where the group is a card alone.
  Seconds time(CommGroup group, CollectiveKind kind, Bytes size);
  std::vector<CollectiveRecord> records() const;

 private:
  const CardGroups& groups_of(CommGroup group);
  CardGroups find_groups(CommGroup group) const;

  const Scenario& scenario_;
  const Topology& topology_;
  const Placement& placement_;
  std::map<CommGroup, CardGroups> groups_;
  std::map<std::tuple<CommGroup, CollectiveKind, double>, CollectiveRecord> known_;
};

}  // namespace qianka
