// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/engine.hpp"

#include "sim/engine/graph_zone.hpp"
#include "sim/engine/simgrid_setup.hpp"
#include "sim/engine/slots.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <exception>
#include <limits>
#include <queue>
#include <tuple>

#include <simgrid/s4u/Comm.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>

namespace qianka {
namespace {

namespace s4u = simgrid::s4u;

constexpr double never = std::numeric_limits<double>::infinity();

// An id with this bit is the timer that stands for a flow without links.
constexpr std::uint64_t timer_bit = std::uint64_t{1} << 63;

struct PendingTimer {
  double date;
  std::uint64_t order;
  std::uint64_t id;
  bool operator>(const PendingTimer& other) const {
    return std::tie(date, order) > std::tie(other.date, other.order);
  }
};

struct LiveFlow {
  std::uint64_t id = 0, order = 0;
  s4u::CommPtr comm;  // dropping it before its end costs 85 ms of backtrace
  KernelLink tap = nullptr;
  std::function<void()> done;  // empty once cancelled
};

/// A flow that starts when SimGrid's clock gets there.
struct WaitingFlow {
  LiveFlow* flow;
  std::vector<std::uint32_t> route;
  std::uint64_t units;
  Seconds latency;
};

}  // namespace

// SimGrid does not promise in which order it handles the events of one instant. Here it is: timers
// in the order they were set, then the flows that end, in the order they were started. Hence one
// kernel timer, for the earliest date.
//
// While no flow is under way, timers are nothing to SimGrid: they fire one after the other with its
// clock standing still, and the next flow waits until the clock has come up.
struct Engine::Impl {
  std::unique_ptr<s4u::Engine> simgrid;
  Solver solver;
  std::size_t links;
  GraphZone& zone;
  s4u::Host* from;
  s4u::Host* to;

  KernelTimer wake;
  std::priority_queue<PendingTimer, std::vector<PendingTimer>, std::greater<>> timers;
  Slots<std::function<void()>> callbacks;  // of the timers that were not cancelled
  Slots<LiveFlow> flows;
  std::vector<LiveFlow*> ended;      // in this instant
  std::vector<WaitingFlow> waiting;  // all for `now`
  std::vector<KernelLink> free_taps;
  std::size_t live = 0;  // flows SimGrid knows, or is about to
  std::uint64_t next_order = 0;
  double now = 0;
  double milestone = 0;
  bool running = false;
  std::exception_ptr failure;

  Impl(std::span<const Bandwidth> capacity, Solver mode)
      : simgrid(open_simgrid(mode)),
        solver(mode),
        links(capacity.size()),
        zone(create_fabric(capacity)),
        from(zone.add_host()),
        to(zone.add_host()) {
    zone.seal();
    s4u::Activity::on_completion_cb([this](const s4u::Activity& activity) { note_end(activity); });
  }

  ~Impl() {
    if (live == 0) return;
    give_up();  // SimGrid's destructor does not survive live flows
    simgrid->run();
  }

  void arm() {
    while (!timers.empty() && callbacks.find(timers.top().id) == nullptr) timers.pop();
    double date = timers.empty() ? never : timers.top().date;
    if (!waiting.empty()) date = now;
    if (live != 0 && solver == Solver::lazy_tap) {
      const double clock = s4u::Engine::get_clock();
      if (milestone <= clock) milestone = std::max(2 * clock, first_milestone);
      date = std::min(date, milestone);
    }
    if (date < never) arm_at(date);
  }

  /// Now, if the date is past.
  void arm_at(double date) {
    date = std::max(date, s4u::Engine::get_clock());
    if (wake.is_set() && wake.date() <= date) return;  // too early does no harm
    if (wake.is_set()) wake.remove();
    wake.set(date, [this] { dispatch(); });
  }

  void dispatch() {
    const double clock = s4u::Engine::get_clock();
    try {
      if (now <= clock) begin_waiting();
      do {
        fire_timers(clock);
        finish_flows(clock);
      } while (may_fire(clock));
    } catch (...) {
      failure = std::current_exception();
      give_up();
    }
    arm();
  }

  [[nodiscard]] bool may_fire(double clock) const {
    return !timers.empty() && (live == 0 || timers.top().date <= clock);
  }

  void fire_timers(double clock) {
    while (may_fire(clock)) {
      const auto [date, order, id] = timers.top();
      timers.pop();
      auto* callback = callbacks.find(id);
      if (callback == nullptr) continue;
      now = date;  // the clock may have passed it by a rounding
      const auto then = std::exchange(*callback, nullptr);
      callbacks.release(id);
      then();
    }
  }

  void finish_flows(double clock) {
    std::vector<LiveFlow*> batch;
    batch.swap(ended);
    if (!batch.empty()) now = clock;
    std::ranges::sort(batch, {}, &LiveFlow::order);
    for (LiveFlow* flow : batch) {
      flow->comm.reset();
      if (flow->tap != nullptr) free_taps.push_back(std::exchange(flow->tap, nullptr));
      --live;
    }
    for (LiveFlow* flow : batch) {  // any of these may cancel a later one
      const auto done = std::exchange(flow->done, nullptr);
      flows.release(flow->id);
      if (done) done();
    }
  }

  // SimGrid is still busy with the flow when it calls this.
  void note_end(const s4u::Activity& activity) {
    if (activity.get_state() == s4u::Activity::State::CANCELED) return;  // FAILED follows
    ended.push_back(activity.get_data<LiveFlow>());
    arm_at(0);
  }

  std::uint64_t start_flow(std::span<const std::uint32_t> route, std::uint64_t units,
                           Seconds latency, std::function<void()> done) {
    const std::uint64_t id = flows.take();
    LiveFlow& flow = *flows.find(id);
    flow.id = id;
    flow.order = next_order++;
    flow.done = std::move(done);
    ++live;
    if (now > s4u::Engine::get_clock()) {
      waiting.push_back({&flow, {route.begin(), route.end()}, units, latency});
    } else {
      begin(flow, route, units, latency);
    }
    return id;
  }

  void begin(LiveFlow& flow, std::span<const std::uint32_t> route, std::uint64_t units,
             Seconds latency) {
    if (solver == Solver::lazy_tap) flow.tap = take_tap();
    zone.hand_over(from, flow.tap, route, latency.value);
    flow.comm = s4u::Comm::sendto_init();
    flow.comm->set_data(&flow);
    flow.comm->set_payload_size(units);
    flow.comm->set_source(from)->set_destination(to);  // starts it,
    if (flow.comm->get_state() != s4u::Activity::State::STARTED)
      flow.comm->start();  // unless it is of 0 bytes
  }

  void begin_waiting() {
    for (const WaitingFlow& next : waiting) begin(*next.flow, next.route, next.units, next.latency);
    waiting.clear();
  }

  // The default solver marks only the first link of a flow that starts or ends, and marks none if
  // that one is marked already: flows that start together behind one link would overload the next.
  // A link of its own first cures that.
  KernelLink take_tap() {
    if (free_taps.empty()) return zone.add_tap();
    const KernelLink tap = free_taps.back();
    free_taps.pop_back();
    return tap;
  }

  void cancel(LiveFlow& flow) {
    flow.done = nullptr;
    if (std::erase_if(waiting, [&](const WaitingFlow& next) { return next.flow == &flow; }) > 0) {
      --live;
      return flows.release(flow.id);
    }
    if (flow.comm == nullptr || flow.comm->get_state() != s4u::Activity::State::STARTED) return;
    flow.comm->cancel();
    // SimGrid takes it off its links when it next looks for ended flows: at once from a callback,
    // and here too.
    if (!running) arm_at(0);
  }

  void give_up() {
    timers = {};
    flows.for_each([this](LiveFlow& flow) { cancel(flow); });
  }
};

Engine::Engine(std::span<const Bandwidth> capacity, Solver solver)
    : impl_(std::make_unique<Impl>(capacity, solver)) {}

Engine::~Engine() = default;

Seconds Engine::now() const { return {impl_->now}; }

Engine::TimerId Engine::at(Seconds when, std::function<void()> then) {
  require(when.value < never && when.value > -never, "a timer needs a finite date");
  const std::uint64_t id = impl_->callbacks.take();
  *impl_->callbacks.find(id) = std::move(then);
  impl_->timers.push({std::max(when.value, impl_->now), impl_->next_order++, id});
  return id;
}

Engine::TimerId Engine::after(Seconds delay, std::function<void()> then) {
  return at({impl_->now + delay.value}, std::move(then));
}

void Engine::cancel(TimerId timer) {
  if (auto* callback = impl_->callbacks.find(timer)) {
    *callback = nullptr;
    impl_->callbacks.release(timer);
  }
}

Engine::FlowId Engine::start_flow(std::span<const std::uint32_t> route, Bytes size, Seconds latency,
                                  std::function<void()> done) {
  require(latency.value >= 0 && latency.value < never, "a flow without a finite latency");
  const std::uint64_t units = in_units(size);
  if (route.empty()) return after(latency, std::move(done)) | timer_bit;
  const bool known =
      std::ranges::all_of(route, [this](std::uint32_t link) { return link < impl_->links; });
  require(known, "a flow over a link that does not exist");
  return impl_->start_flow(route, units, latency, std::move(done));
}

void Engine::cancel_flow(FlowId flow) {
  if ((flow & timer_bit) != 0) return cancel(flow & ~timer_bit);
  if (LiveFlow* found = impl_->flows.find(flow)) impl_->cancel(*found);
}

void Engine::run() {
  impl_->running = true;
  impl_->arm();
  impl_->simgrid->run();
  impl_->running = false;
  if (impl_->failure) std::rethrow_exception(std::exchange(impl_->failure, nullptr));
  require(impl_->live == 0 && impl_->timers.empty(), "the engine stopped with events left");
}

std::vector<std::pair<std::string, std::string>> Engine::settings(Solver solver) {
  return {
      {"network/model", "CM02"},     {"network/optim", solver == Solver::full ? "Full" : "Lazy"},
      {"network/crosstraffic", "0"}, {"network/TCP-gamma", "0"},
      {"surf/precision", "1e-12"},   {"maxmin/precision", "1e-9"}};
}

}  // namespace qianka
