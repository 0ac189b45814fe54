// SPDX-License-Identifier: Apache-2.0
// What may happen in weeks: saves, failures, and how the job comes back.
#pragma once
#include "sim/scenario/checkpoint_spec.hpp"
#include "sim/scenario/fabric_faults.hpp"
#include "sim/scenario/recovery_spec.hpp"
#include "sim/units/quantity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

enum class Distribution { exponential, weibull, lognormal };

/// From this time of the run on, rates are so many times what is written.
struct CalendarPeriod {
  Seconds from{0};
  double factor = 1;
};

/// Rates over the run: 1 before the first period, then the factor of the newest one.
struct Calendar {
  std::vector<CalendarPeriod> periods;  // ascending
  Seconds repeats{0};                   // begins anew after so long: a day; 0 = never
};

/// Faults that come in company. Rates count every fault, followers included.
struct Bursts {
  double share = 0;      // of first faults, how many have followers
  double followers = 1;  // mean number of them then, at least 1; geometric
  Seconds within{300};   // they come evenly over so long after the first
};

/// Nodes that fail oftener than the others, wherever they sit. Rates are means over all nodes.
struct Lemons {
  double share = 0;   // of all nodes
  double factor = 1;  // their rate over that of a healthy node
};

/// Whom one event strikes.
enum class Takes { node, leaf, block };

/// One class of failure. Strikes any of the job's nodes; rates are per node and day of wall clock,
/// repaired time included, as operators publish them.
struct FaultClass {
  std::string component;  // gpu, hbm, nvlink, nic, link, leaf, host, power, storage, software, …
  std::string cause;      // as the source names it
  double per_node_day = 0;  // mean rate
  Distribution distribution = Distribution::exponential;
  double shape = 1;  // Weibull k, or lognormal sigma
  bool evicts_node =
      true;  // the node leaves the job for repair; otherwise a restart in place heals it
  Noticed noticed = Noticed::at_once;
  double slow_to = 1;  // below 1: the node does not stop, but runs at this share of its speed
  double hangs = 0;    // share of its faults that show themselves as a hang instead
  std::optional<Seconds> duration = {};  // of a slow fault: how long, unless it is found before
  Takes takes = Takes::node;
  int block = 0;  // Takes::block: nodes of it, numbered in a row
  Calendar calendar = {};
  Bursts bursts = {};
};

struct ReplayedFault {
  Seconds at;
  std::string component;
  int node = 0;  // place in the job, whichever node holds it by then; -1 = no node
  std::string kind;
  bool evicts_node = true;  // as in FaultClass
  Noticed noticed = Noticed::at_once;
  double slow_to = 1;  // as in FaultClass
  // Known from the record: how long until training went on, or ran at full speed.
  std::optional<Seconds> duration = {};
};

struct Faults {
  std::string id, name;
  std::vector<FaultClass> classes;
  std::vector<ReplayedFault> replay;
  double job_per_day = 0;  // failures that do not scale with nodes (user code, dependencies)
  double hangs = 0;        // share of these that show themselves as a hang
  Calendar calendar;       // of job_per_day; the classes have theirs
  Lemons lemons;
  FabricFaults fabric;  // what links and switches do while the job runs on
};

}  // namespace qianka
