// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep.hpp"

#include "sim/engine/task_pool.hpp"
#include "sim/language/language.hpp"
#include "sim/study/sweep_runner.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// Who does what next: points of equal steps stay with one worker, until there is nothing else.
class SweepSchedule {
 public:
  SweepSchedule(const SweepPoints& points, const std::vector<std::size_t>& numbers, int workers)
      : current_(static_cast<std::size_t>(workers), none) {
    std::map<std::string, std::size_t> groups;
    for (const std::size_t number : numbers) {
      const auto [group, fresh] = groups.emplace(points.step_key(number), groups_.size());
      if (fresh) groups_.emplace_back();
      groups_[group->second].push_back(number);
    }
  }

  std::optional<std::size_t> next(int worker) {
    std::size_t& group = current_[static_cast<std::size_t>(worker)];
    if (group == none || groups_[group].empty()) group = another();
    if (group == none) return std::nullopt;
    const std::size_t number = groups_[group].front();
    groups_[group].pop_front();
    return number;
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// One that nobody has begun, else a part of the longest.
  std::size_t another() {
    if (begun_ < groups_.size()) return begun_++;
    std::size_t longest = none;
    for (std::size_t i = 0; i < groups_.size(); ++i)
      if (!groups_[i].empty() && (longest == none || groups_[i].size() > groups_[longest].size()))
        longest = i;
    return longest;
  }

  std::vector<std::deque<std::size_t>> groups_;
  std::size_t begun_ = 0;
  std::vector<std::size_t> current_;  // by worker
};

/// How much longer, by how long it has taken.
class Clock {
 public:
  [[nodiscard]] double eta_s(std::size_t done, std::size_t left) const {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start_;
    return done == 0 ? -1 : passed.count() / static_cast<double>(done) * static_cast<double>(left);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

SweepRunEnd run_sweep(const Sweep& sweep, const SweepFolder& folder, const SweepRun& run) {
  SweepRunEnd end;
  ShardFile file(folder, run.shard, end.notes);
  std::vector<std::size_t> missing;
  {
    const SweepResults known = read_results(folder, sweep.digest);
    for (const std::size_t number : sweep.points.of_shard(run.shard.k, run.shard.n)) {
      const auto record = known.records.find(number);
      const bool counts =
          record != known.records.end() && !(run.retry && record->second.status == "crashed");
      end.all += 1, end.found += counts ? 1 : 0;
      if (!counts) missing.push_back(number);
    }
  }
  if (missing.empty()) return end;
  SweepSchedule schedule(sweep.points, missing, run.workers);
  SweepRunner runner(sweep.plan, sweep.points, sweep.scenario);
  const Clock clock;
  const auto keep = [&](const std::string& line) { file.append(line), ++end.done; };
  const PoolEnd pool = run_pool(
      static_cast<int>(
          std::min<std::size_t>(static_cast<std::size_t>(run.workers), missing.size())),
      {.next = [&](int worker) { return schedule.next(worker); },
       .work = [&](std::size_t number) { return record_line(runner.run(number), sweep.digest); },
       .done = [&](std::size_t, const std::string& line) { keep(line); },
       .died =
           [&](std::size_t number, const std::string& how) {
             keep(record_line(
                 {.point = number, .status = "crashed", .reason = how, .step = {}, .replicas = {}},
                 sweep.digest));
           },
       .tick =
           [&] {
             if (run.progress)
               run.progress({end.found + end.done, end.all,
                             clock.eta_s(end.done, missing.size() - end.done)});
           }});
  end.interrupted = pool == PoolEnd::interrupted;
  return end;
}

std::string trouble_text(const std::map<std::size_t, SweepRecord>& records) {
  constexpr std::size_t most_reasons = 8, longest_reason = 300;
  std::map<std::string, std::size_t> counts;
  std::map<std::string, std::vector<std::size_t>> reasons;
  for (const auto& [number, record] : records) {
    if (record.ok()) continue;
    ++counts[record.status];
    const std::string first = record.reason.substr(0, record.reason.find('\n'));
    reasons[record.status + ": " + first.substr(0, longest_reason)].push_back(number);
  }
  if (counts.empty()) return "";
  std::vector<std::string> words;
  for (const auto& [status, count] : counts)
    words.push_back(fmt::format("{} {}", format_count(static_cast<std::int64_t>(count)), status));
  std::vector<std::pair<std::string, std::vector<std::size_t>>> order(reasons.begin(),
                                                                      reasons.end());
  std::ranges::stable_sort(
      order, [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  std::string text = fmt::format("{}:\n", fmt::join(words, ", "));
  for (std::size_t i = 0; i < std::min(order.size(), most_reasons); ++i)
    text +=
        fmt::format("  {} (first: point {}), {}\n", counted(std::ssize(order[i].second), "point"),
                    order[i].second.front(), order[i].first);
  if (order.size() > most_reasons)
    text += fmt::format(
        "  … and {}\n",
        counted(std::ssize(order) - static_cast<std::int64_t>(most_reasons), "more reason"));
  return text;
}

std::string missing_points(const Sweep& sweep, const std::map<std::size_t, SweepRecord>& records) {
  constexpr std::size_t most = 8;
  std::vector<std::string> ranges;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    if (records.contains(i)) continue;
    std::size_t last = i;
    while (last + 1 < sweep.points.size() && !records.contains(last + 1)) ++last;
    ranges.push_back(last == i ? fmt::format("{}", i) : fmt::format("{} to {}", i, last));
    i = last;
  }
  if (ranges.size() > most) {
    const std::size_t left = ranges.size() - most;
    ranges.resize(most);
    ranges.push_back(say("and {} more ranges", left));
  }
  return fmt::format("{}", fmt::join(ranges, ", "));
}

}  // namespace qianka
