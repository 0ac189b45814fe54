// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/step_program.hpp"

#include "sim/workload/schedule.hpp"

namespace qianka {

namespace {

class Builder {
 public:
  Builder(const StepPlan& plan, const StepNetwork& network)
      : plan_(plan),
        network_(network),
        stages_(plan.shape.pipeline),
        chunks_(plan.shape.interleave) {
    const auto cells =
        static_cast<std::size_t>(network.replicas) * at(stages_) * at(chunks_) * at(plan.batches);
    arrived_forward_.resize(cells, none), arrived_backward_.resize(cells, none);
    first_forward_.resize(at(network.replicas) * at(stages_) * at(chunks_), none);
    straggled_.resize(at(network.replicas) * at(stages_), none);
    ready_.resize(at(stages_));
    program_.streams = static_cast<std::uint32_t>(3 * network.replicas * stages_ + stages_ + 1);
    program_.link_capacity = network.link_capacity;
    program_.ops.reserve(cells * 4);
    inputs_.reserve(cells * 4);
  }

  Program build() {
    for (int stage = 0; stage < stages_; ++stage) gather_before(stage);
    for (int replica = 0; replica < network_.replicas; ++replica)
      for (int stage = 0; stage < stages_; ++stage) passes(replica, stage);
    wire_arrivals();
    finish();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      program_.ops[i].first_input = static_cast<std::uint32_t>(program_.op_inputs.size());
      program_.ops[i].inputs = static_cast<std::uint32_t>(inputs_[i].size());
      program_.op_inputs.insert(program_.op_inputs.end(), inputs_[i].begin(), inputs_[i].end());
    }
    return std::move(program_);
  }

 private:
  static constexpr std::uint32_t none = ~0U;
  struct Bucket {
    int chunk;
    std::vector<std::uint32_t> inputs;  // one of each replica
  };

  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  std::size_t unit(int replica, int stage) const { return at(replica) * at(stages_) + at(stage); }
  std::size_t cell(int replica, int stage, int chunk, int batch) const {
    return (unit(replica, stage) * at(chunks_) + at(chunk)) * at(plan_.batches) + at(batch);
  }
  std::uint32_t compute_stream(int replica, int stage) const {
    return static_cast<std::uint32_t>(3 * unit(replica, stage));
  }
  std::uint32_t exchange_stream(int stage) const {
    return static_cast<std::uint32_t>(3 * network_.replicas * stages_ + stage);
  }

  std::uint32_t add(Op op, std::vector<std::uint32_t> inputs) {
    program_.ops.push_back(op);
    inputs_.push_back(std::move(inputs));
    return static_cast<std::uint32_t>(program_.ops.size() - 1);
  }

  void carry(Op& op, const StepNetwork::FlowList& flows, Bytes bytes, double passes,
             Seconds launch) {
    op.first_flow = static_cast<std::uint32_t>(program_.op_flows.size());
    op.flows = static_cast<std::uint32_t>(flows.size());
    for (const std::uint32_t index : flows) {
      const StepNetwork::Flow& flow = network_.flows[index];
      program_.op_flows.push_back(static_cast<std::uint32_t>(program_.flows.size()));
      program_.flows.push_back(
          {flow.route, bytes * (flow.share * passes), flow.latency * passes + launch});
    }
  }

  /// Sends of one direction are all alike: their flows are written once and shared.
  void carry_send(Op& op, const StepNetwork::FlowList& flows, bool forward, int replica,
                  int stage) {
    auto& known = forward ? known_forward_ : known_backward_;
    known.resize(at(network_.replicas) * at(stages_));
    auto& made = known[unit(replica, stage)];
    if (made.flows == 0) carry(made, flows, plan_.send, 1, {0});
    op.first_flow = made.first_flow, op.flows = made.flows;
  }

  void gather_before(int stage) {
    if (!plan_.sharded || !plan_.overlap_parameters || plan_.shape.data * plan_.shape.context == 1)
      return;
    for (int chunk = 0; chunk < chunks_; ++chunk) {
      Op op{.kind = OpKind::gather_parameters,
            .stage = narrow(stage),
            .chunk = narrow(chunk),
            .stream = exchange_stream(stage)};
      carry(op, network_.exchange[at(stage)],
            {plan_.parameter_bytes * plan_.stages[at(stage)].chunks[at(chunk)].parameters.all()}, 1,
            plan_.collective_launch);
      gathered_.push_back(add(op, {}));
    }
  }

  static std::uint16_t narrow(int value) { return static_cast<std::uint16_t>(value); }

  void passes(int replica, int stage) {
    std::vector<std::size_t> next(at(chunks_), 0);
    std::size_t bucket = 0;
    for (const Pass& pass : pipeline_schedule(plan_.shape, plan_.batches, stage)) {
      const ChunkPlan& chunk = plan_.stages[at(stage)].chunks[at(pass.chunk)];
      const Seconds duration = pass.forward ? chunk.forward.total() : chunk.backward.total();
      const bool last = !pass.forward && pass.micro_batch == plan_.batches - 1;
      const int pieces = last && plan_.overlap_gradients ? plan_.buckets : 1;
      std::uint32_t op = none;
      for (int piece = 0; piece < pieces; ++piece) {
        op = add({.kind = pass.forward ? OpKind::forward : OpKind::backward,
                  .stage = narrow(stage),
                  .chunk = narrow(pass.chunk),
                  .replica = static_cast<std::uint32_t>(replica),
                  .micro_batch = static_cast<std::uint32_t>(pass.micro_batch),
                  .stream = compute_stream(replica, stage),
                  .duration = duration / pieces},
                 {});
        if (piece == 0) note_start(replica, stage, pass, op);
        if (last && plan_.overlap_gradients) add_ready(stage, bucket++, pass.chunk, op);
      }
      send(replica, stage, pass, op);
    }
    straggled_[unit(replica, stage)] = add({.kind = OpKind::synchronise,
                                            .stage = narrow(stage),
                                            .replica = static_cast<std::uint32_t>(replica),
                                            .stream = compute_stream(replica, stage),
                                            .duration = plan_.stages[at(stage)].straggle},
                                           {});
  }

  void note_start(int replica, int stage, const Pass& pass, std::uint32_t op) {
    auto& starts = pass.forward ? starts_forward_ : starts_backward_;
    starts.resize(arrived_forward_.size(), none);
    starts[cell(replica, stage, pass.chunk, pass.micro_batch)] = op;
    auto& first = first_forward_[unit(replica, stage) * at(chunks_) + at(pass.chunk)];
    if (pass.forward && first == none) first = op;
  }

  void add_ready(int stage, std::size_t bucket, int chunk, std::uint32_t op) {
    auto& buckets = ready_[at(stage)];
    if (buckets.size() <= bucket) buckets.push_back({chunk, {}});
    buckets[bucket].inputs.push_back(op);
  }

  /// Where a pass hands its result: the next piece of the model, which wraps from the last stage to
  /// the first.
  void send(int replica, int stage, const Pass& pass, std::uint32_t after) {
    if (stages_ == 1) {
      return;  // chunks of one stage follow in schedule order
    }
    const bool wraps = pass.forward ? stage == stages_ - 1 : stage == 0;
    const int chunk = pass.chunk + (wraps ? (pass.forward ? 1 : -1) : 0);
    if (chunk < 0 || chunk >= chunks_) return;
    const int to = (stage + (pass.forward ? 1 : stages_ - 1)) % stages_;
    Op op{.kind = pass.forward ? OpKind::send_forward : OpKind::send_backward,
          .stage = narrow(stage),
          .chunk = narrow(pass.chunk),
          .replica = static_cast<std::uint32_t>(replica),
          .micro_batch = static_cast<std::uint32_t>(pass.micro_batch),
          .stream = compute_stream(replica, stage) + (plan_.blocking_sends ? 0U
                                                      : pass.forward       ? 1U
                                                                           : 2U)};
    carry_send(
        op, (pass.forward ? network_.send_forward : network_.send_backward)[unit(replica, stage)],
        pass.forward, replica, stage);
    (pass.forward ? arrived_forward_
                  : arrived_backward_)[cell(replica, to, chunk, pass.micro_batch)] =
        add(op, {after});
  }

  void wire_arrivals() {
    for (std::size_t i = 0; i < arrived_forward_.size(); ++i) {
      if (arrived_forward_[i] != none) inputs_[starts_forward_[i]].push_back(arrived_forward_[i]);
      if (arrived_backward_[i] != none)
        inputs_[starts_backward_[i]].push_back(arrived_backward_[i]);
    }
    if (gathered_.empty()) return;
    for (int replica = 0; replica < network_.replicas; ++replica)
      for (int stage = 0; stage < stages_; ++stage)
        for (int chunk = 0; chunk < chunks_; ++chunk)
          inputs_[first_forward_[unit(replica, stage) * at(chunks_) + at(chunk)]].push_back(
              gathered_[at(stage) * at(chunks_) + at(chunk)]);
  }

  std::uint32_t reduce(int stage, int chunk, double parameters, std::vector<std::uint32_t> inputs) {
    Op op{.kind = OpKind::reduce_gradients,
          .stage = narrow(stage),
          .chunk = narrow(chunk),
          .stream = exchange_stream(stage)};
    carry(op, network_.exchange[at(stage)], {plan_.gradient_bytes * parameters},
          plan_.sharded ? 1 : 2, plan_.collective_launch);
    return add(op, std::move(inputs));
  }

  /// The exchange of one stage; returns what the optimizer has to wait for.
  std::vector<std::uint32_t> exchange(int stage) {
    std::vector<std::uint32_t> caught_up;
    for (int replica = 0; replica < network_.replicas; ++replica)
      caught_up.push_back(straggled_[unit(replica, stage)]);
    if (plan_.shape.data * plan_.shape.context == 1) return caught_up;
    const auto& chunks = plan_.stages[at(stage)].chunks;
    if (!plan_.overlap_gradients) {
      double all = 0;
      for (const ChunkPlan& chunk : chunks) all += chunk.parameters.all();
      return {reduce(stage, 0, all, caught_up)};
    }
    std::uint32_t last = none;
    auto& buckets = ready_[at(stage)];
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      auto inputs = buckets[i].inputs;
      if (i + 1 == buckets.size()) inputs.insert(inputs.end(), caught_up.begin(), caught_up.end());
      last =
          reduce(stage, buckets[i].chunk,
                 chunks[at(buckets[i].chunk)].parameters.all() / plan_.buckets, std::move(inputs));
    }
    return {last};
  }

  void finish() {
    std::vector<std::uint32_t> exchanged;
    for (int stage = 0; stage < stages_; ++stage)
      for (const std::uint32_t op : exchange(stage)) exchanged.push_back(op);
    const std::uint32_t all = program_.streams - 1;
    // The gradient norm needs every stage's gradients: nobody steps before all have exchanged.
    const std::uint32_t norm =
        add({.kind = OpKind::synchronise, .stream = all, .duration = plan_.collective_launch},
            exchanged);
    std::vector<std::uint32_t> stepped;
    for (int stage = 0; stage < stages_; ++stage) {
      const StagePlan& own = plan_.stages[at(stage)];
      stepped.push_back(add({.kind = OpKind::optimizer,
                             .stage = narrow(stage),
                             .stream = exchange_stream(stage),
                             .duration = own.optimizer},
                            {norm}));
      if (!plan_.sharded || plan_.overlap_parameters || plan_.shape.data * plan_.shape.context == 1)
        continue;
      double parameters = 0;
      for (const ChunkPlan& chunk : own.chunks) parameters += chunk.parameters.all();
      Op op{.kind = OpKind::gather_parameters,
            .stage = narrow(stage),
            .stream = exchange_stream(stage)};
      carry(op, network_.exchange[at(stage)], {plan_.parameter_bytes * parameters}, 1,
            plan_.collective_launch);
      stepped.back() = add(op, {stepped.back()});
    }
    add({.kind = OpKind::host, .stream = all, .duration = plan_.overhead}, std::move(stepped));
  }

  const StepPlan& plan_;
  const StepNetwork& network_;
  int stages_, chunks_;
  Program program_;
  std::vector<std::vector<std::uint32_t>> inputs_;
  std::vector<std::uint32_t> arrived_forward_, arrived_backward_, starts_forward_, starts_backward_;
  std::vector<std::uint32_t> first_forward_, straggled_, gathered_;
  std::vector<std::vector<Bucket>> ready_;
  std::vector<Op> known_forward_, known_backward_;
};

}  // namespace

Program build_step_program(const StepPlan& plan, const StepNetwork& network) {
  return Builder(plan, network).build();
}

}  // namespace qianka
