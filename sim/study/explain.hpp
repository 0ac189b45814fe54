// SPDX-License-Identifier: Apache-2.0
// What limits a run, and what would help: the run again and again, each time with one limit lifted,
// or with one thing changed that can be had.
#pragma once
#include "sim/language/said.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/study/explain_limits.hpp"
#include "sim/study/explain_steps.hpp"
#include "sim/study/side.hpp"
#include "sim/study/spread.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// A part of the step: what computation leaves exposed of it, and what it takes in all where that
/// is known.
struct ExplainedPart {
  Said what;
  Seconds exposed{0};
  std::optional<Seconds> taken{};
  Said over{};             // the links, in words
  std::string bound_by{};  // the link that binds, by name
};

struct ExplainRow {
  Said what;
  Said how{};                    // of a limit: what was changed
  std::vector<Override> sets{};  // of a step that can be taken
  bool same_training = true;     // else what is learnt changes with it
  Said refusal{};                // why it cannot be; then the figures say nothing
  Said remark{};
  Seconds step{0};  // for as many tokens as a step of the run
  double gain = 0;  // of tokens per second, end to end if there are weeks
  std::optional<SeedSpread> tokens_per_day{}, gain_by_seed{};  // of weeks
};

struct Explanation {
  Summary summary;  // as the run itself has it: the job, the step, the weeks of its own seed
  int seeds = 0;    // 0: no weeks
  std::optional<SeedSpread> tokens_per_day{};
  std::vector<ExplainedPart> parts{};         // the largest first; exposed times add up to the step
  std::vector<ExplainRow> limits{}, steps{};  // what helps most first, what cannot be last
};

struct ExplainOptions {
  int seeds = 20, workers = 1;
  std::function<void(const std::string&)> progress{};
};

/// Throws what loading and simulating the run throws; a variant that cannot be is a row.
Explanation explain_run(const Side& run, const ExplainOptions& options);

}  // namespace qianka
