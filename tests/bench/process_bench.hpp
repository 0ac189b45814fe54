// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "bench/launcher.hpp"

namespace qianka {

/// The whole processes of whole_processes.hpp as benchmarks of their own names; the launcher
/// outlives them.
void register_processes(Launcher& launcher);

}  // namespace qianka
