// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/simgrid_setup.hpp"
#include "sim/engine/simulate_flows.hpp"

#include <algorithm>
#include <cmath>

#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Comm.hpp>
#include <simgrid/s4u/Engine.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Mailbox.hpp>

namespace qianka {
namespace {

namespace s4u = simgrid::s4u;

/// What the actors share.
struct Work {
  const FlowSet& flows;
  GraphZone& zone;
  bool taps;
  std::vector<std::uint64_t> units;  // by flow; found beforehand, for nothing may throw in an actor
  std::vector<Seconds> finish;
  std::size_t left;
};

/// An actor that sends its flows to itself. Only communications through a mailbox stay off
/// SimGrid's common list; and as the actor is at both ends, the route it hands over meets nobody
/// else's communication.
void run_group(Work& work, s4u::Host* host, const std::vector<std::size_t>& members) {
  auto* mailbox = s4u::Mailbox::by_name(host->get_name());
  int nothing = 0;
  int* received = nullptr;
  std::vector<s4u::CommPtr> sends;
  std::vector<s4u::CommPtr> receives;
  for (const std::size_t i : members) {
    if (work.flows.start[i].value > s4u::Engine::get_clock())
      s4u::this_actor::sleep_until(work.flows.start[i].value);
    work.zone.hand_over(host, work.taps ? work.zone.add_tap() : nullptr, work.flows.route(i),
                        work.flows.latency[i].value);
    sends.push_back(mailbox->put_async(&nothing, work.units[i]));
    receives.push_back(
        mailbox->get_async<int>(&received));  // now both ends are there, and it starts
  }
  for (std::size_t k = 0; k < members.size(); ++k, --work.left) {
    receives[k]->wait();
    work.finish[members[k]] = {receives[k]->get_finish_time()};
  }
}

/// See first_milestone.
void tick(KernelTimer& timer, double date, const Work& work) {
  timer.set(date, [&timer, date, &work] {
    if (work.left > 0) tick(timer, 2 * date, work);
  });
}

}  // namespace

std::vector<Seconds> run_flows_in_groups(const FlowSet& flows, Solver solver) {
  const auto simgrid = open_simgrid(solver);
  Work work{flows, create_fabric(flows.capacity), solver == Solver::lazy_tap, {}, {}, 0};
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    work.units.push_back(in_units(flows.bytes[i]));
    work.finish.push_back(flows.start[i] + flows.latency[i]);
    if (!flows.route(i).empty()) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&flows](std::size_t i) { return flows.start[i]; });
  work.left = order.size();

  // Dealt out like cards: actors take turns, so the flows of one instant start in the order they
  // have here.
  const auto count =
      static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(order.size()))));
  std::vector<std::vector<std::size_t>> groups(count);
  for (std::size_t k = 0; k < order.size(); ++k) groups[k % count].push_back(order[k]);
  std::vector<s4u::Host*> hosts;
  for (std::size_t g = 0; g < count; ++g) hosts.push_back(work.zone.add_host());
  work.zone.seal();
  for (std::size_t g = 0; g < count; ++g) {
    s4u::Actor::create("group", hosts[g], [&work, host = hosts[g], &members = groups[g]] {
      run_group(work, host, members);
    });
  }
  KernelTimer timer;
  tick(timer, first_milestone, work);
  simgrid->run();
  return std::move(work.finish);
}

}  // namespace qianka
