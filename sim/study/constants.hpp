// SPDX-License-Identifier: Apache-2.0
// The fitted constants of the catalogue (scenarios/validation/constants.yaml): what each means, its
// value without any fit, how far it may move, and the keys that hold it. The values themselves
// stand in the catalogue (constant_places.hpp).
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace qianka {

/// Every key in every file, holding the constant times `scale`.
struct ConstantTarget {
  std::vector<std::string> keys;  // "realised.a100"
  std::vector<std::string> in;    // "stacks/megatron-core"
  double scale = 1;
};

/// What the search and the prior measure: its logarithm, or itself, because it adds to a step
/// or may be 0.
enum class Moves { ratio, amount };

struct Constant {
  std::string id, reading, unit;
  double unfitted = 0;  // also the middle of the prior
  std::string source;   // of the unfitted value
  double low = 0, high = 0;
  std::string counterpart;  // what was measured in that range
  Moves moves = Moves::ratio;
  double spread = 0;        // standard deviation of the prior, of the coordinate
  std::string grade = "A";  // of the rows it is fitted on
  std::vector<ConstantTarget> targets;

  /// Where the search walks: the logarithm of a ratio.
  [[nodiscard]] double coordinate(double value) const;
  [[nodiscard]] double value_at(double coordinate) const;
};

struct FitSettings {
  double noise = 0.03;  // of ln(predicted / measured)
  double bend = 0.05;   // where an error begins to count by its size instead of its square
  int rounds = 6;
};

struct Constants {
  FitSettings fit;
  std::vector<Constant> all;
};

/// Throws InputError.
Constants read_constants(const std::string& text, const std::string& name);

std::vector<double> unfitted_values(const Constants& constants);

/// The index of the constant of that id; throws std::out_of_range with what was probably meant.
std::size_t constant_of(const Constants& constants, const std::string& id);

}  // namespace qianka
