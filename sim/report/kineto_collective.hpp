// SPDX-License-Identifier: Apache-2.0
// Collectives as PyTorch's profiler writes them down: names of kernels, and the arguments that
// readers look for.
#pragma once
#include "sim/report/json.hpp"
#include "sim/units/quantity.hpp"

#include <string>

namespace qianka {

struct KinetoCollective {
  const char *kernel, *name;  // "AllGather", "allgather"
  bool splits, joins;         // a card brings a share of the bytes, or leaves with one
};

/// `name` as reports have it: "all-gather".
const KinetoCollective& kineto_collective(const std::string& name);

/// One collective of `bytes` (nccl-tests' size) among `cards`; 0: not known, as one. Elements are
/// bytes.
Json kineto_message(const KinetoCollective& collective, const char* group, int cards, Bytes bytes);

}  // namespace qianka
