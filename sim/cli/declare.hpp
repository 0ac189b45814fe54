// SPDX-License-Identifier: Apache-2.0
// How commands and their options are declared to CLI11: one form for all helps.
#pragma once
#include "sim/cli/commands.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace qianka {

inline constexpr int name_width = 26, text_width = 70;  // of the columns of a help

/// An option's description, broken into lines by the help's own column.
std::string sentence(std::string_view text);
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& what,
                      const std::string& examples);
void add_switch(CLI::App& command, const std::string& names, bool& on, std::string_view text);
/// Scenario files, and values of theirs to replace.
void add_files(CLI::App& command, std::vector<std::string>& files);
void add_sets(CLI::App& command, std::vector<std::string>& sets);

void add_run(CLI::App& app, RunOptions& options);

void add_collective(CLI::App& app, CollectiveOptions& options);
void add_fit_faults(CLI::App& app, FitFaultsOptions& options);

/// Declares a command that keeps its own options; what it returns runs it once they are read.
using Run = std::function<int()>;
Run add_replay_step(CLI::App& app);
Run add_spares(CLI::App& app);
Run add_tune(CLI::App& app);
Run add_what_if(CLI::App& app);
Run add_compare(CLI::App& app);
Run add_explain(CLI::App& app);
Run add_size(CLI::App& app);
Run add_claims(CLI::App& app);
Run add_sweep(CLI::App& app);
/// These two print what the other commands are declared as.
Run add_completion(CLI::App& app);
Run add_man(CLI::App& app);
void add_checkpoint_plan(CLI::App& app, CheckpointPlanOptions& options);

}  // namespace qianka
