// SPDX-License-Identifier: Apache-2.0
// How a job comes back from a failure, and what becomes of the node that left: a policy.
// docs/recovery.md goes through the phases.
#pragma once
#include "sim/scenario/time_spread.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// How a failure shows itself.
enum class Noticed {
  at_once,  // an error that telemetry or the process reports
  hang,     // the job stands still until a time-out or somebody looks
  silent    // wrong results, found long after: checkpoints taken since are as wrong
};

/// State of the spares.
enum class Spares {
  none,  // not used: the job waits for the repair
  warm,  // booted, without processes of the job
  cold,  // must boot first
  hot    // processes stand by: nothing is scheduled
};

enum class Remedy {
  retry,            // the operation is done again; the job never leaves memory
  restart_process,  // processes start again where they are
  evict,            // the node leaves, whatever the fault is said to need
  stay              // the job restarts with the nodes it has
};

/// A row of the table that decides what is done: the rows that fit are gone through in order.
struct Decision {
  std::vector<std::string> components{};  // that it is for; empty: all
  std::optional<Noticed> noticed{};       // empty: however it was
  Remedy action = Remedy::retry;
  TimeSpread time{};   // of a remedy in place
  double success = 1;  // share of the faults that a remedy in place heals; else the next row
};

/// Good nodes that leave with the faulty one, because it is not known which of them it is.
struct OverEviction {
  double share = 0;  // of the localisations
  int nodes = 0;     // good nodes that leave each time
};

/// Nodes among the spares that work for another job until they are wanted.
struct TakeNodes {
  int nodes = 0;
  TimeSpread time{};  // until the other job has given them up
};

/// The automatic stage; the manual one follows where it does not help.
struct AutomaticRepair {
  TimeSpread time{};
  double success = 1;
};

struct RepairShopSpec {
  std::optional<AutomaticRepair> automatic{};
  std::optional<TimeSpread> manual{};  // in place of the lognormal time of `repair`
  int technicians = 0;                 // manual repairs at once; 0: as many as there are nodes
  double failed = 0;                   // share of the nodes that come back as bad as they left
  TimeSpread fails_again{};            // such a node: from training on until it fails again
  int retire_after = 0;  // repairs of one node; the next time it is scrapped; 0: never
  TimeSpread check{};    // how long a good node that had to leave is away
  TimeSpread group{};    // until a leaf or a rack is back that took its nodes along
};

/// The job goes on with fewer data-parallel replicas when no node is to be had.
struct Shrink {
  TimeSpread time{};  // to shrink, and to grow back
};

struct Recovery {
  TimeSpread detect{}, localise{};
  // With a warm spare or in place: start processes, join groups, warm up.
  TimeSpread restart{};
  TimeSpread cold_start{};  // added when the spare must boot first
  Spares spares = Spares::warm;
  Seconds repair_median{0};  // lognormal; 0 = repaired at once when no spare is wanted
  double repair_sigma = 0;   // of ln(time)

  TimeSpread detect_hang{}, detect_silent{}, detect_slow{};
  double wrong = 0;            // share of the localisations that name another node
  TimeSpread strikes_again{};  // after a wrong one: from training on until the fault is back
  OverEviction over_evict{};
  std::vector<Decision> decide{};
  bool state_from_peers = false;  // replicas keep the state: a lost node costs the step under way
  std::optional<int> ready{};     // spares in the state `spares`; the others are cold
  TakeNodes take{};
  std::optional<Shrink> shrink{};
  TimeSpread schedule{}, groups{}, warm_up{};
  RepairShopSpec shop{};
  std::string id{}, name{};
};

}  // namespace qianka
