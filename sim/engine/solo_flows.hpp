// SPDX-License-Identifier: Apache-2.0
// Private to the engine: which flows of a program never meet another one, so that a timer can stand
// for them.
#pragma once
#include "sim/workload/program.hpp"

#include <vector>

namespace qianka {

/// By flow: the rate it always has; 0 if it may have to share. A flow is alone if all users of each
/// of its links are on one stream and one to an operation: a stream runs one operation at a time.
std::vector<Bandwidth> solo_rates(const Program& program);

}  // namespace qianka
