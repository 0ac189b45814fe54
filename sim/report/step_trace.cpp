// SPDX-License-Identifier: Apache-2.0
#include "sim/report/step_trace.hpp"

#include "sim/language/language.hpp"
#include "sim/report/kineto_collective.hpp"
#include "sim/report/rank_tracks.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace qianka {
namespace {

const char* const kernel = "kernel";

class RankWriter {
 public:
  RankWriter(const TraceOf& what, int rank, TraceFile& file)
      : what_(what),
        timeline_(*what.timeline),
        rank_(rank),
        place_(timeline_.ranks.at(static_cast<std::size_t>(rank))),
        replica_(timeline_.replica_class.at(static_cast<std::size_t>(place_.replica))),
        tracks_(timeline_, place_.stage),
        file_(file) {}

  /// With `launches`, what the host does to start kernels: HTA wants it.
  void write(bool launches) {
    file_.name_process(rank_, name(), rank_);
    for (std::int64_t step = what_.first_step; step <= what_.last_step; ++step) {
      begin(step);
      file_.slice(track(Track::host), fmt::format("ProfilerStep#{}", step), "user_annotation",
                  offset_, offset_ + timeline_.time, Json::object());
      for (std::uint32_t i = 0; i < timeline_.operations.size(); ++i)
        if (timeline_.concerns(timeline_.operations[i], place_.stage, replica_)) operation(i);
      kept_memory();
      if (launches) launch();
    }
    for (int i = static_cast<int>(Track::host); i <= static_cast<int>(Track::everyone); ++i)
      file_.name_track(track(static_cast<Track>(i)), tracks_.name(static_cast<Track>(i)));
  }

  /// The other end of a transfer that this rank has a part in, for arrows between ranks.
  TraceFile::End transferred(const TimelineOperation& op, std::int64_t step, bool arrival) {
    begin(step);
    // MindStudio Insight gives an arrow's end to the slice that begins there, or to the next.
    return end_of(arrival ? tracks_.receives(op) : tracks_.sends(op), op, false);
  }

 private:
  void begin(std::int64_t step) {
    offset_ = timeline_.time * static_cast<double>(step - what_.first_step);
  }

  std::string name() const {
    std::string text = fmt::format("rank {}", rank_);
    if (timeline_.stages > 1) text += fmt::format(", stage {}", place_.stage);
    return text + fmt::format(" (node {}, card {})", place_.node, place_.card);
  }

  TraceTrack track(Track of) const {
    // Never the rank's own number: Perfetto takes that thread for the main one, and draws it first.
    // MindStudio Insight knows a thread by rank and thread, one written behind the other.
    return {rank_, 100 * rank_ + static_cast<int>(of)};
  }

  std::string comm(const char* collective) const {
    return (what_.library == "hccl" ? "hccl" : "ncclDevKernel_") + std::string(collective);
  }

  /// HTA wants both of everything that runs on the device.
  Json device(Track of) { return {{"stream", static_cast<int>(of)}, {"correlation", ++kernels_}}; }

  bool draw(Track of, const std::string& title, Seconds start, Seconds end, Json more) {
    Json args = device(of);
    args.update(more);
    const bool drawn =
        file_.slice(track(of), title, kernel, offset_ + start, offset_ + end, std::move(args));
    if (drawn) drawn_.push_back({of, offset_ + start, kernels_});
    return drawn;
  }

  /// When the kernel before on its stream begins: whoever looks for gaps that are the host's fault
  /// finds none, for what the host costs is drawn by itself.
  void launch() {
    std::ranges::sort(drawn_, {}, [](const Drawn& one) { return std::tuple(one.of, one.start); });
    std::vector<std::pair<Seconds, std::int64_t>> launches;
    const Drawn* before = nullptr;
    for (const Drawn& one : drawn_) {
      const bool first = before == nullptr || before->of != one.of;
      launches.emplace_back(first ? offset_ : before->start, one.correlation);
      before = &one;
    }
    std::ranges::sort(launches);
    for (const auto& [at, correlation] : launches)
      file_.launch(track(Track::launches), at, offset_, correlation);
    drawn_.clear();
  }

  void operation(std::uint32_t index) {
    const TimelineOperation& op = timeline_.operations[index];
    switch (op.work) {
      case Work::forward:
      case Work::backward:
      case Work::weight_gradient:
        return pass(index);
      case Work::send_forward:
      case Work::send_backward:
        return transfer(index);
      case Work::reduce_scatter:
      case Work::all_reduce:
      case Work::all_gather:
      case Work::broadcast:
        return exchange(op);
      case Work::catch_up:
        return annotate(op, "wait for the slowest replica");
      case Work::gradient_norm:
        draw(Track::everyone, comm("AllReduce") + " gradient norm", op.start, op.end, facts(op));
        return;
      case Work::optimizer:
        draw(Track::compute, "optimizer", op.start, op.end, facts(op));
        return;
      case Work::host:
        return annotate(op, "host, once a step");
    }
  }

  void annotate(const TimelineOperation& op, const std::string& title) {
    file_.slice(track(Track::passes), title, "user_annotation", offset_ + op.start,
                offset_ + op.end, facts(op));
  }

  /// What is true of the operation, whatever it is.
  static Json facts(const TimelineOperation& op) {
    Json args = Json::object();
    if (op.micro_batch >= 0) args["micro_batch"] = op.micro_batch;
    if (op.bytes.value > 0) args["bytes"] = std::llround(op.bytes.value);
    args["critical_path"] = op.critical;
    return args;
  }

  std::string short_name(const TimelineOperation& op) const {
    const bool forward = op.work == Work::forward || op.work == Work::send_forward;
    std::string text = forward ? "fwd" : op.work == Work::weight_gradient ? "wgrad" : "bwd";
    if (timeline_.unit_by_unit)
      text += fmt::format(" u{}", op.chunk);
    else if (timeline_.chunks > 1)
      text += fmt::format(" c{}", op.chunk);
    return text + fmt::format(" mb{}", op.micro_batch);
  }

  /// The whole of it as an annotation; on the device first the computation, then what is exposed of
  /// its collectives: how they interleave is not simulated.
  void pass(std::uint32_t index) {
    const TimelineOperation& op = timeline_.operations[index];
    const PassParts& parts = timeline_.parts.at(op.parts);
    Json args = facts(op);
    for (const auto& [share, time] : named_parts(parts))
      if (time.value > 0) args[fmt::format("{}_us", share)] = rounded(time.value * 1e6);
    const std::string title = short_name(op);
    file_.slice(track(Track::passes), title, "user_annotation", offset_ + op.start,
                offset_ + op.end, std::move(args));
    Seconds at = op.start + parts.host;
    const auto next = [&](Track of, const std::string& what, Seconds time, Json more) {
      if (time.value <= 0) return;
      const Seconds end = std::min(op.end, at + time);
      draw(of, what, at, end, std::move(more));
      at = end;
    };
    next(Track::compute, title, parts.compute + parts.recompute + parts.slowed, {{"of", title}});
    for (const PassCollective& runs : parts.collectives) {
      const KinetoCollective& kineto = kineto_collective(runs.name);
      const auto [of, group, cards] = those_among(runs.among);
      Json more = kineto_message(kineto, group, cards, runs.size);
      more["of"] = title, more["runs"] = rounded(runs.runs);
      more["bytes"] = std::llround(runs.runs * runs.size.value);
      next(of, comm(kineto.kernel) + " exposed, " + title, runs.exposed, std::move(more));
    }
    for (const std::uint32_t before : op.after) arrive(before, op);
  }

  struct Members {
    Track track;
    const char* group;
    int cards;
  };
  Members those_among(PassCollective::Among among) const {
    switch (among) {
      case PassCollective::Among::tensor:
        return {Track::tensor, "tensor", timeline_.tensor};
      case PassCollective::Among::context:
        return {Track::context, "context", timeline_.context};
      case PassCollective::Among::expert:
        return {Track::expert, "expert", timeline_.expert};
    }
    throw Bug("unknown group");
  }

  TraceFile::End end_of(Track of, const TimelineOperation& op, bool at_end) {
    return {track(of), offset_ + op.start, offset_ + op.end, at_end};
  }

  /// From what was received to the pass that waited for it.
  void arrive(std::uint32_t before, const TimelineOperation& op) {
    const TimelineOperation& sent = timeline_.operations[before];
    if (sent.receiver != place_.stage || sent.end <= sent.start) return;
    file_.arrow("arrives", end_of(tracks_.receives(sent), sent, true),
                end_of(Track::passes, op, false));
  }

  void transfer(std::uint32_t index) {
    const TimelineOperation& op = timeline_.operations[index];
    const bool sends = op.stage == place_.stage;
    Json args = facts(op);
    args.update(kineto_message({"SendRecv", sends ? "send" : "recv", false, false}, "pipeline", 2,
                               op.bytes));
    args["link_load"] = rounded(op.link_load);
    const Track of = sends ? tracks_.sends(op) : tracks_.receives(op);
    const std::string title = fmt::format("{} {} {} stage {}", comm("SendRecv"), short_name(op),
                                          sends ? "to" : "from", sends ? op.receiver : op.stage);
    if (!draw(of, title, op.start, op.end, std::move(args))) return;
    load(of, op);
    if (!sends) return;
    for (const std::uint32_t before : op.after) {
      const TimelineOperation& made = timeline_.operations[before];
      if (made.parts == TimelineOperation::none || made.end > op.start) continue;
      file_.arrow("leaves", end_of(Track::passes, made, true), end_of(of, op, false));
      return;
    }
  }

  void exchange(const TimelineOperation& op) {
    const KinetoCollective& kineto = kineto_collective(work_name(op.work));
    const bool gradients = op.work == Work::reduce_scatter || op.work == Work::all_reduce;
    const char* group = op.lane == Lane::across ? "data, between shard groups" : "data";
    Json args = facts(op);
    args.update(kineto_message(kineto, group, op.group, op.bytes));
    args["link_load"] = rounded(op.link_load);
    const Track of = tracks_.exchanges(op);
    std::string title =
        fmt::format("{} {}", comm(kineto.kernel), gradients ? "gradients" : "parameters");
    if (timeline_.unit_by_unit)
      title += fmt::format(" u{}", op.chunk);
    else if (timeline_.chunks > 1)
      title += fmt::format(" c{}", op.chunk);
    if (draw(of, title, op.start, op.end, std::move(args))) load(of, op);
  }

  void load(Track of, const TimelineOperation& op) {
    const std::string title = "link load, " + tracks_.name(of);
    file_.counter(rank_, title, offset_ + op.start, {{"%", rounded(100 * op.link_load)}});
    file_.counter(rank_, title, offset_ + op.end, {{"%", 0}});
  }

  /// Activations between the first forward and the last backward pass of each micro-batch.
  void kept_memory() {
    struct Stay {
      Seconds from, to;
      Bytes bytes{0};
    };
    std::map<std::pair<int, int>, Stay> stays;  // by micro-batch and chunk
    for (const TimelineOperation& op : timeline_.operations) {
      if (op.parts == TimelineOperation::none || op.stage != place_.stage || op.replica != replica_)
        continue;
      const int chunk = timeline_.unit_by_unit ? 0 : op.chunk;
      const auto [stay, fresh] = stays.try_emplace({op.micro_batch, chunk});
      if (fresh) stay->second.from = op.start;
      stay->second.from = std::min(stay->second.from, op.start);
      stay->second.to = std::max(stay->second.to, op.end);
      stay->second.bytes = timeline_.kept.at(static_cast<std::size_t>(place_.stage))
                               .at(static_cast<std::size_t>(chunk));
    }
    std::map<Seconds, Bytes> changes;
    for (const auto& [of, stay] : stays)
      changes[stay.from] += stay.bytes, changes[stay.to] -= stay.bytes;
    Bytes kept{0};
    for (const auto& [at, change] : changes) {
      kept += change;
      file_.counter(rank_, "memory, activations kept", offset_ + at,
                    {{"bytes", std::max(0LL, std::llround(kept.value))}});
    }
  }

  const TraceOf& what_;
  const StepTimeline& timeline_;
  int rank_;
  RankRole place_;
  int replica_;
  RankTracks tracks_;
  TraceFile& file_;
  Seconds offset_{0};
  std::int64_t kernels_ = 0;
  struct Drawn {
    Track of;
    Seconds start;
    std::int64_t correlation;
  };
  std::vector<Drawn> drawn_;  // kernels of the step
};

using Place = std::tuple<int, int, int, int>;  // stage, replica, tensor, context

std::map<Place, int> rank_by_place(const StepTimeline& timeline, std::span<const int> ranks) {
  std::map<Place, int> by_place;
  for (const int rank : ranks) {
    const RankRole& at = timeline.ranks.at(static_cast<std::size_t>(rank));
    by_place[{at.stage, at.replica, at.tensor, at.context}] = rank;
  }
  return by_place;
}

TraceFile empty_file(const TraceOf& what) {
  const auto steps = static_cast<double>(what.last_step - what.first_step + 1);
  return {what.timeline->time * steps, what.window};
}

}  // namespace

Json trace_header(const Summary& summary) {
  const InEnglish file;
  const Json report = json_report(summary);
  Json figures = {{"step_time_s", report["step"]["time_s"]},
                  {"mfu", report["step"]["mfu"]},
                  {"tokens_per_s_per_card", report["step"]["tokens_per_s_per_card"]},
                  {"breakdown_s", report["step"]["breakdown_s"]}};
  if (summary.campaign)
    for (const char* key : {"wall_s", "goodput", "ettr", "failures", "checkpoints", "steps"})
      figures[key] = report["campaign"][key];
  return {{"qianka", report["qianka"]}, {"figures", std::move(figures)}};
}

std::int64_t slices_at_most(const TraceOf& what, int rank) {
  const StepTimeline& timeline = *what.timeline;
  const RankRole& place = timeline.ranks.at(static_cast<std::size_t>(rank));
  const int replica = timeline.replica_class.at(static_cast<std::size_t>(place.replica));
  std::int64_t slices = 1;
  for (const TimelineOperation& op : timeline.operations) {
    if (!timeline.concerns(op, place.stage, replica)) continue;
    if (what.window && (op.end < what.window->from || op.start > what.window->to)) continue;
    ++slices;
    if (op.parts != TimelineOperation::none)  // and what the pass is made of
      slices += 1 + std::ssize(timeline.parts.at(op.parts).collectives);
  }
  return slices * (what.last_step - what.first_step + 1);
}

std::string rank_trace(const TraceOf& what, int rank) {
  TraceFile file = empty_file(what);
  RankWriter(what, rank, file).write(true);
  Json header = {{"schemaVersion", 1},
                 {"distributedInfo",
                  {{"backend", what.library},
                   {"rank", rank},
                   {"world_size", static_cast<int>(what.timeline->ranks.size())}}},
                 {"displayTimeUnit", "ms"}};
  header.update(trace_header(*what.summary));
  return file.text(header);
}

std::string ranks_trace(const TraceOf& what, std::span<const int> ranks) {
  TraceFile file = empty_file(what);
  std::map<int, RankWriter> writers;
  for (const int rank : ranks) {
    writers.try_emplace(rank, what, rank, file);
    writers.at(rank).write(false);
  }
  const StepTimeline& timeline = *what.timeline;
  const std::map<Place, int> by_place = rank_by_place(timeline, ranks);
  for (const auto& [place, sender] : by_place) {
    const auto [stage, replica, tensor, context] = place;
    const int number = timeline.replica_class.at(static_cast<std::size_t>(replica));
    for (const TimelineOperation& op : timeline.operations) {
      if (op.receiver < 0 || op.stage != stage || op.replica != number) continue;
      const auto receiver = by_place.find({op.receiver, replica, tensor, context});
      if (receiver == by_place.end()) continue;
      for (std::int64_t step = what.first_step; step <= what.last_step; ++step)
        file.arrow("transfer", writers.at(sender).transferred(op, step, false),
                   writers.at(receiver->second).transferred(op, step, true));
    }
  }
  Json header = {{"displayTimeUnit", "ms"}};
  header.update(trace_header(*what.summary));
  return file.text(header);
}

}  // namespace qianka
