// SPDX-License-Identifier: Apache-2.0
// Private to workload: adds up the operators of one layer, forward and backward.
#pragma once
#include "sim/workload/operators.hpp"

#include <utility>

namespace qianka {

class LayerBuilder {
 public:
  LayerBuilder(const Job& job, const KernelModel& kernels)
      : job_(job), kernels_(kernels), shape_(job) {}

  /// A weight product forward, and its two products (input and weight gradient) backward; `batch`
  /// of them in one launch. In FP8 its operands are cast first.
  void linear(double tokens, double in, double out, double batch = 1);
  /// The same that stays in 16 bit in FP8 runs (logits).
  void wide_linear(double tokens, double in, double out);
  /// A memory-bound kernel.
  void stream(double forward_bytes, double backward_bytes);
  /// Scores, softmax and weighted sum, with the exchange of keys and values when the sequence is
  /// shared; of transformer layer `index`.
  void attention(int index);
  /// Time on the host and in small kernels that nothing hides, in each direction.
  void serial(Seconds time);
  void communicate(CommGroup group, CollectiveKind kind, Bytes size, double forward,
                   double backward);
  /// A memory-bound kernel of the forward pass, there already, that the backward pass repeats.
  void again(double bytes);
  /// Adds a part of the layer; with `again`, the backward pass computes it again.
  template <class Part>
  void part(bool again, const Part& add) {
    const PassCost before = cost_.forward;
    add();
    if (!again) return;
    cost_.recompute.compute += cost_.forward.compute - before.compute;
    cost_.recompute.kernels += cost_.forward.kernels - before.kernels;
  }
  /// What of the whole layer the backward pass computes again; after everything else was added.
  void recompute(Recompute what);

  const Job& job() const { return job_; }
  const ModelSpec& model() const { return job_.model; }
  const MicroBatchShape& shape() const { return shape_; }
  LayerCost take() { return std::move(cost_); }

 private:
  void fused_core(double heads, double score_width, double value_width, int index);
  void unfused_core(double heads, double score_width, double value_width);
  void exchange_context(Seconds core_forward, Seconds core_backward);

  const Job& job_;
  const KernelModel& kernels_;
  MicroBatchShape shape_;
  LayerCost cost_;
  PassCost core_;        // forward, of the attention core
  Seconds products_{0};  // forward, of the weight products
};

}  // namespace qianka
