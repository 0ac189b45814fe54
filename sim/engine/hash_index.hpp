// SPDX-License-Identifier: Apache-2.0
// Private to the engine: numbers 64-bit keys 0, 1, 2, … in the order in which they are first met.
#pragma once
#include "sim/units/splitmix.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace qianka {

class HashIndex {
 public:
  explicit HashIndex(std::size_t most_keys)
      : mask_(std::bit_ceil(2 * most_keys + 1) - 1),
        keys_(mask_ + 1),
        numbers_(mask_ + 1, unused) {}

  void clear() {
    if (count_ > 0) std::ranges::fill(numbers_, unused);
    count_ = 0;
  }

  /// Keys must be well mixed.
  std::uint32_t number(std::uint64_t key) {
    for (std::size_t at = key & mask_;; at = (at + 1) & mask_) {
      if (numbers_[at] == unused) {
        keys_[at] = key;
        return numbers_[at] = count_++;
      }
      if (keys_[at] == key) return numbers_[at];
    }
  }

  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  static constexpr std::uint32_t unused = ~0U;
  std::size_t mask_;
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> numbers_;
  std::uint32_t count_ = 0;
};

}  // namespace qianka
