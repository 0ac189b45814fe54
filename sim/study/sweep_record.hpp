// SPDX-License-Identifier: Apache-2.0
// What one point came to, as it is kept: a line of JSON with every bit of every figure.
#pragma once
#include "sim/study/spread.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

struct SweepRecord {
  std::size_t point = 0;
  std::string status;        // ok, infeasible, invalid, failed, crashed
  std::string reason;        // when it is not ok
  std::vector<double> step;  // step_figures(); empty when not ok
  std::vector<std::vector<double>>
      replicas;  // replica_figures(), each by seed; empty without weeks
  std::uint64_t first_seed = 1;

  [[nodiscard]] bool ok() const { return status == "ok"; }
  [[nodiscard]] std::size_t seeds() const { return replicas.empty() ? 0 : replicas[0].size(); }
  friend bool operator==(const SweepRecord&, const SweepRecord&) = default;
};

/// Without a line end.
std::string record_line(const SweepRecord& record, const std::string& digest);
/// Nothing when the line is torn; throws RunFailed when it belongs to another sweep.
std::optional<SweepRecord> read_record(std::string_view line, const std::string& digest);

}  // namespace qianka
