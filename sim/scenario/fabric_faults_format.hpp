// SPDX-License-Identifier: Apache-2.0
// The keys of `faults.fabric`.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/fabric_faults.hpp"

#include <string>

namespace qianka {

const Table<FabricFaults>& fabric_faults_table();

/// Remembers where each event was written, `path` being that of the section.
void place_fabric_faults(FabricFaults& faults, const std::string& path, const Reader& reader);

/// Everything a run depends on, for the digest; nothing when nothing is to happen.
void write_fabric_faults(const FabricFaults& faults, const std::string& path, Written& out);

}  // namespace qianka
