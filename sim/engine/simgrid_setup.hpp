// SPDX-License-Identifier: Apache-2.0
// Private to the engine: SimGrid with our settings, and the units in which we give it bytes.
#pragma once
#include "sim/engine/engine.hpp"
#include "sim/engine/graph_zone.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <simgrid/forward.h>

namespace qianka {

/// SimGrid takes whole bytes. Counting in 2^-16 byte keeps fractions (a ring moves 2(n-1)/n of its
/// bytes) to 8e-6 byte; as it is a power of two, scaling the capacities alike changes no other bit
/// of any result.
constexpr double units_per_byte = 0x1p16;

/// RunFailed above 141 TB.
std::uint64_t in_units(Bytes size);

/// A date d is reached from now by now + (d - now), which is d itself only if d <= 2 now or now =
/// 0. Otherwise the clock may overshoot, and SimGrid never looks again at a date that is past: so,
/// while flows are under way, the clock must at most double in one step. From here that is forty
/// steps to a second.
constexpr double first_milestone = 0x1p-40;

/// Bug on the second call: SimGrid's clock and settings outlive its engine, so there is one in the
/// life of a process.
std::unique_ptr<simgrid::s4u::Engine> open_simgrid(Solver solver);

/// The platform: links of these capacities. Hosts come next, then seal().
GraphZone& create_fabric(std::span<const Bandwidth> capacity);

}  // namespace qianka
