// SPDX-License-Identifier: Apache-2.0
// What in a set of measurements should make an operator look at the machine.
#pragma once
#include "sim/study/collective_fit.hpp"

#include <string>
#include <vector>

namespace qianka {

/// A run far below what the catalogue's links make of it, or with wrong results; one that is slower
/// than the same test elsewhere; bandwidth that falls with the number of nodes more than the
/// calibrated model says; figures that stand at their limit; sizes that the model does not
/// reproduce.
std::vector<std::string> link_warnings(const CollectiveFit& fit);

}  // namespace qianka
