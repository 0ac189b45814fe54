// SPDX-License-Identifier: Apache-2.0
// What the communication of a layout takes at the very least, without simulating it: no transfer is
// faster than the fastest link it has to cross, and what leaves a scale-up domain is no faster than
// all NICs of it together. Other flows, switches, congestion and latency only ever add to that.
// Groups inside one node are few and small: they are simulated, as the step itself does.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/card_groups.hpp"
#include "sim/workload/step_plan.hpp"

#include <map>
#include <tuple>
#include <vector>

namespace qianka {

/// What bounds transfers on one cluster, whatever the layout.
struct FabricLimits {
  int cards_per_node = 1, cards_per_domain = 1;
  Bandwidth inside{0};      // the fastest link that a transfer inside a domain may cross
  Bandwidth nic{0};         // the fastest port of a NIC
  Bandwidth domain_out{0};  // all NICs of a domain, one direction; 0 = not known to be alike
};
FabricLimits limits_of(const Scenario& scenario, const Topology& topology);

/// Collectives of groups inside one node, simulated once for all layouts that have such groups.
class NodeCollectives {
 public:
  explicit NodeCollectives(const Topology& topology) : topology_(topology) {}
  Seconds time(CollectiveKind kind, Algorithm algorithm, const CardGroups& groups, Bytes size,
               int rings);

 private:
  using Key = std::tuple<CardGroups, CollectiveKind, Algorithm, int>;
  const Topology& topology_;
  std::map<Key, std::map<double, Seconds>> known_;  // by size
};

/// Of the layouts of one shape: tensor, context, pipeline, data, expert, and shard_group as given.
class LeastTimes {
 public:
  /// All must outlive it; `job` has the layout.
  LeastTimes(const Job& job, ScaleUp scale_up, const FabricLimits& limits, NodeCollectives& inside);

  /// Of one collective with all groups of its kind, alone: at most what PassCollectives finds.
  Seconds collective(CommGroup group, CollectiveKind kind, Bytes size);
  /// Seconds a byte of what every tensor and context rank of a stage hands to a neighbour at once.
  double hop(int stage, bool up);

  /// Seconds a byte of one operation of the exchange between the holders of a stage; 0 where there
  /// is nobody to exchange with. `across`: of all bytes of a card, the share between shard groups.
  struct Exchange {
    double within = 0, across = 0;
    bool any_within = false, any_across = false;
  };
  /// `reduce`: gradients; else parameters are gathered.
  const Exchange& dense(int stage, bool reduce) { return exchange(stage, reduce, false); }
  const Exchange& experts(int stage, bool reduce) { return exchange(stage, reduce, true); }

 private:
  const Exchange& exchange(int stage, bool reduce, bool experts);
  /// Seconds a byte when all these groups run the collective at once, as seen by the domain of one
  /// card.
  double a_byte(CollectiveKind kind, Algorithm algorithm, const CardGroups& groups, int rings,
                CardId seen_by) const;
  double a_byte_of_stage(CollectiveKind kind, const CardGroups& groups, CardId first) const;
  std::size_t domain_of(CardId card) const {
    return index_of(card) / static_cast<std::size_t>(limits_.cards_per_domain);
  }
  /// The same as of_transfers() for every card's piece to every other.
  double all_to_all(const CardGroups& groups, std::size_t domain) const;
  double of_transfers(const std::vector<Transfer>& transfers, std::size_t domain) const;

  struct Groups {
    CardGroups groups;  // of the first node, or all
    bool inside_node = false;
    Algorithm algorithm = Algorithm::ring;
  };
  using Group = std::pair<CommGroup, bool>;  // which, and whether the state is sharded
  const Groups& groups_of(Group group);

  const Job& job_;
  ScaleUp scale_up_;
  const FabricLimits& limits_;
  NodeCollectives& inside_;
  Placement placement_;
  std::map<Group, Groups> groups_;
  std::map<std::pair<Group, CollectiveKind>, double> a_byte_;
  std::map<std::pair<int, bool>, double> hops_;
  std::map<std::tuple<int, bool, bool, bool>, Exchange> exchanges_;
};

}  // namespace qianka
