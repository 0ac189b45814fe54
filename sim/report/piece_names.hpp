// SPDX-License-Identifier: Apache-2.0
// The pieces of a bill of materials, the ways of its cables and the collectives of a step, in the
// language of the user. Results keep English, which they compare.
#pragma once
#include <string>

namespace qianka {

/// Of "leaf switch", "NIC", "cable, node to leaf", "optical module, leaf to spine".
std::string piece_name(const std::string& english);

/// Of "tensor all-reduce", "data all-reduce, all gradients": a collective of the step.
std::string collective_title(const std::string& english);

/// Of "node to leaf": what cables join.
std::string way_name(const std::string& english);

}  // namespace qianka
