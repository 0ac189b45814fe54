// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/oracles.hpp"

#include <algorithm>
#include <cmath>

namespace qianka {

Seconds optimal_interval_young(const FailureModel& model) {
  return {std::sqrt(2 * model.save.value * model.between_failures.value)};
}

Seconds optimal_interval_daly(const FailureModel& model) {
  const double half = model.save / (2 * model.between_failures);  // delta / 2M
  if (half >= 1) return model.between_failures;
  return optimal_interval_young(model) * (1 + std::sqrt(half) / 3 + half / 9) - model.save;
}

Seconds wall_per_interval(const FailureModel& model, Seconds every) {
  const Seconds between = model.between_failures;
  return between * std::exp(model.recovery / between) * std::expm1((every + model.save) / between);
}

double ettr_exact(const FailureModel& model, Seconds every) {
  return every / wall_per_interval(model, every);
}

double ettr_kokolis(const FailureModel& model, Seconds every) {
  const double lost = (model.recovery + every / 2) / model.between_failures;
  return std::max(0.0, 1 - lost) / (1 + model.save / every);
}

}  // namespace qianka
