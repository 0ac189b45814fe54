// SPDX-License-Identifier: Apache-2.0
// Private to cli: which ranks and which part of a run a trace is of.
#pragma once
#include "sim/metrics/step_timeline.hpp"
#include "sim/report/trace_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct TraceWindow {
  std::optional<TraceFile::Window> time;
  std::int64_t first_step = 0, last_step = 0;
};

/// "" = everything. Throws UsageError.
TraceWindow trace_window(const std::string& text);

/// Ascending, none twice. Of "stages" none: they are known when the step is. Throws UsageError.
std::vector<int> trace_ranks(const std::string& text, int ranks);

/// The first rank of each pipeline stage.
std::vector<int> first_of_stages(const StepTimeline& timeline);

}  // namespace qianka
