// SPDX-License-Identifier: Apache-2.0
// Private to the engine: the check that a quotient is one. The refinement identifies classes by
// 64-bit hashes, which may collide in principle; debug builds and tests look.
#pragma once
#include "sim/engine/flow_set.hpp"

namespace qianka {

/// Are the members of each class alike: flows in bytes, latency, start, colour and how often they
/// cross each link class, links in capacity and how often each flow class crosses them? O(flows x
/// hops).
bool is_equitable(const FlowSet& flows, const Quotient& quotient);

}  // namespace qianka
