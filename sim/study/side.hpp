// SPDX-License-Identifier: Apache-2.0
// One of the sides of a comparison: a scenario, and the same job on another number of cards.
#pragma once
#include "sim/language/said.hpp"
#include "sim/metrics/step_summary.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/study/model_error.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// A scenario file and what is laid over it, so that every variant of it is checked as a file is.
struct Side {
  std::string name;  // as a report calls it
  std::filesystem::path file;
  std::string text{};  // of the scenario, when there is no file
  std::vector<Override> overrides{};

  /// With these on top. Throws as load_scenario().
  [[nodiscard]] Scenario load(const std::vector<Override>& more = {}) const;
  /// Its layout need not be possible: another will be chosen (scenario/any_layout.hpp).
  [[nodiscard]] Scenario load_with_any_layout() const;
};

/// Training of a model of the catalogue, or in a file, where nothing but this is said of the job.
struct PlainJob {
  std::string model;
  int cards = 0;
  int sequence = 4096;
  int global_batch = 0;  // 0: four million tokens, in a multiple of the cards
  std::string precision = "bf16";
};
/// On a cluster of the catalogue, or in a file, with a layout that only a search makes good.
Side plain_side(const PlainJob& job, const std::string& cluster);

/// Makes the side train for so long. What a scenario of one step says nothing of is assumed:
/// faults, the policy of recovery, spare nodes, checkpoints; the result says which, "" for none.
Said train_for_days(Side& side, double days, const std::string& faults);

/// The same job on another cluster of the catalogue, or in a file, on as many cards: "cluster" or
/// "cluster:stack". Without a stack it is the scenario's own if that knows the accelerator, else
/// the one that most was measured with on it, or on its vendor's. Infeasible when so many cards are
/// no whole nodes.
Side on_cluster(const Side& side, const std::string& cluster, const ModelErrors& errors);

/// Shares of peak, bandwidth and links that nobody has measured on a side's card are taken from the
/// first side whose card has them all, as an assumption; remarks say which. A figure of a data
/// sheet is never assumed.
std::vector<Said> assume_efficiencies(std::vector<Side>& sides);

/// The side with the best layout that its software is known to run. Infeasible when none fits.
Side with_best_layout(const Side& side, int workers);

/// weak: the batch grows with the replicas; strong: it stays.
enum class Scaling { weak, strong };

/// The job on so many cards: tensor x context x pipeline and the micro-batch stay, data parallel
/// takes the rest. Infeasible when that does not divide.
Scenario at_cards(const Side& side, const Scenario& scenario, int cards, Scaling scaling);

struct StepCost {
  double card_seconds_per_token = 0;
  Said refusal;  // why there is none
};

/// Of each scenario, in their order; `whatever_memory`: also of jobs that do not fit.
std::vector<StepCost> step_costs(const std::vector<Scenario>& scenarios, int workers,
                                 bool whatever_memory);

}  // namespace qianka
