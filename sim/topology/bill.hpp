// SPDX-License-Identifier: Apache-2.0
// What a cluster needs to be bought and laid, and what the loss of one piece costs: counted on the
// cluster's devices and cables, tier by tier.
#pragma once
#include "sim/topology/device_graph.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct BillItem {
  std::string what;  // "card", "NIC", "leaf switch", "optical module"
  std::string part;  // id of the catalogue; "" = not said
  std::int64_t count = 0;
  std::optional<Power> each;
  std::optional<Price> price;  // of one
};

struct BillTier {
  std::string name;  // "leaf", "spine", "core", "tier 4"
  std::int64_t switches = 0, ports_used = 0;
  std::optional<std::int64_t> ports;       // there are, where all parts say so
  Bandwidth down{0}, up{0};                // sum of the cables, nominal
  std::optional<double> oversubscription;  // nothing at the top
};

struct BillCables {
  std::string between;  // "node to leaf", "leaf to spine"
  Bandwidth rate{0};
  std::optional<Seconds> delay;  // propagation; tells the length
  std::int64_t count = 0, modules = 0;
  CableLength length = CableLength::row;
};

/// What is priced in one currency.
struct BillTotal {
  Currency currency;
  double value = 0;
};

/// The loss of one device, the first of its class.
struct BlastRadius {
  std::string what;
  std::int64_t of = 0;             // there are so many
  std::int64_t cards_lost = 0;     // no way is left from the NICs they send through
  std::int64_t cards_touched = 0;  // of nodes that lose a NIC's cable; all cards, above the leaves
};

struct Bill {
  std::string cluster;
  int nodes = 0;
  std::int64_t cards = 0;
  std::vector<BillItem> items;
  std::vector<BillTier> tiers;
  std::vector<BillCables> cables;
  Power power{0};                          // of all items whose power is known
  std::vector<std::string> without_power;  // items whose power is not
  std::vector<BillTotal> prices;           // by currency, of the items that have one
  std::int64_t pieces = 0,
               priced = 0;  // of all items but the nodes, which are their parts; and cables
  std::vector<std::string> without_price;  // items that have none
  Bandwidth injection{0};  // of half of the nodes' NICs, the most that a bisection can be
  Bandwidth bisection{0};
  int diameter = 0;
  int disjoint_paths = 0;  // from the first node to any other, the least
  std::vector<BlastRadius> blast;
};

Bill bill_of(const ClusterSpec& cluster);

}  // namespace qianka
