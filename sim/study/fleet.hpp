// SPDX-License-Identifier: Apache-2.0
// Several kinds of card as one fleet: a job on each, or one job whose pipeline stages are sized to
// the kinds.
#pragma once
#include "sim/language/said.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// Layers for each stage of each kind, such that the slowest stage is as fast as can be: kind i has
/// stages[i] stages and takes layer_time[i] a layer. Requires a layer for each stage at least.
std::vector<int> deal_layers(int layers, const std::vector<int>& stages,
                             const std::vector<double>& layer_time);

struct FleetJob {
  int tensor = 1, data = 1, micro_batch = 1;
  Recompute recompute = Recompute::none;
  std::vector<int> stages{};            // of each kind, in the order of the sides
  std::vector<int> layers_per_stage{};  // of all of them
  double step = 0;                      // seconds
  double tokens_per_second = 0;
};

struct FleetStudy {
  std::vector<double> alone;     // tokens/s of each side's own job
  double separate = 0;           // their sum
  std::optional<FleetJob> one;   // the fastest that was simulated
  std::optional<FleetJob> even;  // its layout with as many layers on every stage
  std::int64_t tried = 0, simulated = 0;
  Said refusal;  // why there is no one job
};

/// The job (model, batch, precision, sequence) is the first side's; ZeRO-1, 1F1B, no interleaving.
/// `alone`: tokens/s of each side with its own layout.
FleetStudy fleet_of(const std::vector<Scenario>& sides, const std::vector<double>& alone,
                    int workers);

}  // namespace qianka
