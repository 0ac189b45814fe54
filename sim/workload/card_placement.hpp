// SPDX-License-Identifier: Apache-2.0
// Which cards run a collective together, when no job says so.
#pragma once
#include "sim/workload/card_groups.hpp"

#include <cstdint>

namespace qianka {

struct GroupShape {
  int cards = 8;  // that take part, of all groups
  int cards_per_node = 8;
  int group = 0;            // neighbours that form a group; 0 = all
  int stride = 0;           // above 0: a group has one card in every stride-th node instead
  bool all_groups = false;  // every group that fits; otherwise the first
  bool random = false;      // nodes in an order drawn with `seed`; otherwise as they stand
  std::uint64_t seed = 1;
};

/// Whole groups only. Requires at least two cards in a group.
CardGroups groups_of_shape(const GroupShape& shape);

}  // namespace qianka
