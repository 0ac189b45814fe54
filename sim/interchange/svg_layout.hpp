// SPDX-License-Identifier: Apache-2.0
// A fabric as rows of boxes: nodes at the bottom, each tier of switches above. A row that would
// have too many boxes has one for each group that is alike in what hangs below it.
#pragma once
#include "sim/topology/device_graph.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

struct PictureBox {
  std::string name;  // of the first it stands for
  std::int64_t count = 0;
  int row = 0;
  std::vector<int> rails = {};  // NICs that it serves, when it serves few; drawn as stripes
  bool rest = false;            // all that there was no room for
};

struct PictureLine {
  std::int64_t cables = 0;
  double rate = 0;  // of all of them
  int rail = -1;    // -1: of several
};

/// What is not the compute fabric: the network that storage traffic takes, and the servers there.
struct PictureSide {
  std::string network;     // "front-end network"; "": storage nodes hang below the leaves
  std::string of_nodes;    // "8 cables of 400 Gb/s from nodes"
  std::string servers;     // "4 storage nodes", "storage"
  std::string of_servers;  // "8 cables of 200 Gb/s to storage nodes"
};

struct Picture {
  std::vector<PictureBox> boxes;                     // row by row
  std::vector<std::vector<int>> rows;                // boxes of each row; row 0 are the nodes
  std::vector<std::int64_t> row_counts;              // devices of each
  std::map<std::pair<int, int>, PictureLine> lines;  // between two boxes, the lower first
  /// Cables between two rows by their rate.
  std::map<std::pair<int, int>, std::map<double, std::int64_t>> between;
  std::optional<PictureSide> side;
};

Picture picture_of(const DeviceGraph& graph);

}  // namespace qianka
