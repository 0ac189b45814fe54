// SPDX-License-Identifier: Apache-2.0
// A calibration as files that a scenario may use: what was measured laid over what is known, each
// value with its interval and the lines it comes from.
#pragma once
#include "sim/study/calibration.hpp"

#include <string>
#include <vector>

namespace qianka {

/// `cluster` is how the cluster was named, `folder` where the files will lie. A file for the
/// cluster when a figure of it was found, and one for each stack that has a name to build on. No
/// dates: the same input gives the same bytes.
std::vector<CalibratedFile> calibrated_files(const Calibration& calibration,
                                             const std::string& cluster, const std::string& folder);

}  // namespace qianka
