// SPDX-License-Identifier: Apache-2.0
// Many independent pieces of work, in several processes: each may fork simulations of its own
// (engine/child.hpp), none holds an engine itself.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

/// How many processes, and who is told of every result.
struct Workers {
  // NOLINTNEXTLINE(google-explicit-constructor): most callers only say how many
  Workers(int count_) : count(count_) {}
  Workers(int count_, std::function<void(std::size_t done, std::size_t all)> told_)
      : count(count_), told(std::move(told_)) {}
  int count;
  std::function<void(std::size_t done, std::size_t all)> told;  // may be empty
};

/// work(i) for i in 0 .. count - 1, the results in that order however many workers there are. A
/// result is missing when the worker died over it. `work` runs in a forked process: what it changes
/// is lost, what it throws loses the result.
std::vector<std::optional<std::string>> run_in_workers(
    std::size_t count, const Workers& workers, const std::function<std::string(std::size_t)>& work);

}  // namespace qianka
