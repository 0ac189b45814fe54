// SPDX-License-Identifier: Apache-2.0
// Files of measurements, recognised by what stands in them: nccl-tests, HCCL Test, step times.
#pragma once
#include "sim/study/measured_run.hpp"

#include <string>
#include <vector>

namespace qianka {

/// Reads all files; step times must be of scenarios on `cluster`, whose nodes have
/// `cards_per_node`. Throws InputError with everything that is wrong in any of them.
Measurements read_measurements(const std::vector<std::string>& files, const std::string& cluster,
                               int cards_per_node);

}  // namespace qianka
