// SPDX-License-Identifier: Apache-2.0
// A published measurement of a training step: one row of a table whose columns are described in
// tests/validation/README.md. A blank cell is what the source does not say.
#pragma once
#include "sim/input/diagnostics.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct Measurement {
  SourcePos at;
  std::map<std::string, std::string> cells;  // by column; blank ones are left out

  /// "" when the cell is blank or the table has no such column.
  [[nodiscard]] const std::string& text(const std::string& column) const;
  /// Nothing when the cell is no plain number.
  [[nodiscard]] std::optional<double> number(const std::string& column) const;
  /// The same for a whole number from 0.
  [[nodiscard]] std::optional<int> whole(const std::string& column) const;

  [[nodiscard]] const std::string& id() const { return text("id"); }
  [[nodiscard]] const std::string& grade() const { return text("validation_grade"); }
  [[nodiscard]] const std::string& unit() const { return text("unit"); }
  /// As the source gives it, in unit(); above 0.
  [[nodiscard]] double value() const;
};

struct MeasurementTable {
  std::vector<Measurement> rows;
  std::vector<std::string> ignored;  // columns that mean nothing to us
};

/// The columns that a row may have.
const std::vector<std::string>& measurement_columns();

/// Those of a measured collective (collective_validation.hpp).
const std::vector<std::string>& collective_columns();

/// Throws InputError with everything that is wrong in the table.
MeasurementTable read_measurements(const std::string& text, const std::string& name);

}  // namespace qianka
