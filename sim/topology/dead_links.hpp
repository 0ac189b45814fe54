// SPDX-License-Identifier: Apache-2.0
// What is broken of a wiring, and the ways round it, private to this module. Whoever built the
// wiring: what is asked of it is that vertices of nodes come first and that a switch's tier shows
// in its kind. A NIC with two ports (dual-ToR) needs nothing more: ways are looked for from NIC to
// NIC before a neighbour's is tried.
#pragma once
#include "sim/scenario/fabric_faults.hpp"
#include "sim/units/ids.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace qianka {

struct Wiring;

struct DeadLinks {
  std::vector<bool> dead;  // by link; empty: all is alive
  bool nic_failover = true;
  std::string what;  // what is broken, in words

  bool none() const { return dead.empty(); }
  bool is_dead(LinkId link) const { return !dead.empty() && dead[index_of(link)]; }
};

/// Sets capacities and marks what is dead. InputError where a name is not of this wiring.
void break_links(Wiring& wiring, std::span<const FabricFault> faults, bool nic_failover);

/// Replaces the route that begins at `first` by one of the ways round what is dead, if it crosses
/// any of that: from the NICs it uses if they still have one, else over other cards of the two
/// nodes. FabricCut when there is none.
void go_round(const Wiring& wiring, CardId from, CardId to, std::uint64_t entropy,
              std::size_t first, std::vector<LinkId>& route);

/// Ways between the two ends of the route that are as short: over the fabric from NIC to NIC, or
/// inside the node. 0 = none.
std::uint64_t count_ways(const Wiring& wiring, std::span<const LinkId> route);

}  // namespace qianka
