// SPDX-License-Identifier: Apache-2.0
#include "sim/study/step_bound.hpp"

#include <algorithm>
#include <vector>

namespace qianka {
namespace {

// The engine counts bytes and time in units of its own: what that may take off a step.
constexpr double rounding = 1e-6;

/// What the holders of a stage exchange, operation by operation.
class ExchangeTimes {
 public:
  ExchangeTimes(const StepPlan& plan, LeastTimes& least) : plan_(plan), least_(least) {}

  struct Reduced {
    Seconds within{0}, across{0};
    Seconds both() const { return within + across; }
  };

  Reduced reduce(int stage, Held what) const {
    Reduced sum;
    each_part(stage, what, true, [&](const LeastTimes::Exchange& by, double parameters) {
      const double bytes = plan_.gradient_bytes * parameters;
      if (by.any_within) sum.within += Seconds{by.within * bytes} + plan_.collective_launch;
      if (by.any_across) sum.across += Seconds{by.across * bytes} + plan_.collective_launch;
    });
    return sum;
  }

  Seconds gather(int stage, Held what) const {
    Seconds sum{0};
    double sharers = 1.0 * shard_replicas(plan_.shape) * plan_.shape.context;
    each_part(stage, what, false, [&](const LeastTimes::Exchange& by, double parameters) {
      const bool broadcast = plan_.broadcast_parameters && sharers >= 2;
      const Seconds one =
          broadcast ? plan_.broadcast_overhead + plan_.collective_launch : plan_.collective_launch;
      const double times = broadcast ? sharers : 1,
                   passes = broadcast ? sharers / (sharers - 1) : 1;
      if (by.any_within)
        sum += Seconds{by.within * passes * plan_.parameter_bytes * parameters} + one * times;
      sharers = static_cast<int>(sharers) / plan_.shape.expert;  // of what comes second: experts
    });
    return sum;
  }

 private:
  template <class Add>
  void each_part(int stage, Held what, bool reduce, const Add& add) const {
    const bool apart = plan_.shape.expert > 1;
    const double dense = apart ? what.dense : what.all(), experts = apart ? what.experts : 0;
    if (dense > 0) add(least_.dense(stage, reduce), dense);
    if (experts > 0) add(least_.experts(stage, reduce), experts);
  }

  const StepPlan& plan_;
  LeastTimes& least_;
};

/// Everything after the gradients: their norm, the optimizer, parameters to their sharers.
Seconds finish(const StepPlan& plan, const ExchangeTimes& exchange) {
  Seconds longest{0};
  for (int stage = 0; stage < plan.shape.pipeline; ++stage) {
    Seconds time = plan.stages[static_cast<std::size_t>(stage)].optimizer;
    if (plan.sharded && !plan.overlap_parameters)
      time += exchange.gather(stage, exchanged_by_stage(plan, stage));
    longest = std::max(longest, time);
  }
  return plan.collective_launch + longest + plan.overhead;
}

/// Chains through a pipeline: down to a stage with the first micro-batch, all work of that stage,
/// up again with the last one, then the exchange of the stage that is reached.
class PipelineBound {
 public:
  PipelineBound(const StepPlan& plan, LeastTimes& least, const ExchangeTimes& exchange)
      : plan_(plan),
        exchange_(exchange),
        stages_(plan.shape.pipeline),
        chunks_(chunks_on_card(plan.shape)),
        batches_(plan.batches_of_chunk()),
        both_ends_(plan.shape.schedule == Schedule::dualpipe) {
    for (int stage = 0; stage < stages_ && stages_ > 1; ++stage)
      up_.push_back(Seconds{least.hop(stage, true) * plan.send.value}),
          down_.push_back(Seconds{least.hop(stage, false) * plan.send.value});
  }

  Seconds time() {
    arrive();
    for (int stage = 0; stage < stages_; ++stage) from(stage);
    if (plan_.shape.schedule == Schedule::one_f_one_b && chunks_ == 1) round_trips();
    return longest_;
  }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  const ChunkPlan& chunk(int stage, int index) const {
    return plan_.stages[at(stage)].chunks[at(index)];
  }
  void reach(Seconds time) { longest_ = std::max(longest_, time); }

  /// When a stage can begin: with its weights gathered, and the first micro-batch there.
  void arrive() {
    const bool gathers = plan_.sharded && plan_.overlap_parameters;
    for (int stage = 0; stage < stages_; ++stage) {
      Seconds ready{0};
      if (stage > 0 && !both_ends_)
        ready = ready_.back() + chunk(stage - 1, 0).forward.total() + up_[at(stage - 1)];
      if (gathers && !both_ends_)
        ready = std::max(ready, exchange_.gather(stage, chunk(stage, 0).parameters));
      ready_.push_back(ready);
    }
  }

  /// Sends that hold the compute stream of a stage.
  Seconds blocking(int stage) const {
    if (!plan_.blocking_sends || stages_ == 1 || both_ends_) return {0};
    const bool first = stage == 0, last = stage + 1 == stages_;
    return up_[at(stage)] * (1.0 * batches_ * (chunks_ - (last ? 1 : 0))) +
           down_[at(stage)] * (1.0 * batches_ * (chunks_ - (first ? 1 : 0)));
  }

  void from(int stage) {
    Seconds passes{0}, weights{0};
    for (int c = 0; c < chunks_; ++c) {
      const ChunkPlan& own = chunk(stage, c);
      passes += (own.forward.total() + own.backward.total()) * batches_;
      weights += own.weight.total() * batches_;
      (plan_.split_backward ? weights : passes) += own.slowed;
    }
    passes += blocking(stage);
    leave(stage, ready_[at(stage)] + passes + weights);
    if (both_ends_) return;
    // The last backward pass comes after all others and all forward ones.
    Seconds end = ready_[at(stage)] + passes;
    for (int below = stage - 1; below >= 0; --below) {
      const bool sent = plan_.blocking_sends && below + 1 == stage;  // counted as work of the stage
      if (!sent) end += down_[at(below + 1)];
      end += chunk(below, 0).backward.total();
      leave_after(below, end);
    }
  }

  /// With all passes of a stage done at `end`.
  void leave(int stage, Seconds end) {
    leave_after(stage, end);
    if (!plan_.overlap_gradients || both_ends_) return;
    // Gradients begin to leave with the first piece of the last chunk's last pass.
    const ChunkPlan& last = chunk(stage, chunks_ - 1);
    const PassTime& pass = plan_.split_backward ? last.weight : last.backward;
    Seconds left = (pass.total() + last.slowed) * (1 - 1.0 / plan_.buckets);
    for (int c = 0; c + 1 < chunks_; ++c)
      left +=
          (chunk(stage, c).backward.total()) * stages_ + chunk(stage, c).slowed + blocking_of_run();
    ExchangeTimes::Reduced all;
    for (int c = 0; c < chunks_; ++c) {
      const auto bucket =
          exchange_.reduce(stage, chunk(stage, c).parameters * (1.0 / plan_.buckets));
      all.within += bucket.within * plan_.buckets;
      all.across = bucket.across;  // of the last one
    }
    reach(end - left + all.both());
  }

  /// Sends between the last passes of one chunk and those of the next, when they hold the stream.
  Seconds blocking_of_run() const {
    if (!plan_.blocking_sends || stages_ == 1) return {0};
    return (*std::ranges::max_element(down_) + *std::ranges::max_element(up_)) * (stages_ + 1.0);
  }

  /// What a stage whose last pass is over has still to do.
  void leave_after(int stage, Seconds end) {
    end += plan_.stages[at(stage)].straggle;
    if (both_ends_) return reach(end);
    const Held own = plan_.overlap_gradients ? chunk(stage, 0).parameters * (1.0 / plan_.buckets)
                                             : exchanged_by_stage(plan_, stage);
    reach(end + exchange_.reduce(stage, own).both());
  }

  /// 1F1B keeps as many micro-batches in flight as there are stages: the first stage takes in
  /// another when one has come back. In the end the last stage works off what is under way.
  void round_trips() {
    Seconds round{0};
    for (int stage = 0; stage < stages_; ++stage) {
      round += chunk(stage, 0).forward.total() + chunk(stage, 0).backward.total();
      if (stage + 1 < stages_) round += up_[at(stage)] + down_[at(stage + 1)];
    }
    const int times = (batches_ + stages_ - 1) / stages_, left = (batches_ - 1) % stages_;
    const ChunkPlan& last = chunk(stages_ - 1, 0);
    leave_after(0,
                ready_[0] + round * times + (last.forward.total() + last.backward.total()) * left);
  }

  const StepPlan& plan_;
  const ExchangeTimes& exchange_;
  int stages_, chunks_, batches_;
  bool both_ends_;
  std::vector<Seconds> up_, down_, ready_;
  Seconds longest_{0};
};

/// ZeRO-3 without a pipeline: the operations of unit_passes.cpp one by one, on one stream of passes
/// and one of exchange.
class UnitBound {
 public:
  UnitBound(const StepPlan& plan, const ExchangeTimes& exchange)
      : plan_(plan), exchange_(exchange), units_(plan.stages.front().chunks.front().units) {}

  Seconds time() {
    for (int batch = 0; batch < plan_.batches; ++batch) micro_batch(batch + 1 == plan_.batches);
    return longest_;
  }

 private:
  void micro_batch(bool last) {
    const std::size_t n = units_.size(), stays = 2 * n - 1;
    const auto unit = [&](std::size_t stay) -> const UnitPlan& {
      return units_[stay < n ? stay : 2 * n - 2 - stay];
    };
    Seconds gathered = gather(unit(0));
    for (std::size_t stay = 0; stay < stays; ++stay) {
      const Seconds here = gathered;
      if (stay + 1 < stays) gathered = gather(unit(stay + 1));
      if (stay < n) used_ = std::max(used_, here) + unit(stay).forward.total();
      if (stay + 1 < n) continue;
      used_ = std::max(used_, here) + unit(stay).backward.total();
      give_back(unit(stay), last, stay + 1 == stays);
    }
  }

  Seconds gather(const UnitPlan& unit) {
    const Held piece = unit.parameters * (1.0 / plan_.unit_gathers);
    return exchanged_ =
               std::max(exchanged_, used_) + exchange_.gather(0, piece) * plan_.unit_gathers;
  }

  void give_back(const UnitPlan& unit, bool last, bool done_with_batch) {
    Seconds ready = used_;
    if (last && done_with_batch) ready += plan_.stages.front().straggle;
    const auto reduced = exchange_.reduce(0, unit.parameters);
    exchanged_ = std::max(exchanged_, ready) + reduced.within;
    longest_ = std::max(longest_, exchanged_ + (last ? reduced.across : Seconds{0}));
  }

  const StepPlan& plan_;
  const ExchangeTimes& exchange_;
  const std::vector<UnitPlan>& units_;
  Seconds used_{0}, exchanged_{0}, longest_{0};
};

}  // namespace

Seconds least_step_time(const StepPlan& plan, LeastTimes& least) {
  const ExchangeTimes exchange(plan, least);
  const Seconds passes = plan.gather_units ? UnitBound(plan, exchange).time()
                                           : PipelineBound(plan, least, exchange).time();
  return (passes + finish(plan, exchange)) * (1 - rounding);
}

}  // namespace qianka
