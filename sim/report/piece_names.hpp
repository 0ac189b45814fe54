// SPDX-License-Identifier: Apache-2.0
// The pieces of a bill of materials and the ways of its cables, in the language of the user. The
// bill itself keeps English, which it compares and which JSON has.
#pragma once
#include <string>

namespace qianka {

/// Of "leaf switch", "NIC", "cable, node to leaf", "optical module, leaf to spine".
std::string piece_name(const std::string& english);

/// Of "node to leaf": what cables join.
std::string way_name(const std::string& english);

}  // namespace qianka
