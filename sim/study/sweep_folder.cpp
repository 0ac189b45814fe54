// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_folder.hpp"

#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* what, const fs::path& file) {
  throw RunFailed(fmt::format("{} '{}': {}", what, file.string(), std::strerror(errno)));
}

std::string text_of(const fs::path& file) {
  std::vector<Diagnostic> problems;
  std::string text = read_file(file, {file.string(), 0, 0}, problems);
  if (!problems.empty()) throw InputError(problems);
  return text;
}

void write_all(int line, std::string_view text, const fs::path& file) {
  while (!text.empty()) {
    const ssize_t done = write(line, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) fail(tr("cannot write"), file);
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  if (fsync(line) != 0) fail(tr("cannot write"), file);
}

void sync_folder(const fs::path& folder) {
  const int line = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (line < 0) return;
  fsync(line);
  close(line);
}

bool is_points_file(const fs::path& file) {
  return file.filename().string().starts_with("points.") && file.extension() == ".jsonl";
}

/// False when another process has it. Workers of one that was killed have it for a moment longer.
bool lock(int line) {
  constexpr int tries = 20, pause_us = 100'000;
  for (int i = 0; i < tries; ++i) {
    if (flock(line, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return true;
    usleep(pause_us);
  }
  return false;
}

/// The one that counts. Both are kept results of one point.
const SweepRecord& better(const SweepRecord& a, const SweepRecord& b, const fs::path& file) {
  if (a == b || b.status == "crashed") return a;
  if (a.status == "crashed") return b;
  throw RunFailed(
      say("'{}' has another result of point {} than was read before", file.string(), a.point));
}

}  // namespace

void write_whole(const fs::path& file, const std::string& text) {
  const fs::path beside = fmt::format("{}.{}.tmp", file.string(), getpid());
  const int line = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (line < 0) fail(tr("cannot write"), beside);
  write_all(line, text, beside);
  close(line);
  fs::rename(beside, file);
  sync_folder(file.parent_path());
}

void SweepFolder::begin(const std::string& plan, const fs::path& origin) const {
  std::error_code problem;
  fs::create_directories(folder_, problem);
  if (!fs::is_directory(folder_))
    throw RunFailed(say("cannot make '{}': {}", folder_.string(), problem.message()));
  if (!fs::exists(plan_file())) {
    write_whole(folder_ / "origin", fs::absolute(origin).lexically_normal().string() + "\n");
    write_whole(plan_file(), plan);
  } else if (text_of(plan_file()) != plan) {
    throw RunFailed(
        say("'{}' is of another plan\n  hint: another plan needs another folder; 'diff' "
            "shows what differs from '{}'",
            folder_.string(), plan_file().string()));
  }
}

fs::path SweepFolder::origin() const {
  std::string text = text_of(folder_ / "origin");
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

void SweepFolder::forget() const {
  if (!fs::exists(plan_file())) return;
  std::vector<fs::path> ours{plan_file(), folder_ / "origin", folder_ / "points.csv"};
  for (const char* rest : {"", "-wal", "-shm"})
    ours.push_back(folder_ / fmt::format("results.sqlite{}", rest));
  for (const auto& entry : fs::directory_iterator(folder_))
    if (is_points_file(entry.path())) ours.push_back(entry.path());
  for (const fs::path& file : ours) fs::remove(file);
}

std::string sweep_digest(const std::string& plan, const std::string& scenario) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a, as the digests of scenarios
  for (const std::string& text : {plan, scenario, std::string(QIANKA_VERSION)}) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xFFU) * 1099511628211ULL;
  }
  return fmt::format("{:016x}", hash);
}

SweepResults read_results(const SweepFolder& folder, const std::string& digest) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder.path()))
    if (is_points_file(entry.path())) files.push_back(entry.path());
  std::ranges::sort(files);
  SweepResults results;
  for (const fs::path& file : files) {
    const std::string text = text_of(file);
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size(); ++number) {
      const std::size_t end = text.find('\n', at);
      const auto record = end == std::string::npos
                              ? std::nullopt
                              : read_record(std::string_view(text).substr(at, end - at), digest);
      at = end == std::string::npos ? text.size() : end + 1;
      if (!record) {
        results.notes.push_back(say("{}:{}: a torn line, left out", file.string(), number + 1));
        continue;
      }
      const auto [known, fresh] = results.records.emplace(record->point, *record);
      if (!fresh) known->second = SweepRecord(better(known->second, *record, file));
    }
  }
  return results;
}

ShardFile::ShardFile(const SweepFolder& folder, SweepShard shard, std::vector<std::string>& notes)
    : file_(folder.path() / fmt::format("points.{}-of-{}.jsonl", shard.k, shard.n)) {
  line_ = open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (line_ < 0) fail(tr("cannot write"), file_);
  if (!lock(line_)) {
    close(line_);
    throw RunFailed(say("another process is running shard {}/{} in '{}'", shard.k, shard.n,
                        folder.path().string()));
  }
  sync_folder(folder.path());
  const std::string text = text_of(file_);
  const std::size_t whole = text.rfind('\n') + 1;  // 0 when there is none
  if (whole == text.size()) return;
  notes.push_back(say("{}: a torn last line was cut off", file_.string()));
  if (ftruncate(line_, static_cast<off_t>(whole)) != 0) fail(tr("cannot cut"), file_);
}

ShardFile::~ShardFile() { close(line_); }

void ShardFile::append(const std::string& line) { write_all(line_, line + "\n", file_); }

}  // namespace qianka
