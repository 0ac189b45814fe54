// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/simgrid_setup.hpp"

#include <cmath>
#include <limits>

#include <fmt/core.h>
#include <simgrid/s4u/Engine.hpp>
#include <xbt/log.h>

#include "sim/units/require.hpp"

namespace qianka {

std::uint64_t in_units(Bytes size) {
  constexpr double limit = 0x1p63 / units_per_byte;
  require(size.value >= 0, "a flow of fewer than 0 bytes");
  if (size.value >= limit) {
    throw RunFailed(fmt::format("a flow of {:.3g} bytes; the engine takes less than {:.3g}", size.value, limit));
  }
  return static_cast<std::uint64_t>(std::llround(size.value * units_per_byte));
}

std::unique_ptr<simgrid::s4u::Engine> open_simgrid(Solver solver) {
  static bool opened = false;
  require(!std::exchange(opened, true), "a second engine in one process; run simulations in children");
  xbt_log_control_set("root.thresh:critical");  // the result is all we say; SimGrid still explains its aborts
  auto simgrid = std::make_unique<simgrid::s4u::Engine>("qianka");
  for (const auto& [key, value] : Engine::settings(solver)) simgrid::s4u::Engine::set_config(key + ":" + value);
  return simgrid;
}

GraphZone& create_fabric(std::span<const Bandwidth> capacity) {
  std::vector<double> scaled;
  scaled.reserve(capacity.size());
  for (const Bandwidth rate : capacity) {
    require(rate.value > 0 && rate.value < std::numeric_limits<double>::infinity(), "a link without a finite capacity");
    scaled.push_back(rate.value * units_per_byte);
  }
  return GraphZone::create(scaled);
}

}  // namespace qianka
