// SPDX-License-Identifier: Apache-2.0
// Private to workload: the passes of a step with all that runs beside them, up to the gradients'
// exchange. Each returns what the optimizer has to wait for.
#pragma once
#include "sim/workload/program_builder.hpp"

namespace qianka {

/// Chunks in schedule order, sends between stages, gradients exchanged once a step.
OpList pipeline_passes(ProgramBuilder& builder);

/// ZeRO-3 without a pipeline: units one by one, each gathered before and given back after use, in
/// every micro-batch. As PyTorch's FSDP orders it: the next unit is gathered while one is computed,
/// two are held at most, and collectives run one at a time in the order in which they were asked
/// for.
OpList unit_passes(ProgramBuilder& builder);

/// The replica's last operation before gradients can be complete: it catches up with the slowest.
std::uint32_t catch_up(ProgramBuilder& builder, int replica, int stage);

}  // namespace qianka
