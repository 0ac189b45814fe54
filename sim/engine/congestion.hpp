// SPDX-License-Identifier: Apache-2.0
// Private to the engine: what flows lose where congestion control is not ideal. Max-min sharing
// supposes that it is; a cluster may say that its fabric is lossless (a paused port holds up
// everything behind it) or that many senders to one port do not fill it. Both only ever add links
// to routes, so nothing gets faster. See docs/model.md, "Congestion".
#pragma once
#include "sim/engine/flow_set.hpp"
#include "sim/topology/topology.hpp"

#include <span>
#include <vector>

namespace qianka {

/// `flows`, whose first links are the topology's, with further links behind those: one for each
/// receiving port that several senders share, one for each flow that waits behind a paused port.
/// Flows of a kind run at once; those of different kinds do not see each other's pauses. As it was
/// when the fabric has neither option.
FlowSet congested(FlowSet flows, std::span<const std::vector<std::uint32_t>> kinds,
                  const Topology& topology);
/// The same when all flows run at once.
FlowSet congested(FlowSet flows, const Topology& topology);

/// Max-min rates of some flows of a set, no flow above its bound; by the order of `of`. For what
/// needs rates before anything is simulated.
std::vector<double> max_min_rates(const FlowSet& flows, std::span<const std::uint32_t> of,
                                  std::span<const double> bounds);

}  // namespace qianka
