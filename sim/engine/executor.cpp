// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/executor.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::uint32_t none = ~0U;

std::span<const std::uint32_t> inputs_of(const Program& program, const Op& op) {
  return std::span(program.op_inputs).subspan(op.first_input, op.inputs);
}

void check(const Program& program) {
  for (const Op& op : program.ops) {
    require(op.stream < program.streams, "an operation is on a stream the program does not have");
    require(std::size_t{op.first_input} + op.inputs <= program.op_inputs.size(),
            "an operation's inputs are out of range");
    require(std::size_t{op.first_flow} + op.flows <= program.op_flows.size(),
            "an operation's flows are out of range");
    require(op.flows == 0 || op.duration.value == 0,
            "an operation has a duration or flows, not both");
    require(op.duration.value >= 0, "an operation lasts less than nothing");
  }
  const auto below = [](std::size_t end) {
    return [end](std::uint32_t index) { return index < end; };
  };
  require(std::ranges::all_of(program.op_inputs, below(program.ops.size())),
          "an input is no operation");
  require(std::ranges::all_of(program.op_flows, below(program.flows.size())),
          "an operation's flow does not exist");
}

std::string name_of(const Program& program, std::uint32_t i) {
  static constexpr std::array kinds{
      "forward",          "backward",          "weight",    "send_forward", "send_backward",
      "reduce_gradients", "gather_parameters", "optimizer", "host",         "synchronise"};
  const Op& op = program.ops[i];
  return fmt::format("{} (operation {}: stage {}, chunk {}, micro-batch {}, replica {})",
                     kinds.at(static_cast<std::size_t>(op.kind)), i, op.stage, op.chunk,
                     op.micro_batch, op.replica);
}

}  // namespace

Executor::Executor(const Program& program, World world)
    : program_(program), world_(std::move(world)) {
  check(program);
  const std::size_t ops = program.ops.size();
  inputs_left_.resize(ops);
  parts_left_.resize(ops);
  previous_done_.resize(ops, true);
  next_in_stream_.resize(ops, none);
  spans_.resize(ops);
  first_waiter_.resize(ops + 1);
  waiters_.resize(program.op_inputs.size());
  std::vector<std::uint32_t> last(program.streams, none);
  for (std::uint32_t i = 0; i < ops; ++i) {
    const Op& op = program.ops[i];
    inputs_left_[i] = op.inputs;
    parts_left_[i] = std::max(op.flows, 1U);
    for (const std::uint32_t input : inputs_of(program, op)) ++first_waiter_[input + 1];
    if (const std::uint32_t before = std::exchange(last[op.stream], i); before != none) {
      next_in_stream_[before] = i;
      previous_done_[i] = false;
    }
  }
  for (std::size_t i = 0; i < ops; ++i) first_waiter_[i + 1] += first_waiter_[i];
  std::vector<std::uint32_t> at(first_waiter_.begin(), first_waiter_.end() - 1);
  for (std::uint32_t i = 0; i < ops; ++i) {
    for (const std::uint32_t input : inputs_of(program, program.ops[i])) waiters_[at[input]++] = i;
  }
}

void Executor::start() {
  for (std::uint32_t i = 0; i < program_.ops.size(); ++i) {
    if (can_start(i)) startable_.push_back(i);
  }
  settle();
}

void Executor::settle() {
  for (std::size_t i = 0; i < startable_.size(); ++i)
    begin(startable_[i]);  // grows while it is walked
  startable_.clear();
}

void Executor::begin(std::uint32_t i) {
  const Op& op = program_.ops[i];
  spans_[i].start = world_.now();
  if (op.flows > 0) {
    for (const std::uint32_t flow : std::span(program_.op_flows).subspan(op.first_flow, op.flows)) {
      world_.start_flow(i, flow);
    }
  } else if (op.duration.value > 0) {
    world_.after(i, op.duration);
  } else {
    finish(i);
  }
}

void Executor::part_ended(std::uint32_t i) {
  if (--parts_left_[i] > 0) return;
  finish(i);
  settle();
}

void Executor::finish(std::uint32_t i) {
  ++done_;
  spans_[i].end = world_.now();
  parts_left_[i] = 0;
  const std::uint32_t next = next_in_stream_[i];
  if (next != none) previous_done_[next] = true;
  for (std::uint32_t k = first_waiter_[i]; k < first_waiter_[i + 1]; ++k) {
    const std::uint32_t waiter = waiters_[k];
    if (--inputs_left_[waiter] == 0 && previous_done_[waiter] && waiter != next)
      startable_.push_back(waiter);
  }
  if (next != none && can_start(next)) startable_.push_back(next);
}

std::vector<OpSpan> Executor::spans() const {
  if (done_ != program_.ops.size()) throw RunFailed(describe_deadlock());
  return spans_;
}

std::string Executor::describe_deadlock() const {
  constexpr std::uint32_t most = 10;
  const auto ops = static_cast<std::uint32_t>(program_.ops.size());
  std::vector<std::uint32_t> before(ops, none);
  for (std::uint32_t i = 0; i < ops; ++i) {
    if (next_in_stream_[i] != none) before[next_in_stream_[i]] = i;
  }
  std::string text;
  std::uint32_t stuck = 0;
  for (std::uint32_t i = 0; i < ops; ++i) {
    if (parts_left_[i] == 0 || stuck++ >= most) continue;
    text += say("\n  {} waits for", name_of(program_, i));
    if (!previous_done_[i])
      text += say("\n    {}, before it on stream {}", name_of(program_, before[i]),
                  program_.ops[i].stream);
    for (const std::uint32_t input : inputs_of(program_, program_.ops[i])) {
      if (parts_left_[input] > 0) text += fmt::format("\n    {}", name_of(program_, input));
    }
  }
  return say("{} of {} operations never started: they wait for each other{}{}", stuck, ops, text,
             stuck > most ? say("\n  and {} more", stuck - most) : "");
}

}  // namespace qianka
