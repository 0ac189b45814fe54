// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/gemm.hpp"

#include <algorithm>
#include <cmath>

namespace qianka {

namespace {

FlopRate peak16(const Accelerator& accelerator) {
  const auto& best = accelerator.peak.bf16 ? accelerator.peak.bf16 : accelerator.peak.fp16;
  return needed(best, accelerator.id, "16-bit peak rate");
}

}  // namespace

KernelModel::KernelModel(const Accelerator& accelerator, const StackSpec& stack,
                         Precision precision)
    : stack_(&stack),
      peak_(peak_rate(accelerator, precision)),
      peak16_(precision == Precision::fp8 ? peak16(accelerator) : peak_),
      memory_(needed(accelerator.memory_bandwidth, accelerator.id, "memory_bandwidth") *
              needed(accelerator.memory_efficiency, accelerator.id, "memory_efficiency")),
      gemm_efficiency_(
          precision == Precision::fp8
              ? needed(accelerator.gemm_efficiency_fp8, accelerator.id, "gemm_efficiency_fp8")
              : needed(accelerator.gemm_efficiency, accelerator.id, "gemm_efficiency")),
      attention_efficiency_(
          stack.attention == AttentionKernel::fused
              ? needed(accelerator.attention_efficiency, accelerator.id, "attention_efficiency")
              : 0),
      realised_(realised_factor(stack, accelerator.id).value_or(1)),
      element_bytes_(precision == Precision::fp32 || precision == Precision::tf32 ? 4 : 2),
      compute_units_(accelerator.compute_units.value_or(0)) {}

Seconds KernelModel::time(const Gemm& gemm) const {
  if (gemm.rows <= 0 || gemm.columns <= 0 || gemm.inner <= 0) return {0};
  double best = 0;
  for (const GemmTile& tile : stack_->gemm_tiles) {
    const double tiles =
        std::ceil(gemm.rows / tile.rows) * std::ceil(gemm.columns / tile.columns) * gemm.batch;
    double work = tiles * 2.0 * tile.rows * tile.columns * (gemm.inner + stack_->gemm_prologue);
    if (compute_units_ > 0) {
      const double waves = tiles / compute_units_;
      work *= 1 + stack_->wave_quantisation * (std::ceil(waves) - waves) / waves;
    }
    const double seconds = work / (peak_.value * gemm_efficiency_ * tile.rate);
    if (best == 0 || seconds < best) best = seconds;
  }
  require(best > 0, "a stack has at least one GEMM tile");
  const double operands =
      gemm.rows * gemm.inner + gemm.inner * gemm.columns + gemm.rows * gemm.columns;
  return {std::max(best, element_bytes_ * operands * gemm.batch / memory_.value) * realised_};
}

Seconds KernelModel::fused_attention(Flops work, double rows, double head) const {
  // Short sequences leave a kernel half empty, narrow heads the matrix units: step-model.md,
  // fact 2.
  const double fill = rows / (rows + stack_->attention_fill) * std::sqrt(std::min(1.0, head / 128));
  return work / (peak16_ * attention_efficiency_ * fill) * realised_;
}

Seconds KernelModel::stream(Bytes size) const {
  return traffic(size) * (stack_->elementwise_factor * element_bytes_ / 2);
}

Seconds KernelModel::traffic(Bytes size) const { return size / memory_ * realised_; }

}  // namespace qianka
