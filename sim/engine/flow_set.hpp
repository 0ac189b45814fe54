// SPDX-License-Identifier: Apache-2.0
// Flows as plain arrays: who crosses which links with how many bytes. This is what is reduced
// (quotient.hpp) and handed to SimGrid (simulate_flows.hpp).
#pragma once
#include "sim/units/quantity.hpp"
#include "sim/units/require.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qianka {

struct FlowSet {
  std::vector<Bandwidth> capacity;  // by link
  std::vector<std::uint32_t> offset{
      0};  // flow i crosses links[offset[i] .. offset[i+1]); repeats count twice
  std::vector<std::uint32_t> links;
  std::vector<Bytes> bytes;
  std::vector<Seconds> latency;
  std::vector<Seconds> start;
  std::vector<std::uint64_t> colour;  // flows of unlike colour are never put into one class

  [[nodiscard]] std::size_t size() const { return bytes.size(); }
  [[nodiscard]] std::span<const std::uint32_t> route(std::size_t flow) const {
    return std::span(links).subspan(offset[flow], offset[flow + 1] - offset[flow]);
  }
  void add(std::span<const std::uint32_t> route, Bytes size, Seconds delay, Seconds begin = {0},
           std::uint64_t kind = 0) {
    links.insert(links.end(), route.begin(), route.end());
    offset.push_back(static_cast<std::uint32_t>(links.size()));
    bytes.push_back(size), latency.push_back(delay), start.push_back(begin), colour.push_back(kind);
  }
};

/// The same flows over the links that can bind, numbered anew; a flow that crosses none of them
/// gets a private link at its limit. Right for whichever of the flows are under way, none of them
/// twice at once.
FlowSet pruned(const FlowSet& flows);

/// The coarsest equitable partition of flows and links: one class, one max-min rate, one finish
/// time. Exact for the max-min fluid model, for every subset of flows that is a union of colours.
/// See docs/model.md, "Quotient".
struct Quotient {
  FlowSet classes;  // one flow a class over one link a class, repeats as multiplicities
  std::vector<std::uint32_t> class_of;    // by flow
  std::vector<std::uint32_t> members;     // flows of each class
  std::vector<std::uint32_t> link_class;  // by original link; ~0u = dropped (redundant or unused)
  std::vector<std::uint32_t>
      example;  // by link class: an original link of it; ~0u for a private link
};

/// `prune` drops links that cannot bind whichever of the flows are under way, none of them twice at
/// once.
Quotient quotient(const FlowSet& flows, bool prune = true);
/// Over all links; nothing when there are more classes of flows, which is known before the end.
std::optional<Quotient> quotient_within(const FlowSet& flows, std::size_t most_classes);

/// More classes of flows than are simulated: whoever can do without may catch it.
struct TooManyFlows : RunFailed {
  using RunFailed::RunFailed;
};

/// Finish time of each flow, by SimGrid in a child from clock 0, over the quotient unless
/// `aggregate` is false.
struct FlowTimes {
  std::vector<Seconds> finish;  // by flow
  std::size_t classes = 0;
};
enum class Aggregate { no, yes };
FlowTimes simulate_flows(const FlowSet& flows, Aggregate aggregate = Aggregate::yes);

}  // namespace qianka
