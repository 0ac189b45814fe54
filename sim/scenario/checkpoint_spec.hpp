// SPDX-License-Identifier: Apache-2.0
// How the state of a training is saved: to storage, to the memory of neighbours, and at the last
// moment.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <optional>

namespace qianka {

enum class CheckpointMode { none, synchronous, asynchronous };
enum class CheckpointPlace { shared_storage, local_nvme };
enum class CheckpointContents { training_state, weights };
/// Who writes. even: every card an equal part. held: a card what no card before it holds, so that
/// without sharding the first replica writes all.
enum class CheckpointShares { even, held };
/// all: every card reads all it needs. one_per_group: what replicas have in common is read once and
/// travels over the fabric from one to the next.
enum class CheckpointReaders { all, one_per_group };
/// Which nodes keep each other's copies: the next ones, or those as far away as can be.
enum class PeerGroup { neighbours, apart };

/// How long to train between two saves: a time, or steps, which win.
struct SaveInterval {
  friend bool operator==(const SaveInterval&, const SaveInterval&) = default;

  Seconds time{0};
  std::int64_t steps = 0;  // 0: the time holds
};

/// Copies in host memory, one at home and one at each of `peers` other nodes.
struct MemoryCopies {
  friend bool operator==(const MemoryCopies&, const MemoryCopies&) = default;

  SaveInterval every{.steps = 1};
  int peers = 1;
  PeerGroup group = PeerGroup::neighbours;
  // Overrides of what the simulation finds:
  std::optional<Seconds> stall = {}, copy_time = {}, load_time = {};
};

/// The replica that a failure left alive saves its state before it ends.
struct LastWords {
  friend bool operator==(const LastWords&, const LastWords&) = default;

  std::optional<Seconds> save_time;  // in place of what the storage gives
  std::optional<int> copies;  // of each part that replicas share out, which the stack keeps besides
};

struct Checkpoint {
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;

  CheckpointMode mode = CheckpointMode::none;
  Seconds every{0};                              // useful training time between two saves
  std::optional<std::int64_t> every_steps = {};  // the same in steps; wins
  std::optional<bool> automatic = {};            // `every` is to be found
  // Overrides of what the simulation finds from bytes, fabric and storage:
  std::optional<Seconds> save_time = {}, load_time = {}, stall = {};
  CheckpointPlace to = CheckpointPlace::shared_storage;
  // Left out: all of the state, written evenly; each part read once, and spread over the replicas
  // at no cost.
  std::optional<CheckpointContents> contents = {};
  std::optional<CheckpointShares> shares = {};
  std::optional<CheckpointReaders> readers = {};
  std::optional<int> keep = {};              // newest complete ones; left out: all
  std::optional<double> storage_share = {};  // of the storage's rates and slots, for this job
  std::optional<double> step_slowdown = {};  // steps take so much longer while a write is under way
  std::optional<MemoryCopies> memory = {};
  std::optional<LastWords> last_words = {};
};

}  // namespace qianka
