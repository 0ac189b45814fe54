// SPDX-License-Identifier: Apache-2.0
// How the cards of a node are joined, from counted links: to a switch, all to all, in a hybrid cube
// mesh, in islands of a few. And who has fewer links than the rest.
#pragma once
#include <string>
#include <vector>

namespace qianka {

/// islands: groups of more than two that no link joins; pairs: groups of two.
enum class PlaneShape { none, crossbar, mesh, hybrid, islands, pairs };

struct LinkPlane {
  PlaneShape shape = PlaneShape::none;
  int links = 0;          // of one card; what most of them have
  std::vector<int> odd;   // cards with another number, in order
  std::vector<int> each;  // by card
  struct Joint {
    int from = 0, to = 0, count = 0;
  };
  std::vector<Joint> joints;  // of every pair that is joined without a switch
};

/// `to_switch[i]`: links of card i to switches; `between[i][j]`: from card i to card j.
LinkPlane plane_of(const std::vector<int>& to_switch, const std::vector<std::vector<int>>& between);

/// "GPU 5 has 17 NVLinks, the other 7 have 18"; `name` is of the card, `word` of one link.
std::string odd_card_text(const LinkPlane& plane, int card, const std::string& name,
                          const std::string& word);

}  // namespace qianka
