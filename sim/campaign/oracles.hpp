// SPDX-License-Identifier: Apache-2.0
// What closed formulas say about checkpoints and failures: the third opinion beside the simulation.
// All assume exponential failures of mean time M between two, a blocking save, and one fixed time R
// from a failure to training.
#pragma once
#include "sim/units/quantity.hpp"

namespace qianka {

struct FailureModel {
  Seconds between_failures;  // M, of the job
  Seconds save;              // delta, what a save blocks
  Seconds recovery{0};       // R: detection, localisation, restart and load
};

/// Useful time between two saves: sqrt(2 delta M). Young, CACM 17 (9), 1974.
Seconds optimal_interval_young(const FailureModel& model);
/// The same to higher order: sqrt(2 delta M) (1 + sqrt(delta / 2M) / 3 + (delta / 2M) / 9) - delta
/// when delta < 2M, otherwise M. Daly, Future Generation Computer Systems 22, 2006.
Seconds optimal_interval_daly(const FailureModel& model);

/// Exact: M e^(R/M) (e^((every + delta) / M) - 1), the mean wall clock for `every` of useful time,
/// one save and all recoveries, when failures also strike saves and recoveries. Daly 2006.
Seconds wall_per_interval(const FailureModel& model, Seconds every);
/// every / wall_per_interval: the share of the wall clock that trains.
double ettr_exact(const FailureModel& model, Seconds every);
/// First order: (1 - (R + every / 2) / M) / (1 + delta / every). Kokolis et al., HPCA 2025
/// ("Revisiting reliability in large-scale machine learning research clusters"), without queueing;
/// not below 0.
double ettr_kokolis(const FailureModel& model, Seconds every);

}  // namespace qianka
