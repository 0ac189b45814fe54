// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>

namespace qianka {

/// A curve as one line of block characters, from its least value, the lowest block, to its
/// greatest: {1, 2, 4} -> "▁▃█". More than 60 values are drawn as 60 means.
std::string sparkline(std::span<const double> values);

}  // namespace qianka
