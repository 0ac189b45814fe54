// SPDX-License-Identifier: Apache-2.0
// A calibration as text for a terminal, and as JSON (docs/calibrate.md has the keys).
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/calibration.hpp"

#include <string>

namespace qianka {

/// Without the files' own text.
std::string calibration_text(const Calibration& calibration);
Json calibration_json(const Calibration& calibration);

}  // namespace qianka
