// SPDX-License-Identifier: Apache-2.0
// Faults as a file writes them: counts that were observed, or rates, or the events themselves. The
// simulation wants rates per node and day.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// How long how many nodes were watched: a count becomes count / nodes / days.
struct Observed {
  int nodes = 1;
  double days = 1;
};

/// takes: leaf | rack | power-domain | {nodes: 32}. How large a rack is, the faults say.
struct TakesText {
  enum class Group { node, leaf, rack, power_domain, block };
  Group group = Group::node;
  int nodes = 0;  // of a block
};

struct FaultClassText {
  std::string component, cause;
  std::optional<double> count, rate;
  std::optional<Distribution> distribution;
  std::optional<double> shape;
  bool evicts_node = true;
  Noticed noticed = Noticed::at_once;
  std::optional<double> hangs;
  double slow_to = 1;
  std::optional<Seconds> duration;
  TakesText takes;
  std::vector<CalendarPeriod> calendar;
  std::optional<Seconds> calendar_repeats;
  std::optional<Bursts> bursts;
};

struct FaultsText {
  std::string id, name;
  std::optional<Observed> observed;
  std::vector<FaultClassText> classes;
  double job_per_day = 0;
  Distribution distribution = Distribution::exponential;
  double shape = 1;
  std::vector<CalendarPeriod> calendar;  // of every class that has none
  std::optional<Seconds> calendar_repeats;
  std::optional<Lemons> lemons;
  std::optional<Bursts> bursts;  // likewise
  double hangs = 0;              // likewise
  std::optional<int> nodes_per_rack, nodes_per_power_domain;
  std::string replay;  // path of a CSV file, relative to the scenario
  std::optional<FabricFaults> fabric;
};

const Table<FaultsText>& faults_table();

/// The faults as the simulation wants them. The replay file is looked for beside `folder`.
Faults faults_from(const FaultsText& text, const std::string& folder, Reader& reader);

/// Every figure of them by path, for the digest.
void write_faults(const Faults& faults, const std::string& path, Written& out);

}  // namespace qianka
