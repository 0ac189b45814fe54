// SPDX-License-Identifier: Apache-2.0
// What is wrong in the input, where, and what would be right. A message starts in lower case and
// has no full stop; the hint says what to write instead. Reading never stops at the first mistake:
// all are shown at once.
#pragma once
#include "sim/units/require.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace qianka {

/// Lines and columns count from 1, columns in characters. Line 0: the file as a whole, or no file
/// at all
/// ("--set job.parallel.tensor=x" stands for itself).
struct SourcePos {
  std::string file;
  int line = 0, col = 0;
};

struct Diagnostic {
  SourcePos at;
  std::string message;
  std::string hint;  // may be empty
};

/// "scenario.yaml:12:15", or the file alone.
std::string to_text(const SourcePos& at);

/// "scenario.yaml:12:15: error: unknown unit 'Gbs' …\n  hint: bits are 'Gbps', bytes are 'GBps'",
/// no last newline.
std::string to_text(const Diagnostic& diagnostic);

/// Sorted by file, line and column; of equal ones the first.
std::vector<Diagnostic> sorted(std::vector<Diagnostic> diagnostics);

/// Bad input; exit code 2. what() is every diagnostic, rendered.
struct InputError : std::runtime_error {
  explicit InputError(std::vector<Diagnostic> all);
  std::vector<Diagnostic> diagnostics;
};

/// Sizes that are each right but cannot go together; exit code 3. what() is rendered like
/// InputError's.
struct InfeasibleInput : Infeasible {
  explicit InfeasibleInput(std::vector<Diagnostic> all, bool unknown_figure = false);
  std::vector<Diagnostic> diagnostics;
};

}  // namespace qianka
