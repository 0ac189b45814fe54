// SPDX-License-Identifier: Apache-2.0
// A list of faults as a CSV file: what `faults: {replay: …}` plays, what `qianka fit-faults` fits
// and what `qianka import` makes of other records.
#pragma once
#include "sim/input/diagnostics.hpp"
#include "sim/scenario/campaign_spec.hpp"

#include <string>
#include <vector>

namespace qianka {

/// In order of time. Columns stand in any order; what is wrong is added to `problems`.
std::vector<ReplayedFault> read_fault_list(const std::string& text, const std::string& name,
                                           std::vector<Diagnostic>& problems);

/// The same list as text, below `comments`, a line each; columns that say nothing are left out.
std::string fault_list_text(const std::vector<ReplayedFault>& faults,
                            const std::vector<std::string>& comments);

}  // namespace qianka
