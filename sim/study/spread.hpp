// SPDX-License-Identifier: Apache-2.0
// What many runs of one thing came to.
#pragma once
#include <span>

namespace qianka {

struct SeedSpread {
  int n = 0;
  double mean = 0;
  double low = 0, high = 0;  // of the mean, with 95 %: Student's t; infinite for one value
  double p5 = 0, p95 = 0;    // of the values themselves, interpolated between neighbours
};

/// Of sorted values, interpolated between neighbours (Hyndman and Fan 1996, definition 7); nothing
/// lies between a value and an infinite one. Requires a value at least.
double quantile_of(std::span<const double> sorted, double share);

/// Requires a value at least.
SeedSpread spread_of(std::span<const double> values);
/// Of shares: what is certain is no wider than from 0 to 1.
SeedSpread spread_of_shares(std::span<const double> values);
/// Of a[i] - b[i]: runs that met the same draws are compared one by one. Requires equal lengths.
SeedSpread paired_difference(std::span<const double> a, std::span<const double> b);

}  // namespace qianka
