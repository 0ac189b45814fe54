// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/simgrid_setup.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>
#include <simgrid/s4u/Engine.hpp>
#include <sys/resource.h>
#include <xbt/log.h>

namespace qianka {
namespace {

/// SimGrid finds the links a change concerns by recursion, one level a link of the longest chain:
/// 100,000 links want more than the usual 8 MB. The main thread's stack grows up to the limit of
/// the moment; Linux keeps 128 MB free for it.
void allow_deep_recursion() {
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) != 0) return;
  constexpr rlim_t enough = rlim_t{112} << 20;
  if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= enough) return;
  limit.rlim_cur = std::min(enough, limit.rlim_max);
  setrlimit(RLIMIT_STACK, &limit);
}

}  // namespace

std::uint64_t in_units(Bytes size) {
  constexpr double limit = 0x1p63 / units_per_byte;
  require(size.value >= 0, "a flow of fewer than 0 bytes");
  if (size.value >= limit) {
    throw RunFailed(
        say("a flow of {:.3g} bytes; the engine takes less than {:.3g}", size.value, limit));
  }
  return static_cast<std::uint64_t>(std::llround(size.value * units_per_byte));
}

std::unique_ptr<simgrid::s4u::Engine> open_simgrid(Solver solver) {
  static bool opened = false;
  require(!std::exchange(opened, true),
          "a second engine in one process; run simulations in children");
  allow_deep_recursion();
  xbt_log_control_set(
      "root.thresh:critical");  // the result is all we say; SimGrid still explains its aborts
  auto simgrid = std::make_unique<simgrid::s4u::Engine>("qianka");
  for (const auto& [key, value] : Engine::settings(solver)) {
    simgrid::s4u::Engine::set_config(fmt::format("{}:{}", key, value));
  }
  return simgrid;
}

GraphZone& create_fabric(std::span<const Bandwidth> capacity) {
  std::vector<double> scaled;
  scaled.reserve(capacity.size());
  for (const Bandwidth rate : capacity) {
    require(rate.value > 0 && rate.value < std::numeric_limits<double>::infinity(),
            "a link without a finite capacity");
    scaled.push_back(rate.value * units_per_byte);
  }
  return GraphZone::create(scaled);
}

}  // namespace qianka
