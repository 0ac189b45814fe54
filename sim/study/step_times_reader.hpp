// SPDX-License-Identifier: Apache-2.0
// A user's own step times: comma-separated rows of scenario,step_time_s. The scenario is the path
// of its file, as seen from the folder of the table; a scenario may have several rows.
#pragma once
#include "sim/input/diagnostics.hpp"
#include "sim/study/measured_run.hpp"

#include <string>
#include <vector>

namespace qianka {

/// True when the text begins like such a table: "scenario", comments aside.
bool is_step_times(const std::string& text);

/// Loads the scenarios too; each must run on `cluster`, the id that calibration changes. What is
/// wrong, in the scenarios as well, is added to `problems`.
std::vector<TimedStep> read_step_times(const std::string& text, const std::string& name,
                                       const std::string& cluster,
                                       std::vector<Diagnostic>& problems);

}  // namespace qianka
