// SPDX-License-Identifier: Apache-2.0
#include "sim/study/minimise.hpp"

#include "sim/units/require.hpp"

#include <memory>
#include <type_traits>

#include <nlopt.h>

namespace qianka {
namespace {

using Optimiser = std::unique_ptr<std::remove_pointer_t<nlopt_opt>, decltype(&nlopt_destroy)>;

double call(unsigned size, const double* at, double* gradient, void* data) {
  const auto& function = *static_cast<const Slope*>(data);
  const std::vector<double> point(at, at + size);
  std::vector<double> slope(size);
  const double value = function(point, slope);
  for (unsigned i = 0; gradient != nullptr && i < size; ++i) gradient[i] = slope[i];
  return value;
}

}  // namespace

std::vector<double> minimise(const Slope& function, std::vector<double> start, const Box& box,
                             int evaluations) {
  if (start.empty()) return start;
  // Conservative convex separable approximations (Svanberg 2002): takes bounds as they are, and
  // every accepted point is better than the one before.
  const Optimiser optimiser(nlopt_create(NLOPT_LD_CCSAQ, static_cast<unsigned>(start.size())),
                            &nlopt_destroy);
  require(optimiser != nullptr, "NLopt has CCSAQ");
  auto* const data = const_cast<Slope*>(&function);  // C has no const void pointer here
  nlopt_set_min_objective(optimiser.get(), call, data);
  nlopt_set_lower_bounds(optimiser.get(), box.low.data());
  nlopt_set_upper_bounds(optimiser.get(), box.high.data());
  constexpr double small = 1e-9;  // of the value, relative: far below what a row can tell
  nlopt_set_ftol_rel(optimiser.get(), small);
  nlopt_set_maxeval(optimiser.get(), evaluations);
  double value = 0;
  const nlopt_result end = nlopt_optimize(optimiser.get(), start.data(), &value);
  require(end > 0 || end == NLOPT_ROUNDOFF_LIMITED, "NLopt takes a smooth function and a box");
  return start;
}

}  // namespace qianka
