// SPDX-License-Identifier: Apache-2.0
// Traces of a run: what is asked for, and writing it.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/simulate.hpp"

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace qianka {

struct TraceOptions {
  std::string folder;            // "" = none are written
  std::string ranks = "stages";  // "0,8,1023", "0..7", "all"
  std::string window;            // "10 h..20 h" or steps, "3..5"; "" = everything
  bool gzip = false;
};

void add_trace_options(CLI::App& command, TraceOptions& options);

/// What can be said before anything is simulated: throws UsageError.
void check_traces(const TraceOptions& options, const Scenario& scenario);

/// The run is what simulate() made of the scenario. Throws UsageError when files would be too
/// large for viewers, RunFailed when they cannot be written.
void write_traces(const TraceOptions& options, const Scenario& scenario, const Results& run);

}  // namespace qianka
