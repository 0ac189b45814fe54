// SPDX-License-Identifier: Apache-2.0
#include "sim/units/require.hpp"
#include "sim/workload/replica_exchange.hpp"
#include "sim/workload/schedule.hpp"
#include "sim/workload/step_passes.hpp"

#include <utility>

namespace qianka {

namespace {

class PipelinePasses {
 public:
  explicit PipelinePasses(ProgramBuilder& builder)
      : builder_(builder),
        plan_(builder.plan()),
        stages_(plan_.shape.pipeline),
        chunks_(chunks_on_card(plan_.shape)),
        both_ends_(plan_.shape.schedule == Schedule::dualpipe) {
    const std::size_t units = at(builder.replicas()) * at(stages_);
    const std::size_t cells = units * at(chunks_) * at(plan_.batches);
    for (auto* ops : {&arrived_forward_, &arrived_backward_, &starts_forward_, &starts_backward_})
      ops->resize(cells, none);
    first_forward_.resize(units * at(chunks_), none);
    caught_up_.resize(units, none);
    known_up_.resize(units), known_down_.resize(units);
    ready_.resize(at(stages_));
  }

  OpList build() {
    for (int stage = 0; stage < stages_; ++stage) gather_before(stage);
    for (int replica = 0; replica < builder_.replicas(); ++replica)
      for (int stage = 0; stage < stages_; ++stage) passes(replica, stage);
    wire_arrivals();
    OpList exchanged;
    for (int stage = 0; stage < stages_; ++stage)
      for (const std::uint32_t op : exchange(stage)) exchanged.push_back(op);
    return exchanged;
  }

 private:
  static constexpr std::uint32_t none = ProgramBuilder::none;
  struct Bucket {
    int chunk;
    OpList inputs;  // one of each replica
  };
  struct Ends {
    std::uint32_t first = none, last = none;
  };

  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  static std::uint16_t narrow(int value) { return static_cast<std::uint16_t>(value); }
  std::size_t cell(int replica, int stage, int chunk, int batch) const {
    return (builder_.unit(replica, stage) * at(chunks_) + at(chunk)) * at(plan_.batches) +
           at(batch);
  }

  /// Sends of one direction are all alike: their flows are written once and shared.
  void carry_send(Op& op, const StepNetwork::FlowList& flows, bool up, std::size_t unit) {
    Op& made = (up ? known_up_ : known_down_)[unit];
    if (made.flows == 0) builder_.carry(made, flows, plan_.send, 1, {0});
    op.first_flow = made.first_flow, op.flows = made.flows;
    op.bytes = plan_.send / (plan_.shape.tensor * plan_.shape.context);
  }

  void gather_before(int stage) {
    const auto& chunks = plan_.stages[at(stage)].chunks;
    gathered_.resize(at(stages_) * at(chunks_));
    if (!plan_.sharded || !plan_.overlap_parameters) return;
    for (int chunk = 0; chunk < (both_ends_ ? 1 : chunks_); ++chunk)
      gathered_[at(stage) * at(chunks_) + at(chunk)] =
          gather_parameters(builder_, {stage, chunk, chunks[at(chunk)].parameters}, {});
  }

  void passes(int replica, int stage) {
    const std::vector<Pass> order = pipeline_schedule(plan_.shape, plan_.batches, stage);
    const std::vector<std::size_t> last = last_of_chunks(order);
    std::vector<std::size_t> buckets(at(stages_), 0);
    std::uint32_t start = none;  // of all that are joined to the pass at hand
    for (std::size_t i = 0, first = 0; i < order.size(); ++i) {
      const Ends ends = add_pass(replica, stage, order[i], last[at(order[i].chunk)] == i, buckets);
      if (i == first) start = ends.first;
      note_start(replica, stage, order[i], start);
      if (order[i].joined) continue;
      for (; first <= i; ++first) send(replica, stage, order[first], ends.last);
    }
    caught_up_[builder_.unit(replica, stage)] = catch_up(builder_, replica, stage);
  }

  /// Of each chunk, the pass after which its gradients are complete.
  std::vector<std::size_t> last_of_chunks(const std::vector<Pass>& order) const {
    const PassKind kind = plan_.split_backward ? PassKind::weight : PassKind::backward;
    std::vector<std::size_t> last(at(chunks_));
    for (std::size_t i = 0; i < order.size(); ++i)
      if (order[i].kind == kind) last[at(order[i].chunk)] = i;
    return last;
  }

  /// One operation; of the last pass of a chunk several, if gradients leave behind it piece by
  /// piece.
  Ends add_pass(int replica, int stage, const Pass& pass, bool last,
                std::vector<std::size_t>& buckets) {
    const ChunkPlan& chunk = plan_.stages[at(stage)].chunks[at(pass.chunk)];
    const auto& [kind, time] = of_kind(chunk, pass.kind);
    Seconds duration = time.total();
    if (last) duration += chunk.slowed;
    const int pieces = last && plan_.overlap_gradients ? plan_.buckets : 1;
    const StepPlan::Piece made = plan_.piece(stage, pass.chunk);
    Ends ends;
    for (int piece = 0; piece < pieces; ++piece) {
      ends.last = builder_.add({.kind = kind,
                                .stage = narrow(stage),
                                .chunk = narrow(pass.chunk),
                                .replica = static_cast<std::uint32_t>(replica),
                                .micro_batch = static_cast<std::uint32_t>(pass.micro_batch),
                                .stream = builder_.compute_stream(replica, stage),
                                .duration = duration / pieces});
      if (piece == 0) ends.first = ends.last;
      if (last && plan_.overlap_gradients)
        add_ready(made.stage, buckets[at(made.stage)]++, made.chunk, ends.last);
    }
    return ends;
  }

  static std::pair<OpKind, const PassTime&> of_kind(const ChunkPlan& chunk, PassKind kind) {
    switch (kind) {
      case PassKind::forward:
        return {OpKind::forward, chunk.forward};
      case PassKind::backward:
        return {OpKind::backward, chunk.backward};
      case PassKind::weight:
        return {OpKind::weight, chunk.weight};
    }
    throw Bug("unknown pass");
  }

  void note_start(int replica, int stage, const Pass& pass, std::uint32_t op) {
    if (pass.kind == PassKind::weight) return;
    const bool forward = pass.kind == PassKind::forward;
    auto& starts = forward ? starts_forward_ : starts_backward_;
    starts[cell(replica, stage, pass.chunk, pass.micro_batch)] = op;
    auto& first = first_forward_[builder_.unit(replica, stage) * at(chunks_) + at(pass.chunk)];
    if (forward && first == none) first = op;
  }

  void add_ready(int stage, std::size_t bucket, int chunk, std::uint32_t op) {
    auto& buckets = ready_[at(stage)];
    if (buckets.size() <= bucket) buckets.push_back({chunk, {}});
    buckets[bucket].inputs.push_back(op);
  }

  /// Hands a pass's result to the next piece of the model, which is on the next stage; of chunks
  /// that are dealt out in turn it wraps from the last stage to the first.
  void send(int replica, int stage, const Pass& pass, std::uint32_t after) {
    if (stages_ == 1 || pass.kind == PassKind::weight) return;
    const bool forward = pass.kind == PassKind::forward;
    const bool up = forward != (both_ends_ && pass.chunk == 1);  // to the stage after
    const bool wraps = up ? stage == stages_ - 1 : stage == 0;
    if (wraps && both_ends_) return;
    const int chunk = pass.chunk + (wraps ? (forward ? 1 : -1) : 0);
    if (chunk < 0 || chunk >= chunks_) return;
    const int to = (stage + (up ? 1 : stages_ - 1)) % stages_;
    const std::size_t unit = builder_.unit(replica, stage);
    Op op{.kind = forward ? OpKind::send_forward : OpKind::send_backward,
          .stage = narrow(stage),
          .chunk = narrow(pass.chunk),
          .replica = static_cast<std::uint32_t>(replica),
          .micro_batch = static_cast<std::uint32_t>(pass.micro_batch),
          .stream = builder_.compute_stream(replica, stage) + (plan_.blocking_sends ? 0U
                                                               : up                 ? 1U
                                                                                    : 2U)};
    const StepNetwork& network = builder_.network();
    carry_send(op, (up ? network.send_forward : network.send_backward)[unit], up, unit);
    (forward ? arrived_forward_ : arrived_backward_)[cell(replica, to, chunk, pass.micro_batch)] =
        builder_.add(op, {after});
  }

  void wire_arrivals() {
    for (std::size_t i = 0; i < arrived_forward_.size(); ++i) {
      if (arrived_forward_[i] != none) builder_.wait(starts_forward_[i], arrived_forward_[i]);
      if (arrived_backward_[i] != none) builder_.wait(starts_backward_[i], arrived_backward_[i]);
    }
    for (std::size_t i = 0; i < first_forward_.size(); ++i) {
      const std::size_t card = i % gathered_.size();
      const auto [stage, chunk] =
          plan_.piece(static_cast<int>(card) / chunks_, static_cast<int>(card) % chunks_);
      for (const std::uint32_t op : gathered_[at(stage) * at(chunks_) + at(chunk)])
        builder_.wait(first_forward_[i], op);
    }
  }

  /// The exchange of one stage; returns what the optimizer has to wait for.
  OpList exchange(int stage) {
    OpList caught_up, done;
    for (const int holder : builder_.holders(stage))
      for (int replica = 0; replica < builder_.replicas(); ++replica)
        caught_up.push_back(caught_up_[builder_.unit(replica, holder)]);
    const StagePlan& plan = plan_.stages[at(stage)];
    if (!plan_.overlap_gradients)
      return reduce_gradients(builder_, {stage, 0, exchanged_by_stage(plan_, stage)}, caught_up);
    const auto& buckets = ready_[at(stage)];
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      OpList inputs = buckets[i].inputs;
      if (i + 1 == buckets.size()) inputs.insert(inputs.end(), caught_up.begin(), caught_up.end());
      Held held = plan.chunks[at(buckets[i].chunk)].parameters;
      held.dense /= plan_.buckets, held.experts /= plan_.buckets;
      done = reduce_gradients(builder_, {stage, buckets[i].chunk, held}, inputs);
    }
    return done;
  }

  ProgramBuilder& builder_;
  const StepPlan& plan_;
  int stages_, chunks_;
  bool both_ends_;                                                                // dualpipe
  OpList arrived_forward_, arrived_backward_, starts_forward_, starts_backward_;  // by cell
  OpList first_forward_, caught_up_;
  std::vector<OpList> gathered_;  // [stage x chunks + chunk] of the model
  std::vector<std::vector<Bucket>> ready_;
  std::vector<Op> known_up_, known_down_;
};

}  // namespace

OpList pipeline_passes(ProgramBuilder& builder) { return PipelinePasses(builder).build(); }

std::uint32_t catch_up(ProgramBuilder& builder, int replica, int stage) {
  return builder.add({.kind = OpKind::synchronise,
                      .stage = static_cast<std::uint16_t>(stage),
                      .replica = static_cast<std::uint32_t>(replica),
                      .stream = builder.compute_stream(replica, stage),
                      .duration = builder.plan().stages[static_cast<std::size_t>(stage)].straggle});
}

}  // namespace qianka
