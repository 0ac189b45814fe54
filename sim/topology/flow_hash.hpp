// SPDX-License-Identifier: Apache-2.0
// How a flow chooses among equal ways: by a hash of its ends and of what stands for its ports, the
// same on every machine.
#pragma once
#include "sim/units/ids.hpp"
#include "sim/units/splitmix.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace qianka {

/// Where on the way a choice is made: each tier hashes for itself, as switches do with seeds of
/// their own. Ways round what is dead count on from `detour`.
enum class Choice : std::uint64_t { nic = 1, spine, core, descent, leaf, hop, detour = 1000 };

/// Routing::static_rail: the place of the sending NIC below its leaf, in place of the hash.
struct PinnedPort {
  std::uint32_t place = 0;
  std::uint32_t uplinks = 1;  // of a leaf
};

class Flow {
 public:
  Flow(CardId from, CardId to, std::uint64_t entropy)
      : key_(splitmix_finalised(splitmix(std::uint64_t{index_of(from)} << 32 | index_of(to)) +
                                entropy)) {}

  /// Equal places take equal cables, neighbouring ones the next.
  void pin(PinnedPort port) { pinned_ = port; }

  std::size_t pick(Choice tier, std::size_t among) const {
    if (among == 1) return 0;
    if (pinned_ && tier != Choice::nic && tier < Choice::detour) {
      const bool upper = tier == Choice::core || tier == Choice::descent;
      return (upper ? pinned_->place / pinned_->uplinks : pinned_->place) % among;
    }
    return splitmix_finalised(key_ + static_cast<std::uint64_t>(tier) * splitmix_step) % among;
  }

 private:
  std::uint64_t key_;
  std::optional<PinnedPort> pinned_;
};

}  // namespace qianka
