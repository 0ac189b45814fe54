// SPDX-License-Identifier: Apache-2.0
// How many cards are lost when one device or cable of each class fails. Private to this module.
#pragma once
#include "sim/topology/bill.hpp"

namespace qianka {

/// `fabric` has NICs and switches only.
std::vector<BlastRadius> blast_radii(const DeviceGraph& fabric);

/// "leaf", "spine", "core"; "tier 4" beyond.
std::string tier_name(int tier);

}  // namespace qianka
