// SPDX-License-Identifier: Apache-2.0
// Runs a program on SimGrid's timers and flows.
#pragma once
#include "sim/workload/program.hpp"

#include <vector>

namespace qianka {

/// Start and end of each operation, from clock 0, in a child. RunFailed when operations wait for
/// each other: the text names up to ten that never started and what each waits for.
std::vector<OpSpan> execute(const Program& program);

}  // namespace qianka
