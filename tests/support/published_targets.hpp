// SPDX-License-Identifier: Apache-2.0
// The published figures that scenarios are held to, from tests/published/targets.csv.
#pragma once
#include "sim/input/csv.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace qianka {

/// `pointer` is into `run --json`; what is found there times `scale` is compared with `published`.
struct Target {
  std::string group, scenario, pointer;
  double scale = 1, published = 0, tolerance = 0;
  std::string source;
};

inline std::vector<Target> published_targets() {
  const std::string file = QIANKA_SOURCE_DIR "/tests/published/targets.csv";
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  std::vector<Diagnostic> problems;
  const Csv table = read_csv(
      text, file, {"group", "scenario", "pointer", "scale", "published", "tolerance", "source"}, 0,
      problems);
  if (!problems.empty()) throw InputError(problems);
  std::vector<Target> targets;
  for (const CsvRow& row : table.rows) {
    const auto& c = row.cells;
    targets.push_back({c[0], c[1], c[2], std::stod(c[3]), std::stod(c[4]), std::stod(c[5]), c[6]});
  }
  return targets;
}

}  // namespace qianka
