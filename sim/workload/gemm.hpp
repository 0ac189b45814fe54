// SPDX-License-Identifier: Apache-2.0
// How long one dense kernel takes on one card: a matrix product by its shape, or a pass over
// memory.
#pragma once
#include "sim/scenario/scenario.hpp"

namespace qianka {

/// A product of rows x inner by inner x columns, `batch` of them in one launch.
struct Gemm {
  double rows = 0, columns = 0, inner = 0, batch = 1;
};

/// One accelerator as the kernels of one stack see it.
class KernelModel {
 public:
  /// Infeasible when the accelerator lacks a figure that the job's precision needs.
  KernelModel(const Accelerator& accelerator, const Job& job);

  /// Tiles of rows x columns are dealt to the compute units in waves; each spends inner + prologue
  /// steps, the last wave counts as if (1 - wave_quantisation) .. full; never faster than its
  /// operands cross the memory. Without a published number of compute units no wave quantisation is
  /// applied. docs/model.md, "GEMM".
  Seconds time(const Gemm& gemm) const { return time_at(gemm, peak_.value * gemm_efficiency_); }
  /// The same for a product that stays in 16 bit in FP8 runs.
  Seconds wide_time(const Gemm& gemm) const {
    return time_at(gemm, peak16_.value * gemm_efficiency16_);
  }
  /// Casting `elements` of an operand; nothing except in FP8.
  Seconds cast(double elements) const { return traffic({cast_bytes_ * elements}); }
  /// A fused attention kernel doing `work`; `rows` is the sequence length, `head` the head size.
  Seconds fused_attention(Flops work, double rows, double head) const;
  /// A kernel that streams `size` through memory once, as this stack's kernels do.
  Seconds stream(Bytes size) const;
  /// Pure memory traffic without the stack's element-wise factor (optimizer, gradient
  /// accumulation).
  Seconds traffic(Bytes size) const;

 private:
  Seconds time_at(const Gemm& gemm, double rate) const;

  const StackSpec* stack_;
  FlopRate peak_, peak16_;
  Bandwidth memory_;
  double gemm_efficiency_, gemm_efficiency16_, attention_efficiency_, realised_, element_bytes_;
  double cast_bytes_;     // an element; 0 except in FP8
  double compute_units_;  // 0 = not published
};

}  // namespace qianka
