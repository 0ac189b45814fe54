// SPDX-License-Identifier: Apache-2.0
// Processes that work for as long as there is something to do. The parent gives out the numbers one
// by one, so it knows what a process was at when it died, and puts another one in its place.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace qianka {

struct PoolTasks {
  /// In the parent: what this worker, from 0, does next; nothing: it is not needed any more.
  std::function<std::optional<std::size_t>(int worker)> next;
  /// In the worker, which lives on from one number to the next.
  std::function<std::string(std::size_t number)> work;
  /// In the parent, as results come.
  std::function<void(std::size_t number, const std::string& result)> done;
  std::function<void(std::size_t number, const std::string& how)> died;
  /// In the parent, at least once a second.
  std::function<void()> tick;
};

enum class PoolEnd { finished, interrupted };

/// Ends early, without what was under way, when the user interrupts (SIGINT). What a callback
/// throws ends all workers.
PoolEnd run_pool(int workers, const PoolTasks& tasks);

}  // namespace qianka
