// SPDX-License-Identifier: Apache-2.0
// The finaliser of splitmix64 (Steele, Lea and Flood 2014): every input bit moves every output bit,
// the same on every machine.
#pragma once
#include <cstdint>

namespace qianka {

constexpr std::uint64_t splitmix_step = 0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio

constexpr std::uint64_t splitmix_finalised(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// For numbers in a row, 0 among them.
constexpr std::uint64_t splitmix(std::uint64_t x) { return splitmix_finalised(x + splitmix_step); }

}  // namespace qianka
