// SPDX-License-Identifier: Apache-2.0
// SimGrid allows one engine in a process, and GoogleTest runs all tests of a binary in one when it
// is started by hand. So whatever a test does with an engine, it does in a child, and compares
// here.
#pragma once
#include "sim/engine/child.hpp"
#include "sim/engine/raw_bytes.hpp"

#include <functional>
#include <vector>

namespace qianka {

/// The numbers that `work` returned, computed in a process of its own.
inline std::vector<double> in_child(const std::function<std::vector<double>()>& work) {
  return from_bytes<double>(run_in_child([&work] { return to_bytes(work()); }));
}

}  // namespace qianka
