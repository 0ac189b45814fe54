// SPDX-License-Identifier: Apache-2.0
// What may happen in weeks: saves, failures, and how the job comes back.
#pragma once
#include "sim/scenario/checkpoint_spec.hpp"
#include "sim/scenario/fabric_faults.hpp"
#include "sim/units/quantity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

enum class Distribution { exponential, weibull, lognormal };

/// How a failure shows itself.
enum class Noticed {
  at_once,  // an error that telemetry or the process reports
  hang,     // the job stands still until a time-out or somebody looks
  silent    // wrong results, found long after: checkpoints taken since are as wrong
};

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
};

struct ReplayedFault {
  Seconds at;
  std::string component;
  int node = 0;  // place in the job, whichever node holds it by then; -1 = no node
  std::string kind;
  bool evicts_node = true;  // as in FaultClass
  Noticed noticed = Noticed::at_once;
  double slow_to = 1;  // as in FaultClass
  std::optional<Seconds> duration =
      {};  // known: how long until training went on, or ran at full speed
};

struct Faults {
  std::string id, name;
  std::vector<FaultClass> classes;
  std::vector<ReplayedFault> replay;
  double job_per_day = 0;  // failures that do not scale with nodes (user code, dependencies)
  FabricFaults fabric;     // what links and switches do while the job runs on
};

enum class Spares { none, warm, cold };

struct Recovery {
  Seconds detect{0}, localise{0};
  Seconds restart{
      0};  // with a warm spare or in place: reschedule, start processes, join groups, warm up
  Seconds cold_start{0};  // added when the spare must boot first
  Spares spares = Spares::warm;
  Seconds repair_median{0};  // lognormal; 0 = repaired at once when no spare is wanted
  double repair_sigma = 0;   // of ln(time)
};

}  // namespace qianka
