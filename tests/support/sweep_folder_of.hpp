// SPDX-License-Identifier: Apache-2.0
// A sweep of a small job in a folder of its own, run by the real binary.
#pragma once
#include "support/spawn.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace qianka {

/// 24 points of the day with a failure, two clusters, 4 runs each.
inline constexpr const char* small_sweep =
    "scenario: 06-failure-and-restart\n"
    "set:\n"
    "  job.train_for: 10 days\n"
    "  faults: {classes: [{component: gpu, rate: 0.05 per node-day, evicts_node: true}]}\n"
    "grid:\n"
    "  checkpoint.every: [10 min, 30 min, 2 h]\n"
    "  cluster.spares: [0, 1]\n"
    "latin:\n"
    "  points: 4\n"
    "  over:\n"
    "    recovery.restart: {from: 1 min, to: 20 min, scale: log}\n"
    "seeds: 4\n";

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class SweepFolderOf {
 public:
  explicit SweepFolderOf(const std::string& plan) {
    std::string name = (std::filesystem::temp_directory_path() / "qianka-sweep-XXXXXX").string();
    top_ = mkdtemp(name.data());
    std::ofstream(plan_file()) << plan;
  }
  SweepFolderOf(const SweepFolderOf&) = delete;
  SweepFolderOf& operator=(const SweepFolderOf&) = delete;
  ~SweepFolderOf() { std::filesystem::remove_all(top_); }

  [[nodiscard]] std::filesystem::path plan_file() const { return top_ / "plan.yaml"; }
  [[nodiscard]] std::filesystem::path folder() const { return top_ / "results"; }
  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> more = {}) const {
    std::vector<std::string> all{"sweep", "run", plan_file(), "-q", "-o", folder()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  [[nodiscard]] Spawned run(std::vector<std::string> more = {}) const {
    return spawn(words(std::move(more)));
  }
  [[nodiscard]] Spawned merge() const { return spawn({"sweep", "merge", folder()}); }
  /// Both merged files, byte for byte.
  [[nodiscard]] std::string merged() const {
    return bytes_of(folder() / "results.sqlite") + bytes_of(folder() / "points.csv");
  }

 private:
  std::filesystem::path top_;
};

}  // namespace qianka
