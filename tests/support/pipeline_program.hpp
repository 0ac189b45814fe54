// SPDX-License-Identifier: Apache-2.0
// The (interleaved) 1F1B schedule of Narayanan et al. 2021 as a program, without workload/: a
// compute stream and a send stream each way per stage, 64 MB from stage to stage over NICs of 50
// GB/s.
#pragma once
#include "sim/workload/program.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace qianka {

struct PipelineShape {
  std::uint32_t stages = 16, micro_batches = 16, chunks = 1, replicas = 1;
  bool shared_nic = true;  ///< both directions over one NIC, or each over its own
};

class PipelineBuilder {
 public:
  explicit PipelineBuilder(const PipelineShape& shape) : shape_(shape) {
    program_.streams = shape.stages * shape.replicas * 3;
  }

  Program build() {
    for (std::uint32_t replica = 0; replica < shape_.replicas; ++replica) {
      sends_.clear();
      computes_.clear();
      add_flows();
      for (std::uint32_t stage = 0; stage < shape_.stages; ++stage) add_stage(replica, stage);
      for (const auto& [op, slot] : computes_) {
        if (const auto send = sends_.find(slot); send != sends_.end()) add_input(op, send->second);
      }
    }
    return std::move(program_);
  }

 private:
  /// A forward or backward pass of a micro-batch through a chunk of a stage.
  struct Slot {
    std::uint32_t stage, chunk;
    bool forward;
    std::uint32_t micro_batch;
    friend auto operator<=>(const Slot&, const Slot&) = default;
  };

  void add_flows() {
    const auto link = static_cast<std::uint32_t>(program_.link_capacity.size());
    const std::uint32_t n = shape_.stages;
    program_.link_capacity.resize(link + 4 * n, Bandwidth{50e9});
    first_flow_ = static_cast<std::uint32_t>(program_.flows.size());
    for (std::uint32_t i = 0; i < n; ++i) {
      for (const std::uint32_t way : {0U, 1U}) {
        const std::uint32_t peer = way == 0 ? (i + 1) % n : (i + n - 1) % n;
        const std::uint32_t nic = shape_.shared_nic ? 0 : way * n;
        program_.flows.push_back({{link + nic + i, link + 2 * n + nic + peer}, {64e6}, {4e-6}});
      }
    }
  }

  std::vector<Slot> order(std::uint32_t stage) const {
    const std::uint32_t n = shape_.stages, v = shape_.chunks, total = shape_.micro_batches * v;
    const auto slot = [&](std::uint32_t k, bool forward) {
      const std::uint32_t chunk = k % (n * v) / n;
      const std::uint32_t micro_batch = v == 1 ? k : k / (n * v) * n + k % n;
      return Slot{stage, forward ? chunk : v - 1 - chunk, forward, micro_batch};
    };
    const std::uint32_t ahead = v == 1 ? n - stage - 1 : 2 * (n - stage - 1) + (v - 1) * n;
    const std::uint32_t warm_up = std::min(total, ahead);
    std::vector<Slot> slots;
    for (std::uint32_t k = 0; k < warm_up; ++k) slots.push_back(slot(k, true));
    for (std::uint32_t k = 0; k < total; ++k) {
      if (warm_up + k < total) slots.push_back(slot(warm_up + k, true));
      slots.push_back(slot(k, false));
    }
    return slots;
  }

  /// Whose input a slot's output is.
  std::optional<Slot> successor(Slot slot) const {
    const std::uint32_t last = slot.forward ? shape_.stages - 1 : 0;
    if (slot.stage != last) {
      slot.stage += slot.forward ? 1 : -1;
      return slot;
    }
    if (slot.chunk == (slot.forward ? shape_.chunks - 1 : 0)) return std::nullopt;
    slot.chunk += slot.forward ? 1 : -1;
    slot.stage = slot.forward ? 0 : shape_.stages - 1;
    return slot;
  }

  void add_stage(std::uint32_t replica, std::uint32_t stage) {
    const std::uint32_t stream = (replica * shape_.stages + stage) * 3;
    for (const Slot& slot : order(stage)) {
      const auto compute = static_cast<std::uint32_t>(program_.ops.size());
      computes_.emplace_back(compute, slot);
      Op op{.kind = slot.forward ? OpKind::forward : OpKind::backward,
            .stage = static_cast<std::uint16_t>(stage),
            .chunk = static_cast<std::uint16_t>(slot.chunk),
            .replica = replica,
            .micro_batch = slot.micro_batch,
            .stream = stream};
      op.duration = Seconds{slot.forward ? 10e-3 : 20e-3} / shape_.chunks;
      program_.ops.push_back(op);
      if (const auto next = successor(slot)) {
        op.kind = slot.forward ? OpKind::send_forward : OpKind::send_backward;
        op.stream = stream + (slot.forward ? 1 : 2);
        op.duration = {0};
        op.first_flow = static_cast<std::uint32_t>(program_.op_flows.size());
        op.flows = 1;
        program_.op_flows.push_back(first_flow_ + 2 * stage + (slot.forward ? 0 : 1));
        sends_[*next] = static_cast<std::uint32_t>(program_.ops.size());
        program_.ops.push_back(op);
        add_input(sends_[*next], compute);
      }
    }
  }

  /// The op's only one.
  void add_input(std::uint32_t op, std::uint32_t input) {
    program_.ops[op].first_input = static_cast<std::uint32_t>(program_.op_inputs.size());
    program_.ops[op].inputs = 1;
    program_.op_inputs.push_back(input);
  }

  PipelineShape shape_;
  Program program_;
  std::uint32_t first_flow_ = 0;
  std::map<Slot, std::uint32_t> sends_;  // by the slot they feed
  std::vector<std::pair<std::uint32_t, Slot>> computes_;
};

inline Program pipeline_program(const PipelineShape& shape) {
  return PipelineBuilder(shape).build();
}

}  // namespace qianka
