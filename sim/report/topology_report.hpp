// SPDX-License-Identifier: Apache-2.0
// A cluster as it is wired: hosts, links by kind, what a message meets on its way, and the bill of
// materials.
#pragma once
#include "sim/report/json.hpp"
#include "sim/topology/topology.hpp"

#include <string>

namespace qianka {

const char* link_kind_name(LinkKind kind);

std::string topology_text(const Topology& topology);
Json topology_json(const Topology& topology);

}  // namespace qianka
