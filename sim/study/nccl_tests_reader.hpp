// SPDX-License-Identifier: Apache-2.0
// What the programs of nccl-tests print (README and doc/PERFORMANCE.md of NVIDIA/nccl-tests): a
// line for each rank with its host and device, then a table with a row a size. Several outputs may
// follow each other in a file, and logs may stand between the lines.
#pragma once
#include "sim/input/diagnostics.hpp"
#include "sim/study/measured_run.hpp"

#include <string>
#include <vector>

namespace qianka {

/// True when the text has a table of nccl-tests.
bool is_nccl_tests(const std::string& text);

/// `name` stands for the file in messages. What is wrong is added to `problems`.
std::vector<MeasuredRun> read_nccl_tests(const std::string& text, const std::string& name,
                                         std::vector<Diagnostic>& problems);

}  // namespace qianka
