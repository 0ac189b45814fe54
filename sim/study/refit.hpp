// SPDX-License-Identifier: Apache-2.0
// The constants of the catalogue fitted anew to the rows of a table, and what that buys: errors
// with every constant unfitted, with one factor for everything, and of a source that the fit has
// not seen.
#pragma once
#include "sim/study/constant_fit.hpp"
#include "sim/study/validation_summary.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct RefitTask {
  std::vector<std::string> only;  // ids of constants; empty: all
  bool leave_one_out = false;
  bool hold = false;  // nothing moves: what the catalogue's values amount to
  int workers = 1;
};

struct ConstantResult {
  double before = 0, value = 0;
  bool moved = false;         // false: it was held where it was
  double deviation = 0;       // standard error of the coordinate (Constant::coordinate)
  int rows = 0, sources = 0;  // that feel it
  double error = 0;           // mean |predicted / measured - 1| of those rows
  double put_back = 0;        // the same with this constant unfitted
};

/// Mean |predicted / measured step time - 1| of the rows of grade A.
struct SourceResult {
  std::string name;
  int rows = 0;
  double unfitted = 0, one_factor = 0;  // all constants unfitted; one factor on top
  double before = 0, after = 0;
  std::optional<double> left_out;  // by a fit to all other sources
};

struct Refit {
  std::vector<ConstantResult> constants;  // in the order of Constants; the same value when not free
  std::vector<double> values;
  std::vector<SourceResult> sources;
  SourceResult total;
};

/// The rows' scenarios are those of a validation with the catalogue's constants. Throws
/// std::out_of_range for an id that is no constant's.
Refit refit(const Constants& constants, const ConstantPlaces& places,
            const std::vector<Measurement>& rows, const Rules& rules, const RefitTask& task,
            const Progress& progress);

/// For validate_rows: the given values instead of the catalogue's.
WhatIf with_values(const ConstantPlaces& places, std::vector<double> values, bool one_factor);

}  // namespace qianka
