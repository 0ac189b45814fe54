// SPDX-License-Identifier: Apache-2.0
// Runs a program on SimGrid's timers and flows.
#pragma once
#include "sim/workload/program.hpp"

#include <vector>

namespace qianka {

/// Start and end of each operation, from clock 0. RunFailed when operations wait for each other:
/// the text names up to ten that never started and what each waits for.
///
/// A flow that has its links to itself while it lasts needs no SimGrid: its end is a sum, the same
/// to the last bit. So the program runs with all flows alone first; those that met somebody are
/// SimGrid's in the next run, until nobody is surprised.
std::vector<OpSpan> execute(const Program& program);

/// All flows are SimGrid's from the start: the cross-check of the tests.
std::vector<OpSpan> execute_by_flows(const Program& program);

}  // namespace qianka
