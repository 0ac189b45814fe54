// SPDX-License-Identifier: Apache-2.0
// Comma-separated values with a header line, each row with its line number. Quoted cells may hold
// commas.
#pragma once
#include "sim/input/diagnostics.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace qianka {

struct CsvRow {
  int line = 0;
  std::vector<std::string> cells;  // as many as there are columns
  std::vector<int> columns = {};   // where each cell of the line begins, from 1, in characters
};

struct Csv {
  std::string file;  // for messages
  std::vector<CsvRow> rows;
};

/// The rows of `text`, whose header must name these columns, in this order; the last `optional` of
/// them may be missing, their cells are then empty. Empty lines and lines that begin with '#' are
/// skipped. What is wrong is added to `problems`.
Csv read_csv(const std::string& text, const std::string& name,
             const std::vector<std::string>& columns, std::size_t optional,
             std::vector<Diagnostic>& problems);

/// A table whose columns may stand in any order.
struct CsvTable {
  std::string file;
  CsvRow header;             // the names
  std::vector<CsvRow> rows;  // as many cells each as the header
};

/// All of a table, whatever its columns are called; a name that stands twice, and a row with
/// another number of cells, are added to `problems`.
CsvTable read_csv_table(const std::string& text, const std::string& name,
                        std::vector<Diagnostic>& problems);

}  // namespace qianka
