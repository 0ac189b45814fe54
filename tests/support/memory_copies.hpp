// SPDX-License-Identifier: Apache-2.0
// Copies in memory, by what a test wants of them.
#pragma once
#include "sim/scenario/checkpoint_spec.hpp"

namespace qianka {

inline MemoryCopies copies(SaveInterval every, int peers = 1,
                           PeerGroup group = PeerGroup::neighbours) {
  MemoryCopies wanted;
  wanted.every = every, wanted.peers = peers, wanted.group = group;
  return wanted;
}
inline constexpr SaveInterval each_step{.time = {}, .steps = 1};
inline constexpr SaveInterval each_two_steps{.time = {}, .steps = 2};

}  // namespace qianka
