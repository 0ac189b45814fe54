// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/graph_zone.hpp"

#include <unordered_set>
#include <utility>

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/kernel/resource/NetworkModelIntf.hpp>
#include <simgrid/kernel/routing/NetPoint.hpp>
#include <simgrid/s4u/Host.hpp>
#include <simgrid/s4u/Link.hpp>
#include <simgrid/s4u/NetZone.hpp>

namespace qianka {
namespace {

using simgrid::kernel::routing::NetPoint;

// CM02 weighs the flows on a link by one over their route latency: 1 us and 3 us would share 3 : 1.
// So each route is said to have this latency, and the true one comes in as a factor, which the
// sharing does not see. It must be > 0 (at 0 SimGrid binds the rate for good) and <= 1 (the solver
// compares weights with an absolute 1e-5).
constexpr double said_latency = 1.0;

// Far above any link, yet finite, in the engine's unit of 2^-16 byte/s.
constexpr double tap_capacity = 1e24;

}  // namespace

// SimGrid seals all zones below the root when it starts, after which they take no links. One that
// hangs nowhere is never sealed, so that flows can get a tap while the simulation runs.
struct GraphZone::TapZone : NetZoneImpl {
  explicit TapZone(const NetZoneImpl& root) : NetZoneImpl("taps") {
    set_network_model(root.get_network_model());
  }
  void get_local_route(const NetPoint*, const NetPoint*, simgrid::kernel::routing::Route*,
                       double*) override {}
};

GraphZone& GraphZone::create(std::span<const double> capacity) {
  auto* zone = new GraphZone("fabric");  // the first zone is the root, which SimGrid deletes
  zone->taps_ = std::make_unique<TapZone>(*zone);
  zone->links_.reserve(capacity.size());
  for (std::size_t i = 0; i < capacity.size(); ++i) {
    auto* link = zone->get_iface()->create_link(std::to_string(i), capacity[i]);
    zone->links_.push_back(link->seal()->get_impl());
  }
  zone->get_iface()->get_network_model()->set_lat_factor_cb(
      [zone](double, const simgrid::s4u::Host* source, const simgrid::s4u::Host*,
             const std::vector<simgrid::s4u::Link*>&,
             const std::unordered_set<simgrid::s4u::NetZone*>&) {
        return zone->next_[source->get_netpoint()->id()].latency / said_latency;
      });
  return *zone;
}

GraphZone::~GraphZone() = default;

simgrid::s4u::Host* GraphZone::add_host() {
  auto* host = get_iface()->create_host("host" + std::to_string(next_.size()), 1.0);
  next_.resize(host->get_netpoint()->id() + 1);
  return host;
}

void GraphZone::seal() { get_iface()->seal(); }

KernelLink GraphZone::add_tap() {
  auto* link = taps_->get_iface()->create_link("tap" + std::to_string(tap_count_++), tap_capacity);
  return link->seal()->get_impl();
}

void GraphZone::hand_over(const simgrid::s4u::Host* source, KernelLink tap,
                          std::span<const std::uint32_t> route, double latency) {
  Next& next = next_[source->get_netpoint()->id()];
  next.latency = latency;
  next.links.clear();
  if (tap != nullptr) next.links.push_back(tap);
  for (const std::uint32_t link : route) next.links.push_back(links_[link]);
}

void GraphZone::get_local_route(const NetPoint* source, const NetPoint*,
                                simgrid::kernel::routing::Route* into, double* latency) {
  const Next& next = next_[source->id()];
  into->link_list_.insert(into->link_list_.end(), next.links.begin(), next.links.end());
  if (latency != nullptr) *latency += said_latency;
}

using simgrid::kernel::timer::Timer;

void KernelTimer::set(double date, std::function<void()> then) {
  date_ = date;
  timer_ = Timer::set(date, [this, then = std::move(then)] {
    timer_ = nullptr;  // SimGrid deletes it when this returns
    then();
  });
}

void KernelTimer::remove() { static_cast<Timer*>(std::exchange(timer_, nullptr))->remove(); }

}  // namespace qianka
