// SPDX-License-Identifier: Apache-2.0
// A step as files for trace viewers: what a rank did, a file a rank, or several ranks in one.
#pragma once
#include "sim/metrics/step_timeline.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/report/trace_file.hpp"

#include <optional>
#include <span>
#include <string>

namespace qianka {

/// What is drawn: of which run, and of it what.
struct TraceOf {
  const Summary* summary = nullptr;
  const StepTimeline* timeline = nullptr;
  std::string library = "nccl";                // what names of collectives begin with; "hccl"
  std::int64_t first_step = 0, last_step = 0;  // all alike, one after the other
  std::optional<TraceFile::Window> window;     // of the first step's time
};

/// The file of one rank.
std::string rank_trace(const TraceOf& what, int rank);

/// All of these ranks, with arrows from those that send to those that receive.
std::string ranks_trace(const TraceOf& what, std::span<const int> ranks);

/// At most so many slices has a rank's file: to refuse before it is made.
std::int64_t slices_at_most(const TraceOf& what, int rank);

/// What every file of a run begins with: what was run, and the report's figures.
Json trace_header(const Summary& summary);

}  // namespace qianka
