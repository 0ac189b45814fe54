// SPDX-License-Identifier: Apache-2.0
// Operations of real training steps as a profiler recorded them, one row each: the columns of the
// straggler study of ByteDance (Lin et al., OSDI 2025), step,dp_rank,pp_rank,op,mb_id,start_us,
// dur_us.
#pragma once
#include "sim/units/quantity.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// On what an operation waits besides the one before it on its rank.
enum class OperationRole {
  forward,   // the same micro-batch one stage before
  backward,  // the same micro-batch one stage behind
  exchange,  // all data-parallel ranks of its stage
  local      // nothing
};

struct RecordedOperation {
  int step = 0, data_rank = 0, stage = 0;
  int kind = 0;          // index into StepRecording::kinds
  int micro_batch = -1;  // -1: of none
  Seconds start, duration;
  int line = 0, column = 0;  // of the micro-batch in the file
};

struct StepRecording {
  struct Kind {
    std::string name;
    OperationRole role = OperationRole::local;
  };
  std::string file = {};                      // as messages name it
  std::vector<Kind> kinds;                    // in order of first appearance
  std::vector<RecordedOperation> operations;  // by step, data rank, stage and start
  int steps = 0, data = 0, stages = 0;        // how many of each there are
};

/// Reads the file, compressed with gzip or not. Throws InputError with everything that is wrong.
StepRecording read_step_recording(const std::filesystem::path& file);
/// The same from text; `name` stands for the file in messages.
StepRecording parse_step_recording(const std::string& text, const std::string& name);

}  // namespace qianka
