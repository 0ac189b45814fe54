// SPDX-License-Identifier: Apache-2.0
// The folder of a sweep: a copy of its plan, and a file of finished points for each shard, one line
// a point, on the disk before the next one counts. docs/sweep.md says what lies in it.
#pragma once
#include "sim/study/sweep_record.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace qianka {

/// Shard k of n, from 1.
struct SweepShard {
  int k = 1, n = 1;
};

class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
  [[nodiscard]] std::filesystem::path plan_file() const { return folder_ / "plan.yaml"; }
  /// Makes the folder, or checks that it is of the same plan; throws RunFailed. `origin` is where
  /// the plan was: what it names by a path is looked for there.
  void begin(const std::string& plan, const std::filesystem::path& origin) const;
  [[nodiscard]] std::filesystem::path origin() const;
  /// Removes the plan and all results, nothing else.
  void forget() const;

 private:
  std::filesystem::path folder_;
};

/// Tells runs apart: of the plan's text, the scenario's, and the version of qianka.
std::string sweep_digest(const std::string& plan, const std::string& scenario);

struct SweepResults {
  std::map<std::size_t, SweepRecord> records;
  std::vector<std::string> notes;  // torn lines that do not count
};
/// Of all shards. Throws RunFailed when two results of one point differ, or one is of another
/// sweep. A result takes the place of a crash.
SweepResults read_results(const SweepFolder& folder, const std::string& digest);

/// The file that a shard adds to; a second process cannot have it meanwhile.
class ShardFile {
 public:
  /// A torn last line, of a run that was killed, is cut off, and `notes` say so.
  ShardFile(const SweepFolder& folder, SweepShard shard, std::vector<std::string>& notes);
  ShardFile(const ShardFile&) = delete;
  ShardFile& operator=(const ShardFile&) = delete;
  ~ShardFile();
  /// On the disk when it returns.
  void append(const std::string& line);

 private:
  std::filesystem::path file_;
  int line_ = -1;
};

/// Whole or not at all, whoever reads meanwhile.
void write_whole(const std::filesystem::path& file, const std::string& text);

}  // namespace qianka
