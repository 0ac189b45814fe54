// SPDX-License-Identifier: Apache-2.0
// What the programs of HCCL Test print (CANN, "HCCL Performance Tester", result description): a
// table with a row a size. It does not say how many ranks took part; the command does, and must
// stand above the table: mpirun -n 16 ./bin/all_reduce_test -b 8K -e 1G -f 2 -p 8
#pragma once
#include "sim/input/diagnostics.hpp"
#include "sim/study/measured_run.hpp"

#include <string>
#include <vector>

namespace qianka {

/// True when the text has a table of HCCL Test.
bool is_hccl_test(const std::string& text);

/// `name` stands for the file in messages. What is wrong is added to `problems`.
std::vector<MeasuredRun> read_hccl_test(const std::string& text, const std::string& name,
                                        std::vector<Diagnostic>& problems);

}  // namespace qianka
