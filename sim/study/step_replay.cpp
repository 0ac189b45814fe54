// SPDX-License-Identifier: Apache-2.0
#include "sim/study/step_replay.hpp"

#include "sim/input/diagnostics.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include <boost/graph/topological_sort.hpp>
#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t workers_shown = 10;

using PassKey = std::tuple<int, int, int, int, int>;  // step, data rank, stage, kind, micro-batch
using ExchangeKey = std::tuple<int, int, int, int>;   // step, stage, kind, how many came before

bool same_rank(const RecordedOperation& a, const RecordedOperation& b) {
  return std::tie(a.step, a.data_rank, a.stage) == std::tie(b.step, b.data_rank, b.stage);
}

}  // namespace

StepReplay::StepReplay(StepRecording recording) : recording_(std::move(recording)) {
  link();
  mean_.assign(recording_.kinds.size(), Seconds{0});
  std::vector<double> count(mean_.size());
  for (std::size_t i = 0; i < recorded_.size(); ++i) {
    const auto kind = static_cast<std::size_t>(recording_.operations[i].kind);
    mean_[kind] += recorded_[i], ++count[kind];
  }
  for (std::size_t kind = 0; kind < mean_.size(); ++kind) mean_[kind] = mean_[kind] / count[kind];
}

void StepReplay::link() {
  const std::vector<RecordedOperation>& all = recording_.operations;
  after_ = Graph(all.size());
  std::map<PassKey, std::size_t> passes;
  std::map<ExchangeKey, std::vector<std::size_t>> exchanges;
  std::map<int, int> exchanges_of_rank;  // by kind
  for (std::size_t i = 0; i < all.size(); ++i) {
    const RecordedOperation& o = all[i];
    if (i == 0 || !same_rank(o, all[i - 1])) exchanges_of_rank.clear();
    const OperationRole role = recording_.kinds[static_cast<std::size_t>(o.kind)].role;
    if (role == OperationRole::exchange)
      exchanges[{o.step, o.stage, o.kind, exchanges_of_rank[o.kind]++}].push_back(i);
    passes[{o.step, o.data_rank, o.stage, o.kind, o.micro_batch}] = i;
  }
  const auto follows = [&](std::size_t i) { return i > 0 && same_rank(all[i - 1], all[i]); };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const RecordedOperation& o = all[i];
    if (follows(i)) boost::add_edge(i - 1, i, after_);
    const OperationRole role = recording_.kinds[static_cast<std::size_t>(o.kind)].role;
    const int from = role == OperationRole::forward    ? o.stage - 1
                     : role == OperationRole::backward ? o.stage + 1
                                                       : -1;
    if (from < 0 || from >= recording_.stages) continue;
    const auto sender = passes.find({o.step, o.data_rank, from, o.kind, o.micro_batch});
    if (sender == passes.end())
      throw InputError(
          {{{recording_.file, o.line, o.column},
            say("step {}, replica {}: micro-batch {} of '{}' is recorded in stage {}, not in "
                "stage {}",
                o.step, o.data_rank, o.micro_batch,
                recording_.kinds[static_cast<std::size_t>(o.kind)].name, o.stage, from),
            tr("what a stage receives, the stage before has sent: is a row missing?")}});
    boost::add_edge(sender->second, i, after_);
  }
  std::vector<std::vector<std::size_t>> members;
  for (auto& [key, group] : exchanges) {
    const auto gathered = boost::add_vertex(after_);
    for (const std::size_t i : group) {
      if (follows(i)) boost::add_edge(i - 1, gathered, after_);
      boost::add_edge(gathered, i, after_);
    }
    members.push_back(std::move(group));
  }
  find_exchange_times(members);
  try {
    boost::topological_sort(after_, std::back_inserter(order_));
  } catch (const boost::not_a_dag&) {
    throw InputError({{{recording_.file, 0, 0},
                       tr("the recorded operations wait for one another in a circle"),
                       tr("start_us orders the operations of a rank: are its clocks right?")}});
  }
  std::ranges::reverse(order_);
}

void StepReplay::find_exchange_times(const std::vector<std::vector<std::size_t>>& exchanges) {
  for (const RecordedOperation& o : recording_.operations) recorded_.push_back(o.duration);
  for (const std::vector<std::size_t>& group : exchanges) {
    Seconds least = recorded_[group.front()];
    for (const std::size_t i : group) least = std::min(least, recorded_[i]);
    for (const std::size_t i : group) recorded_[i] = least;
  }
}

Seconds StepReplay::mean_step(const std::vector<Seconds>& durations) const {
  require(durations.size() == recording_.operations.size(), "every operation has a duration");
  std::vector<Seconds> end(boost::num_vertices(after_), Seconds{0});
  std::map<int, Seconds> step_end;
  for (const std::size_t vertex : order_) {
    Seconds begin{0};
    const auto [edge, last] = boost::in_edges(vertex, after_);
    for (auto at = edge; at != last; ++at) begin = std::max(begin, end[boost::source(*at, after_)]);
    end[vertex] = begin;
    if (vertex >= durations.size()) continue;
    end[vertex] += durations[vertex];
    Seconds& whole = step_end.try_emplace(recording_.operations[vertex].step, 0).first->second;
    whole = std::max(whole, end[vertex]);
  }
  Seconds sum{0};
  for (const auto& [step, time] : step_end) sum += time;
  return sum / static_cast<double>(step_end.size());
}

std::vector<Seconds> StepReplay::evened(
    const std::function<bool(const RecordedOperation&)>& even) const {
  std::vector<Seconds> durations = recorded_;
  for (std::size_t i = 0; i < durations.size(); ++i) {
    const RecordedOperation& o = recording_.operations[i];
    if (even(o)) durations[i] = mean_[static_cast<std::size_t>(o.kind)];
  }
  return durations;
}

Seconds StepReplay::wall() const {
  std::map<int, std::pair<Seconds, Seconds>> spans;
  for (const RecordedOperation& o : recording_.operations) {
    auto& [first, last] = spans.try_emplace(o.step, o.start, o.start).first->second;
    first = std::min(first, o.start), last = std::max(last, o.start + o.duration);
  }
  Seconds sum{0};
  for (const auto& [step, span] : spans) sum += span.second - span.first;
  return sum / static_cast<double>(spans.size());
}

ReplayReport replay_report(const StepReplay& replay) {
  const StepRecording& recording = replay.recording();
  ReplayReport report{.steps = recording.steps,
                      .data = recording.data,
                      .stages = recording.stages,
                      .wall = replay.wall(),
                      .replayed = replay.mean_step(replay.as_recorded()),
                      .ideal = replay.mean_step(replay.evened([](const auto&) { return true; }))};
  report.slowdown = report.replayed / report.ideal;
  const auto ask = [&](std::string what, const std::function<bool(const RecordedOperation&)>& is) {
    const Seconds alone = replay.mean_step(replay.evened(std::not_fn(is)));
    return ReplayAnswer{.what = std::move(what),
                        .fixed = replay.mean_step(replay.evened(is)),
                        .alone = alone,
                        .slowdown = alone / report.ideal};
  };
  for (std::size_t kind = 0; kind < recording.kinds.size(); ++kind)
    report.kinds.push_back(ask(recording.kinds[kind].name, [kind](const RecordedOperation& o) {
      return o.kind == static_cast<int>(kind);
    }));
  std::map<int, bool> stages, ranks;
  std::map<std::pair<int, int>, bool> workers;
  for (const RecordedOperation& o : recording.operations) {
    stages[o.stage] = ranks[o.data_rank] = workers[{o.data_rank, o.stage}] = true;
  }
  for (const auto& [stage, there] : stages)
    report.by_stage.push_back(
        ask(fmt::format("stage {}", stage), [s = stage](const auto& o) { return o.stage == s; }));
  for (const auto& [rank, there] : ranks)
    report.by_data_rank.push_back(ask(fmt::format("replica {}", rank),
                                      [r = rank](const auto& o) { return o.data_rank == r; }));
  for (const auto& [worker, there] : workers)
    report.by_worker.push_back(
        ask(fmt::format("replica {} stage {}", worker.first, worker.second),
            [w = worker](const auto& o) { return o.data_rank == w.first && o.stage == w.second; }));
  std::ranges::stable_sort(report.by_worker, std::ranges::greater{}, &ReplayAnswer::slowdown);
  if (report.by_worker.size() > workers_shown) report.by_worker.resize(workers_shown);
  return report;
}

}  // namespace qianka
