// SPDX-License-Identifier: Apache-2.0
// How a command ends: the exit codes, and the one place where exceptions become messages.
#pragma once
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace qianka {

enum ExitCode : int {
  exit_ok = 0,
  exit_run_failed = 1,
  exit_invalid = 2,     // usage, or input
  exit_infeasible = 3,  // out of memory, sizes do not divide, a figure is unknown
  exit_target_missed = 4,
  exit_internal = 70,
  exit_interrupted = 130,
};

/// A mistake on the command line; exit code 2.
struct UsageError : std::runtime_error {
  explicit UsageError(const std::string& message, std::string hint_ = "")
      : std::runtime_error(message), hint(std::move(hint_)) {}
  std::string hint;
};

/// Whoever read standard output went away: nothing is left to say.
struct OutputClosed {};

/// Writes a result to standard output. Throws OutputClosed, or RunFailed when it cannot be written.
void print(std::string_view text);
/// The same, with colour where somebody watches.
void print_report(std::string_view text);
/// Writes to standard error, one line end after the text.
void complain(std::string_view text);
/// The same, unless only results are asked for (-q).
void remark(std::string_view text);

/// The exit code of `work`; an exception is told on standard error and becomes its code.
int outcome_of(const std::function<int()>& work);

}  // namespace qianka
