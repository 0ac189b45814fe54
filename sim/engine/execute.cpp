// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/execute.hpp"

#include "sim/engine/child.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/executor.hpp"
#include "sim/engine/meetings.hpp"
#include "sim/engine/raw_bytes.hpp"
#include "sim/engine/simgrid_setup.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

namespace qianka {
namespace {

/// Meetings shift the flows behind them a little. So the first run takes those that nearly meet, by
/// this part of what they last, for flows that do: it saves a run more often than not.
constexpr double nearly = 0.1;

/// Each run finds most of what the one before changed; after so many SimGrid gets all flows.
constexpr int most_runs = 6;

/// By flow: what it lasts beyond its latency when it has its links to itself.
std::vector<Seconds> times_alone(const Program& program) {
  std::vector<Seconds> times;
  times.reserve(program.flows.size());
  for (const ProgramFlow& flow : program.flows) {
    Bandwidth rate{std::numeric_limits<double>::infinity()};
    for (const std::uint32_t link : flow.route) {
      const auto crossings = static_cast<double>(std::ranges::count(flow.route, link));
      rate = std::min(rate, program.link_capacity[link] / crossings);
    }
    times.push_back(Bytes{static_cast<double>(in_units(flow.bytes)) / units_per_byte} / rate);
  }
  return times;
}

/// What a run came to: the spans, or operations with flows that should have been SimGrid's.
struct Run {
  std::vector<OpSpan> spans;
  std::vector<std::uint32_t> surprises;
};

/// All flows by their ends alone, in this process.
class TimersAlone {
 public:
  TimersAlone(const Program& program, const Meetings& nobody, const std::vector<Seconds>& alone)
      : program_(program),
        alone_(alone),
        lookout_(program, nobody),
        executor_(program, {.now = [this] { return now_; },
                            .after =
                                [this](std::uint32_t op, Seconds delay) {
                                  due_.push({now_ + delay, next_++, op});
                                },
                            .start_flow = [this](std::uint32_t op,
                                                 std::uint32_t flow) { start(op, flow); }}) {}

  Run run() {
    executor_.start();
    while (!due_.empty()) {
      const Due next = due_.top();
      due_.pop();
      now_ = next.date;
      executor_.part_ended(next.op);
    }
    return {executor_.spans(), lookout_.surprises()};
  }

 private:
  struct Due {
    Seconds date;
    std::uint64_t order;
    std::uint32_t op;
    bool operator>(const Due& other) const {
      return date != other.date ? date > other.date : order > other.order;
    }
  };

  void start(std::uint32_t op, std::uint32_t index) {
    const ProgramFlow& flow = program_.flows[index];
    const Seconds end = now_ + flow.latency + alone_[index];
    lookout_.start_alone(op, flow, now_, end + (end - now_) * nearly);
    due_.push({end, next_++, op});
  }

  const Program& program_;
  const std::vector<Seconds>& alone_;
  Lookout lookout_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  Seconds now_{0};
  std::uint64_t next_ = 0;
  Executor executor_;
};

/// The flows that are known to meet on SimGrid, in this process, which can do this once.
Run run_with_flows(const Program& program, const Meetings& meetings,
                   const std::vector<Seconds>& alone) {
  Engine engine(program.link_capacity);
  Lookout lookout(program, meetings);
  std::function<void(std::uint32_t)> ended;
  const auto start_flow = [&](std::uint32_t op, std::uint32_t index) {
    const ProgramFlow& flow = program.flows[index];
    if (meetings.meets(op)) {
      lookout.start_shared(flow, engine.now());
      engine.start_flow(flow.route, flow.bytes, flow.latency, [&lookout, &flow, &ended, op] {
        lookout.end_shared(flow);
        ended(op);
      });
    } else {
      const Seconds end = engine.now() + flow.latency + alone[index];
      lookout.start_alone(op, flow, engine.now(), end);
      engine.at(end, [&ended, op] { ended(op); });
    }
  };
  Executor executor(
      program, {.now = [&engine] { return engine.now(); },
                .after = [&](std::uint32_t op,
                             Seconds delay) { engine.after(delay, [&ended, op] { ended(op); }); },
                .start_flow = start_flow});
  ended = [&executor](std::uint32_t op) { executor.part_ended(op); };
  executor.start();
  engine.run();
  return {executor.spans(), lookout.surprises()};
}

Run run_in_a_child(const Program& program, const Meetings& meetings,
                   const std::vector<Seconds>& alone) {
  Run run;
  const std::string bytes = run_in_child([&] {
    Run own = run_with_flows(program, meetings, alone);
    const bool final = own.surprises.empty();
    return (final ? to_bytes(own.spans) : to_bytes(own.surprises)) + (final ? 'f' : 's');
  });
  const std::string values = bytes.substr(0, bytes.size() - 1);
  if (bytes.back() == 'f')
    run.spans = from_bytes<OpSpan>(values);
  else
    run.surprises = from_bytes<std::uint32_t>(values);
  return run;
}

}  // namespace

std::vector<OpSpan> execute(const Program& program) {
  const std::vector<Seconds> alone = times_alone(program);
  Meetings meetings(program);
  Run run = TimersAlone(program, meetings, alone).run();
  for (int runs = 1; !run.surprises.empty(); ++runs) {
    meetings.add(run.surprises);
    if (runs == most_runs) meetings.add_all();
    run = run_in_a_child(program, meetings, alone);
  }
  return std::move(run.spans);
}

std::vector<OpSpan> execute_by_flows(const Program& program) {
  Meetings everybody(program);
  everybody.add_all();
  return run_in_a_child(program, everybody, times_alone(program)).spans;
}

}  // namespace qianka
