// SPDX-License-Identifier: Apache-2.0
// What somebody measured on a cluster, whichever tool wrote it down: runs of a collective over a
// range of sizes, and times of training steps. Readers fill these, calibration inverts the
// simulation for them.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/units/quantity.hpp"
#include "sim/workload/collective.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// Where a rank ran. Nodes are numbered in the order in which their hosts are met.
struct RankPlace {
  std::string host;  // "" when the tool does not tell
  int node = 0;
  int device = 0;  // within the node
};

struct MeasuredPoint {
  int line = 0;
  Bytes bytes;  // nccl-tests' size, as workload/collective.hpp has it
  Seconds time;
};

/// One table of one tool: a collective over some ranks.
struct MeasuredRun {
  std::string file;
  int line = 0;      // of the table's head
  std::string test;  // "all_reduce_perf"
  CollectiveKind kind = CollectiveKind::all_reduce;
  std::vector<RankPlace> ranks;
  int nodes = 1;
  std::vector<MeasuredPoint> points;
  int wrong_rows = 0;  // rows whose results the tool found to be wrong
};

/// One training step, or the mean of some.
struct TimedStep {
  std::string file;
  int line = 0;
  std::shared_ptr<const Scenario> scenario;  // rows that name the same file share it
  std::string path;                          // of the scenario, as the row has it
  Seconds time;
};

struct Measurements {
  std::vector<MeasuredRun> runs;
  std::vector<TimedStep> steps;
};

/// The collective that a test's name speaks of: "all_reduce_perf", "/opt/bin/alltoall_test".
std::optional<CollectiveKind> collective_of_test(std::string_view test);
/// The first test of ours that the text names in any way: "logs/all_reduce-8.txt" -> "all_reduce".
std::string test_named_in(std::string_view text);
/// Tests that calibration can use, for hints.
std::vector<std::string> known_tests();

Bandwidth bus_bandwidth(const MeasuredRun& run, const MeasuredPoint& point);

/// "node-1, node-2" or "2 nodes"; the devices too when the run stays inside a node.
std::string place_of(const MeasuredRun& run);

}  // namespace qianka
