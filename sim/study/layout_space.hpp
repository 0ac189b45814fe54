// SPDX-License-Identifier: Apache-2.0
// Every layout that a job could have on its cards, in one order that never changes: first the
// shapes (tensor, context, pipeline, data, expert), then, within a shape, what varies without
// moving a rank.
#pragma once
#include "sim/input/reader.hpp"
#include "sim/language/said.hpp"
#include "sim/scenario/scenario.hpp"

#include <map>
#include <string>
#include <vector>

namespace qianka {

/// Values to try in each dimension; empty: all that may make sense.
struct LayoutChoices {
  std::vector<int> tensor, context, pipeline, data, expert, micro_batch, interleave;
  std::vector<Recompute> recompute;
  std::vector<Sharding> sharding;
  std::vector<LayerSplit> layers_per_stage;
};

/// How many were refused, by the reason in words, with N for each figure.
using Refusals = std::map<Said, std::int64_t>;

class LayoutSpace {
 public:
  /// The scenario must outlive it. `domain_cards` is how many cards the scale-up network joins:
  /// tensor groups are no larger unless the choices say so.
  LayoutSpace(const Scenario& scenario, LayoutChoices choices, int domain_cards);

  /// Shapes that pass the checks of a scenario (scenario/checks.hpp) with micro batches of one
  /// sequence.
  [[nodiscard]] const std::vector<Parallel>& shapes() const { return shapes_; }
  /// Layouts of one shape that pass them; what does not is counted.
  [[nodiscard]] std::vector<Parallel> layouts(const Parallel& shape, Refusals& refused) const;
  /// What the checks have against a layout, without figures; "" when nothing.
  [[nodiscard]] Said refusal(const Parallel& parallel) const;
  /// Shapes that were refused.
  [[nodiscard]] const Refusals& refused() const { return refused_; }

 private:
  /// Of the values asked for those that divide the cards that are left; or all that do.
  std::vector<int> dividing(const std::vector<int>& asked, const char* what, int cards);
  void shapes_of(int tensor, int context, int pipeline);
  void add_shape(Parallel shape);
  /// One cut of the model with every way to recompute and to shard.
  void add_states(const Parallel& cut, std::vector<Parallel>& all, Refusals& refused) const;
  std::vector<int> chunks(const Parallel& shape) const;
  std::vector<Sharding> shardings(const Parallel& shape) const;
  std::vector<Recompute> recomputes() const;
  std::vector<bool> sequence_parallels(int tensor) const;
  std::string reason() const;
  /// Even, or where that does not divide embedding-counts; and as written.
  std::vector<LayerSplit> splits(const Parallel& shape) const;

  const Scenario& scenario_;
  LayoutChoices choices_;
  int cards_;
  mutable Scenario probe_;                       // the scenario with the layout that is checked
  mutable std::map<std::string, Said> reasons_;  // by what they are in the current language
  Reader reader_;  // of no file: the checks ask it where things were written
  std::vector<Parallel> shapes_;
  Refusals refused_;
};

/// Recomputing the attention core alone changes nothing where a fused kernel keeps no scores, and
/// no projection is repeated.
bool selective_is_none(const Job& job);

/// With this sharding a step is the one with zero-1, bit by bit; only the memory may differ.
bool steps_as_zero_1(const Job& job);

/// "tensor 8 x pipeline 16 x data 8, micro batch 1, interleave 2, recompute full, zero-1".
std::string layout_words(const Parallel& parallel);
/// Nothing that a step or its memory depends on differs.
bool same_layout(const Job& job, const Parallel& a, const Parallel& b);

}  // namespace qianka
