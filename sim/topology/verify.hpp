// SPDX-License-Identifier: Apache-2.0
// What must hold of every wiring and every route, whoever built it. Each complaint is a sentence
// that names the devices; none = all is well.
#pragma once
#include "sim/topology/wiring.hpp"

#include <span>
#include <string>
#include <vector>

namespace qianka {

/// Every card reaches every other; each link is one edge, each has a rate and a twin the other way;
/// the out-edges of switches are sorted by target.
std::vector<std::string> verify(const Wiring& wiring);

/// The route begins at one card and ends at the other, each link begins where the last one ended
/// (or a way that never limits leads there), and none is crossed twice.
std::vector<std::string> verify_route(const Wiring& wiring, CardId from, CardId to,
                                      std::span<const LinkId> route);

}  // namespace qianka
