// SPDX-License-Identifier: Apache-2.0
// Private to the engine, and with its source the only place that uses SimGrid headers outside the
// stable s4u interface.
//
// SimGrid asks a zone for the route of each communication; GraphZone answers with the route that
// was handed over just before. That is safe as long as flows are started by SimGrid's own thread of
// control (timer and completion callbacks), one after the other; with actors it is a race, unless
// each has a source host of its own (flow_pairs.cpp): therefore routes are handed over by source
// host.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <simgrid/forward.h>
#include <simgrid/kernel/routing/NetZoneImpl.hpp>

namespace qianka {

using KernelLink = simgrid::kernel::resource::StandardLinkImpl*;

class GraphZone : public simgrid::kernel::routing::NetZoneImpl {
 public:
  /// The one zone of the platform. SimGrid owns and deletes it; no zone may exist before.
  static GraphZone& create(std::span<const double> capacity);
  ~GraphZone() override;

  simgrid::s4u::Host* add_host();
  void seal();  // no hosts after this
  /// A link of its own for a flow, wide enough never to bind. Allowed at any time.
  KernelLink add_tap();

  /// The next communication from `source` crosses `tap` (unless null), then `route`, and pays
  /// `latency` once.
  void hand_over(const simgrid::s4u::Host* source, KernelLink tap,
                 std::span<const std::uint32_t> route, double latency);

  void get_local_route(const simgrid::kernel::routing::NetPoint* source,
                       const simgrid::kernel::routing::NetPoint* destination,
                       simgrid::kernel::routing::Route* into, double* latency) override;

 private:
  using NetZoneImpl::NetZoneImpl;
  struct TapZone;
  struct Next {
    std::vector<KernelLink> links;
    double latency = 0;
  };
  std::vector<KernelLink> links_;
  std::vector<Next> next_;  // by id of the source's netpoint
  std::unique_ptr<TapZone> taps_;
  std::uint32_t tap_count_ = 0;
};

/// SimGrid's timer heap: calls `then` once, at `date`.
class KernelTimer {
 public:
  [[nodiscard]] bool is_set() const { return timer_ != nullptr; }
  [[nodiscard]] double date() const { return date_; }
  void set(double date, std::function<void()> then);
  void remove();

 private:
  void* timer_ = nullptr;
  double date_ = 0;
};

}  // namespace qianka
