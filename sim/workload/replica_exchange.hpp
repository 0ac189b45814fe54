// SPDX-License-Identifier: Apache-2.0
// Private to workload: what the replicas of a stage exchange, as operations on its two exchange
// streams. Where groups are single cards nothing is added.
#pragma once
#include "sim/workload/program_builder.hpp"

#include <vector>

namespace qianka {

struct ExchangeOf {
  int stage = 0, chunk = 0;
  Held parameters;
};

/// Gradients of `what` once `inputs` are done; returns what the optimizer has to wait for.
/// Unsharded: one all-reduce. Sharded: reduce-scatter inside the shard groups, then all-reduce of
/// the shares between them.
OpList reduce_gradients(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs);
/// The first half of it alone: what is left to do between shard groups is another operation.
OpList scatter_gradients(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs);
OpList reduce_across(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs);

/// Every card of a shard group gets the whole of `what`.
OpList gather_parameters(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs);

}  // namespace qianka
