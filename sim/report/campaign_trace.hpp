// SPDX-License-Identifier: Apache-2.0
// Weeks as a file for trace viewers: states of the job, faults, nodes, goodput.
#pragma once
#include "sim/metrics/job_log.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/report/trace_file.hpp"

#include <optional>
#include <string>

namespace qianka {

/// The summary has a campaign, and the log is of it.
std::string campaign_trace(const Summary& summary, const JobLog& log,
                           const std::optional<TraceFile::Window>& window);

}  // namespace qianka
