// SPDX-License-Identifier: Apache-2.0
// The part of the report about faults of the fabric.
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/report/text.hpp"

#include <string>

namespace qianka {

/// "; the fabric was cut once, for 4.00 h": how it fared, in words; "" when nothing happened to it.
std::string fabric_in_short(const Summary& summary);

/// Requires summary.fabric.
std::string fabric_text(const Summary& summary, const TextOptions& options);

}  // namespace qianka
