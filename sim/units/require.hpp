// SPDX-License-Identifier: Apache-2.0
// What can go wrong, apart from bad input (input/diagnostics.hpp): a fault of ours, or a job that
// cannot be.
#pragma once
#include <stdexcept>
#include <string>

namespace qianka {

/// An invariant of ours does not hold; exit code 70.
struct Bug : std::logic_error {
  using std::logic_error::logic_error;
};

/// The scenario is well formed but cannot be: sizes do not divide, memory does not suffice, a
/// figure it needs is unknown. The text holds the arithmetic; exit code 3.
struct Infeasible : std::runtime_error {
  using std::runtime_error::runtime_error;
  bool unknown = false;  // for want of a figure that nobody has published
};

/// The run itself failed (a deadlock, a child that died); exit code 1.
struct RunFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void require(bool holds, const char* claim) {
  if (!holds) throw Bug(std::string("internal error: ") + claim);
}

}  // namespace qianka
