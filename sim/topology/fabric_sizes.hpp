// SPDX-License-Identifier: Apache-2.0
// Sizes of a fabric that are each right but cannot go together: ports, uplinks, groups. Who read
// the cluster from a file knows where they stand.
#pragma once
#include "sim/units/require.hpp"

namespace qianka {

struct FabricSizes : Infeasible {
  using Infeasible::Infeasible;
};

}  // namespace qianka
