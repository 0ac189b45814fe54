// SPDX-License-Identifier: Apache-2.0
// From what a source printed to seconds per step, by the source's own formula: a throughput in
// TFLOP/s means nothing before one knows which FLOPs were counted (tests/validation/README.md).
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/study/measurement.hpp"
#include "sim/study/rules.hpp"

#include <optional>
#include <string>

namespace qianka {

/// What the formulas count with, of one step over all cards.
struct StepFacts {
  double cards = 0, sequences = 0, sequence = 0;
  double layers = 0, hidden = 0, vocabulary = 0;
  double active_parameters = 0;
  double model_flops = 0, hardware_flops = 0;  // ours: workload/flop_count.hpp
  double attention_flops = 0;                  // of model_flops: scores and weighted sum
  double peak_16 = 0, peak = 0;  // FLOP/s of a card at BF16 and at the job's precision; 0 = unknown
};

StepFacts step_facts(const Scenario& scenario);

/// FLOPs of the step as the formula of that name counts them; nothing for an unknown name.
std::optional<double> flops_by(const std::string& formula, const StepFacts& facts);

struct MeasuredStep {
  double seconds = 0;  // 0 when the row cannot be converted
  std::string how;     // in words
  std::string reason;  // why it cannot
  double own = 0;      // by our conversion alone, when `seconds` was derived by the table's author
};

/// A unit whose step time needs no FLOP formula is converted; for others the table's
/// derived_iteration_time_s counts first, when it has one.
MeasuredStep measured_step(const Measurement& row, const Rules& rules, const StepFacts& facts);

}  // namespace qianka
