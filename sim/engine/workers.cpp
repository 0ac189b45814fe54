// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/workers.hpp"

#include "sim/engine/task_pool.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <csignal>

namespace qianka {
namespace {

// The first byte of what comes back.
constexpr char result = '+', thrown = '-';

}  // namespace

std::vector<std::optional<std::string>> run_in_workers(
    std::size_t count, const Workers& workers,
    const std::function<std::string(std::size_t)>& work) {
  std::vector<std::optional<std::string>> results(count);
  std::size_t next = 0, ended = 0;
  const auto tell = [&] {
    if (workers.told) workers.told(++ended, count);
  };
  const auto used =
      static_cast<int>(std::min(static_cast<std::size_t>(std::max(workers.count, 1)), count));
  const PoolEnd end = run_pool(
      used, {.next = [&](int) { return next < count ? std::optional(next++) : std::nullopt; },
             .work =
                 [&](std::size_t i) {
                   try {
                     return result + work(i);
                   } catch (...) {  // the result stays missing
                     return std::string(1, thrown);
                   }
                 },
             .done =
                 [&](std::size_t i, const std::string& text) {
                   if (text.front() == result) results[i] = text.substr(1);
                   tell();
                 },
             .died = [&](std::size_t, const std::string&) { tell(); },
             .tick = [] {}});
  if (end == PoolEnd::interrupted) {
    std::raise(SIGINT);  // as if no pool had been there to read it
    throw RunFailed("interrupted");
  }
  return results;
}

}  // namespace qianka
