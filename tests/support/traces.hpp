// SPDX-License-Identifier: Apache-2.0
// Traces that the binary writes, and their events sorted out.
#pragma once
#include "sim/input/gzip.hpp"
#include "support/spawn.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace qianka::traces {

namespace fs = std::filesystem;
using nlohmann::json;

inline std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return unzipped({std::istreambuf_iterator<char>(stream), {}});
}

/// The traces of a run, in a folder that is gone with it.
class Traces {
 public:
  explicit Traces(std::vector<std::string> arguments) {
    static int count = 0;
    folder_ = fs::temp_directory_path() /
              ("qianka-traces-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    arguments.emplace_back("--trace");
    arguments.push_back(folder_.string());
    arguments.insert(arguments.begin(), "run");
    ended_ = spawn(arguments);
  }
  ~Traces() { fs::remove_all(folder_); }
  Traces(const Traces&) = delete;
  Traces& operator=(const Traces&) = delete;

  [[nodiscard]] const Spawned& ended() const { return ended_; }
  [[nodiscard]] const fs::path& folder() const { return folder_; }
  [[nodiscard]] std::string text(const std::string& name) const { return text_of(folder_ / name); }
  [[nodiscard]] json trace(const std::string& name) const { return json::parse(text(name)); }
  /// All names, from the folder.
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      if (entry.is_regular_file())
        found.insert(entry.path().lexically_relative(folder_).generic_string());
    return found;
  }

 private:
  fs::path folder_;
  Spawned ended_;
};

inline const std::string pipeline = QIANKA_SOURCE_DIR "/scenarios/05-pipeline.yaml";
inline const std::string tensor = QIANKA_SOURCE_DIR "/scenarios/03-tensor-parallel.yaml";
inline const std::string failure = QIANKA_SOURCE_DIR "/scenarios/06-failure-and-restart.yaml";
inline const std::string ascend = QIANKA_SOURCE_DIR "/scenarios/gpt3-175b-1024-910b.yaml";

/// Four stages, two replicas: sends, exchange, everything.
inline std::vector<std::string> replicas() {
  return {pipeline, "--set", "job.parallel.data=2", "--set", "cluster.nodes=8"};
}
inline std::vector<std::string> with(std::vector<std::string> arguments,
                                     std::vector<std::string> more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

inline std::int64_t ns(const json& microseconds) {
  return std::llround(microseconds.get<double>() * 1000);
}

using Span = std::pair<std::int64_t, std::int64_t>;
using Track = std::pair<std::int64_t, std::int64_t>;  // pid, tid

inline std::map<Track, std::vector<Span>> slices_by_track(const json& trace) {
  std::map<Track, std::vector<Span>> tracks;
  for (const json& event : trace["traceEvents"])
    if (event["ph"] == "X" && event["dur"] != 0)
      tracks[{event["pid"], event["tid"]}].push_back(
          {ns(event["ts"]), ns(event["ts"]) + ns(event["dur"])});
  for (auto& [track, spans] : tracks) std::ranges::sort(spans);
  return tracks;
}

inline std::vector<json> events(const json& trace, const std::string& phase) {
  std::vector<json> found;
  for (const json& event : trace["traceEvents"])
    if (event["ph"] == phase) found.push_back(event);
  return found;
}

inline std::vector<json> kernels(const json& trace) {
  std::vector<json> found = events(trace, "X");
  std::erase_if(found, [](const json& event) { return event["cat"] != "kernel"; });
  return found;
}

}  // namespace qianka::traces
