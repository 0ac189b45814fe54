// SPDX-License-Identifier: Apache-2.0
// Options of every command: the language and the colour of what is printed, and how much of it.
#pragma once
#include <string>

#include <CLI/CLI.hpp>

namespace qianka {

struct GlobalOptions {
  std::string language, colour;
  bool quiet = false;
  int verbose = 0;
};

void add_global_options(CLI::App& app, GlobalOptions& options);

/// Before anything is declared, because the help is in the language and colour asked for, too. What
/// programs read (--json, --csv, …) is English, and so is all that is said along with it.
void choose_language_and_colour(int argc, const char* const* argv);

/// Logs go to standard error, as many as were asked for.
void set_up_logs(const GlobalOptions& options);

}  // namespace qianka
