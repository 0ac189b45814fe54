// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/gemm.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qianka {

namespace {

FlopRate peak16(const Accelerator& accelerator) {
  const auto& best = accelerator.peak.bf16 ? accelerator.peak.bf16 : accelerator.peak.fp16;
  return needed(best, accelerator.id, marked("16-bit peak rate"));
}

/// The stack's own kernel, or the best there is for the accelerator; 0 when there is no fused one.
double fused_efficiency(const Accelerator& accelerator, const StackSpec& stack) {
  if (stack.attention != AttentionKernel::fused) return 0;
  if (const auto own = of_accelerator(stack.attention_efficiency, accelerator.id)) return *own;
  return needed(accelerator.attention_efficiency, accelerator.id, "attention_efficiency");
}

}  // namespace

KernelModel::KernelModel(const Accelerator& accelerator, const Job& job)
    : stack_(&job.stack),
      peak_(peak_rate(accelerator, job.precision)),
      peak16_(job.precision == Precision::fp8 ? peak16(accelerator) : peak_),
      memory_(needed(accelerator.memory_bandwidth, accelerator.id, "memory_bandwidth") *
              needed(accelerator.memory_efficiency, accelerator.id, "memory_efficiency")),
      gemm_efficiency_(
          job.precision == Precision::fp8
              ? needed(accelerator.gemm_efficiency_fp8, accelerator.id, "gemm_efficiency_fp8")
              : needed(accelerator.gemm_efficiency, accelerator.id, "gemm_efficiency")),
      gemm_efficiency16_(needed(accelerator.gemm_efficiency, accelerator.id, "gemm_efficiency")),
      attention_efficiency_(fused_efficiency(accelerator, job.stack)),
      realised_(realised_factor(job.stack, accelerator.id).value_or(1)),
      element_bytes_(job.precision == Precision::fp32 || job.precision == Precision::tf32 ? 4 : 2),
      cast_bytes_(job.precision != Precision::fp8         ? 0
                  : job.fp8_scaling == Fp8Scaling::tensor ? job.stack.cast_bytes_tensor
                                                          : job.stack.cast_bytes_fine),
      compute_units_(accelerator.compute_units.value_or(0)) {
  if (job.stack.communication_units == 0) return;
  const double all = needed(accelerator.compute_units, accelerator.id, "compute_units");
  compute_units_ = all - job.stack.communication_units;
  if (compute_units_ <= 0)
    throw Infeasible(say("{} sets {} compute units aside for communication, and {} has {}",
                         job.stack.name, job.stack.communication_units, accelerator.name, all));
  peak_ = peak_ * (compute_units_ / all), peak16_ = peak16_ * (compute_units_ / all);
}

Seconds KernelModel::time_at(const Gemm& gemm, double rate) const {
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
    const double seconds = work / (rate * tile.rate);
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
  const double fill = rows / (rows + stack_->attention_fill) *
                      std::pow(std::min(1.0, head / 128), stack_->narrow_heads);
  return work / (peak16_ * attention_efficiency_ * fill) * realised_;
}

Seconds KernelModel::stream(Bytes size) const {
  return traffic(size) * (stack_->elementwise_factor * element_bytes_ / 2);
}

Seconds KernelModel::traffic(Bytes size) const { return size / memory_ * realised_; }

}  // namespace qianka
