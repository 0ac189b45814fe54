// SPDX-License-Identifier: Apache-2.0
// A program is what the cards do in one step, as operations in order on streams. An operation
// starts when it heads its stream and everything it waits for is done; it lasts a fixed time, or as
// long as its flows take.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace qianka {

enum class OpKind : std::uint8_t {
  forward,
  backward,
  weight,
  send_forward,
  send_backward,
  reduce_gradients,
  gather_parameters,
  optimizer,
  host,
  synchronise
};

struct Op {
  OpKind kind = OpKind::host;
  std::uint16_t stage = 0, chunk = 0;  // with StepPlan::gather_units: the unit
  std::uint32_t replica = 0, micro_batch = 0;
  std::uint32_t stream = 0;
  Seconds duration{0};                        // without flows
  Bytes bytes{0};                             // of one card: sends and exchanges
  std::uint32_t first_flow = 0, flows = 0;    // range in Program::op_flows; all must finish
  std::uint32_t first_input = 0, inputs = 0;  // range in Program::op_inputs
};

/// A flow that operations may start: a route over link indices of the step's network.
struct ProgramFlow {
  std::vector<std::uint32_t> route;
  Bytes bytes;
  Seconds latency;
};

struct Program {
  std::uint32_t streams = 0;
  std::vector<Op> ops;  // in stream order: of two ops of one stream the earlier comes first
  std::vector<std::uint32_t> op_inputs;  // op indices
  std::vector<std::uint32_t> op_flows;   // indices into flows
  std::vector<ProgramFlow> flows;
  std::vector<Bandwidth> link_capacity;
};

struct OpSpan {
  Seconds start, end;
};

}  // namespace qianka
