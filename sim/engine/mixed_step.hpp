// SPDX-License-Identifier: Apache-2.0
// One training step of a pipeline whose stages run on several kinds of card.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <span>

namespace qianka {

/// Stages first .. last - 1 of the job run on this scenario's cluster, with its stack. The job is
/// the whole one, equal in all shares but for the stack: model, layout, batch.
struct PipelineShare {
  const Scenario* scenario;
  int first, last;
};

/// What stages exchange inside a share meets the traffic of that share alone, one replica standing
/// for all (Folding::representative). Activations that pass from one kind to the next have cables
/// of their own, of the slower side's adapters. The shares cover the pipeline in order; layers are
/// listed by stage; 1F1B without interleaving. Infeasible where a share's own cluster would be.
Seconds mixed_step_time(std::span<const PipelineShare> shares);

/// A forward and a backward pass of one layer and micro-batch on this scenario's cards, tensor
/// parallel exchange included: what layers are dealt out by.
Seconds layer_time(const Scenario& scenario);

}  // namespace qianka
