// SPDX-License-Identifier: Apache-2.0
// The merged results, sorted by point: a table of points and one of runs, as SQLite and as CSV. The
// schema stands in docs/sweep.md; nothing in it depends on who ran what, where or when.
#pragma once
#include "sim/study/sweep.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace qianka {

/// Nothing, a whole number, a number, a text.
using SweepCell = std::variant<std::monostate, std::int64_t, double, std::string>;

struct SweepTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> types;  // of SQLite
  std::vector<std::vector<SweepCell>> rows;
};

/// One row a point: the keys, status and reason, seeds, figures of the step, and of each figure of
/// the weeks mean, low, high, p5, p95.
SweepTable points_table(const Sweep& sweep, const std::map<std::size_t, SweepRecord>& records);
/// One row a point and seed.
SweepTable replicas_table(const std::map<std::size_t, SweepRecord>& records);
/// What the sweep is: names with a text each.
SweepTable facts_table(const Sweep& sweep);

std::string csv_text(const SweepTable& table);
/// Replaces the file, whole or not at all. Throws RunFailed.
void write_sqlite(const std::filesystem::path& file, const std::vector<SweepTable>& tables);

}  // namespace qianka
