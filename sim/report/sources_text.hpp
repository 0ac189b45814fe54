// SPDX-License-Identifier: Apache-2.0
// Values with their sources as a table: each source is printed once, and the values refer to it by
// number.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <span>
#include <string>

namespace qianka {

std::string sources_text(std::span<const SourcedValue> values);

}  // namespace qianka
