// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/schedule.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <utility>

namespace qianka {

namespace {

std::vector<Pass> one_f_one_b(const Parallel& shape, int batches, int stage) {
  const int stages = shape.pipeline, chunks = shape.interleave, total = batches * chunks;
  const auto pass = [&](int index, PassKind kind) {
    if (chunks == 1) return Pass{kind, 0, index};
    const int run = stages * chunks, chunk = index % run / stages;
    return Pass{kind, kind == PassKind::forward ? chunk : chunks - 1 - chunk,
                index / run * stages + index % stages};
  };
  const int warm_up = std::min(
      total, chunks == 1 ? stages - stage - 1 : (stages - stage - 1) * 2 + (chunks - 1) * stages);
  std::vector<Pass> order;
  order.reserve(static_cast<std::size_t>(total) * 2);
  for (int i = 0; i < warm_up; ++i) order.push_back(pass(i, PassKind::forward));
  for (int i = 0; i < total; ++i) {
    if (warm_up + i < total) order.push_back(pass(warm_up + i, PassKind::forward));
    order.push_back(pass(i, PassKind::backward));
  }
  return order;
}

std::vector<Pass> all_forward_first(int batches) {
  std::vector<Pass> order;
  for (const PassKind kind : {PassKind::forward, PassKind::backward})
    for (int i = 0; i < batches; ++i) order.push_back({kind, 0, i});
  return order;
}

/// The later the stage, the fewer micro-batches 1F1B keeps in flight: so many weight gradients may
/// wait in their place.
std::vector<Pass> zero_bubble(const Parallel& shape, int batches, int stage) {
  std::vector<Pass> order;
  for (const Pass& pass : one_f_one_b(shape, batches, stage)) {
    order.push_back(pass);
    if (pass.kind == PassKind::backward && pass.micro_batch >= stage)
      order.push_back({PassKind::weight, 0, pass.micro_batch - stage});
  }
  for (int i = std::max(0, batches - stage); i < batches; ++i)
    order.push_back({PassKind::weight, 0, i});
  return order;
}

/// `near` is the chunk whose micro-batches enter at this card's end of the pipeline. Phases and
/// their lengths are those of the published algorithm; its peak is stages + 1 micro-batches.
class DualPipe {
 public:
  DualPipe(const Parallel& shape, int batches, int stage)
      : half_(batches / 2),
        stages_(shape.pipeline),
        from_end_(std::min(stage, stages_ - 1 - stage)),
        to_middle_(stages_ / 2 - 1 - from_end_),
        near_(stage < stages_ / 2 ? 0 : 1),
        far_(1 - near_) {
    require(stages_ % 2 == 0 && batches % 2 == 0 && batches >= 2 * stages_,
            "dualpipe has an even pipeline, and twice as many micro-batches at least");
  }

  std::vector<Pass> order() {
    fill();
    for (int i = 0; i < half_ - stages_ + from_end_ + 1; ++i) {
      // The cards in the middle have nothing yet that goes backward beside the first.
      forward(near_), order_.back().joined = i > 0 || to_middle_ > 0;
      backward(far_);
      both(far_, near_);
    }
    for (int i = 0; i < to_middle_; ++i) backward(far_), both(far_, near_);
    drain();
    return std::move(order_);
  }

 private:
  /// Forward passes, and in the end backward ones that come back already.
  void fill() {
    for (int i = 0; i < 2 * to_middle_; ++i) forward(near_);
    for (int i = 0; i <= from_end_; ++i) forward(near_), forward(far_);
    for (int i = 0; i < to_middle_; ++i) {
      backward_alone(far_);
      weight();
      forward(far_);
    }
  }

  /// Backward passes; from half way on their weights wait until nothing else is left.
  void drain() {
    const int half_way = from_end_ + 1;  // of 2 (from_end_ + 1) passes
    for (int i = 0; i < 2 * half_way; ++i) {
      const int chunk = i % 2 == 0 ? far_ : near_;
      if (i < half_way)
        backward(chunk);
      else
        backward_alone(chunk);
    }
    for (int i = 0; i < to_middle_; ++i) weight(), backward_alone(near_);
    while (!waiting_.empty()) weight();
  }

  void forward(int chunk) { order_.push_back({PassKind::forward, chunk, next(forwards_, chunk)}); }

  void backward_alone(int chunk) {
    order_.push_back({PassKind::backward, chunk, next(backwards_, chunk)});
    waiting_.push_back({PassKind::weight, chunk, order_.back().micro_batch});
  }

  /// With its weights: a whole one.
  void backward(int chunk) {
    const int batch = next(backwards_, chunk);
    order_.push_back({PassKind::backward, chunk, batch, true});
    order_.push_back({PassKind::weight, chunk, batch});
  }

  void both(int forward_chunk, int backward_chunk) {
    forward(forward_chunk);
    order_.back().joined = true;
    backward(backward_chunk);
  }

  void weight() {
    order_.push_back(waiting_.front());
    waiting_.pop_front();
  }

  static int next(std::array<int, 2>& counts, int chunk) {
    return counts[static_cast<std::size_t>(chunk)]++;
  }

  int half_, stages_, from_end_, to_middle_, near_, far_;
  std::array<int, 2> forwards_{}, backwards_{};
  std::deque<Pass> waiting_;
  std::vector<Pass> order_;
};

}  // namespace

std::vector<Pass> pipeline_schedule(const Parallel& shape, int batches, int stage) {
  switch (shape.schedule) {
    case Schedule::one_f_one_b:
      return one_f_one_b(shape, batches, stage);
    case Schedule::gpipe:
      return all_forward_first(batches);
    case Schedule::zero_bubble:
      return zero_bubble(shape, batches, stage);
    case Schedule::dualpipe:
      return DualPipe(shape, batches, stage).order();
  }
  throw Bug("unknown schedule");
}

}  // namespace qianka
