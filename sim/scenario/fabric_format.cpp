// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fabric_format.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/cable_ends.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/names.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace qianka {
namespace {

const Table<SwitchSet>& switch_set_table() {
  static const Table<SwitchSet> table = [] {
    Table<SwitchSet> t("switches", "Switches that are alike.");
    t.add("names", &SwitchSet::names, free_text(),
          "What cables call them: leaf0, or leaf[0-3] for four of them.")
        .required();
    t.reference("part", &SwitchSet::part, switch_table(), "What they are.");
    return t;
  }();
  return table;
}

const Table<Cable>& cable_table() {
  static const Table<Cable> table = [] {
    Table<Cable> t("cables",
                   "Cables from each of `from` to each of `to`; between switches of one pattern, "
                   "each with each other.");
    t.add("from", &Cable::from, free_text(),
          "NICs (node0.nic0, node[0-31].nic*) or switches (leaf0, leaf[0-3], leaf*).")
        .required();
    t.add("to", &Cable::to, free_text(), "The same; one of the two ends is a switch.").required();
    t.figure("rate", &Cable::rate, bandwidth_of(), "Of one cable, one direction.")
        .default_is("the slower of its two ends");
    t.add("count", &Cable::count, whole({1, true, 1e5}), "Cables side by side.");
    t.figure("latency", &Cable::latency, time_of(), "Propagation through it.")
        .default_is("cable_latency");
    t.add("cost", &Cable::cost, whole({1, true, 1000}),
          "Messages take the ways whose costs add up to the least.");
    return t;
  }();
  return table;
}

const Table<DragonflySpec>& dragonfly_table() {
  static const Table<DragonflySpec> table = [] {
    using D = DragonflySpec;
    constexpr Range some{1, true, 10000};
    Table<D> t("dragonfly",
               "Groups of routers; every two groups are joined by equally many cables.");
    t.add("groups", &D::groups, whole(some), "Groups there are, whatever the job needs.")
        .required();
    t.add("routers", &D::routers, whole(some),
          "Routers of a group, the part `leaf`; each serves nodes_per_leaf nodes.")
        .required();
    t.add("spines", &D::spines, whole({0, true, 10000}),
          "Of a group, the part `spine`: each joins all routers of the group and has the cables to "
          "other groups (dragonfly+); 0: the routers are joined each with each.");
    t.add("local_cables", &D::local_cables, whole(some), "Between two that are joined in a group.");
    t.add("global_ports", &D::global_ports, whole(some),
          "Cables to other groups at a router, or at a spine where there are some.")
        .required();
    return t;
  }();
  return table;
}

const Table<CableLengths>& cable_lengths_table() {
  static const Table<CableLengths> table = [] {
    using C = CableLengths;
    Table<C> t("cable lengths",
               "Classes: rack is copper (DAC, AEC) and has no optical modules, row and hall are "
               "fibre.");
    const auto length = choice<CableLength>(cable_length_names);
    t.add("node", &C::node, length, "Between node and leaf.");
    t.add("leaf", &C::leaf, length, "Above the leaves.");
    t.add("spine", &C::spine, length, "Above the spines.");
    return t;
  }();
  return table;
}

const Table<CongestionSpec>& congestion_table() {
  static const Table<CongestionSpec> table = [] {
    using C = CongestionSpec;
    Table<C> t("congestion", "What congestion control leaves undone; left out, it is ideal.");
    t.add("lossless", &C::lossless, yes_no(),
          "Priority flow control does the work: a flow that waits pauses the ports it came by, and "
          "all that enters by a paused port goes no faster than the flow.");
    t.add("incast", &C::incast, fraction(positive_share),
          "Share of a NIC's port that several senders to it reach together.");
    return t;
  }();
  return table;
}

const Table<TorusSpec>& torus_table() {
  static const Table<TorusSpec> table = [] {
    using T = TorusSpec;
    Table<T> t("torus", "A router in each node, joined to its neighbours.");
    t.add("size", &T::size, whole_list({1, true, 100000}),
          "Nodes along each dimension, the fastest first: [8, 8, 4].")
        .required();
    t.figure("rate", &T::rate, bandwidth_of(), "Of one cable, one direction.")
        .default_is("the NIC's");
    t.add("cables", &T::cables, whole({1, true, 1000}), "Between two neighbours.");
    t.add("dimension_order", &T::dimension_order, yes_no(),
          "Messages go the whole way along the first dimension, then along the next; otherwise the "
          "hash of the flow chooses among all shortest ways.");
    return t;
  }();
  return table;
}

/// The value of a key of the fabric's i-th switch set or cable, for its position.
const Value* written(const Value& fabric, std::string_view list, std::size_t i,
                     std::string_view key) {
  const Entry* items = fabric.find(list);
  if (items == nullptr || i >= items->value.items.size()) return nullptr;
  const Entry* entry = items->value.items[i].find(key);
  return entry == nullptr ? nullptr : &entry->value;
}

class CableCheck {
 public:
  CableCheck(const ClusterSpec& cluster, const Value& fabric, Reader& reader)
      : cluster_(cluster), fabric_(fabric), reader_(reader) {}

  void run() {
    collect_names();
    for (std::size_t i = 0; i < cluster_.fabric.cables.size(); ++i) {
      const Cable& cable = cluster_.fabric.cables[i];
      const Value* from = written(fabric_, "cables", i, "from");
      const Value* to = written(fabric_, "cables", i, "to");
      if (from == nullptr || to == nullptr) continue;  // said already
      const bool nics = end(cable.from, *from);
      if (end(cable.to, *to) && nics) {
        reader_.error(to->at, tr("a cable between two NICs"), tr("NICs meet at a switch"));
      }
      if (cable.from == cable.to && known_.contains(cable.to)) {
        reader_.error(to->at, say("a cable from '{}' to itself", cable.to));
      }
    }
  }

 private:
  void collect_names() {
    for (std::size_t i = 0; i < cluster_.fabric.switches.size(); ++i) {
      const Value* at = written(fabric_, "switches", i, "names");
      if (at == nullptr) continue;
      try {
        for (const std::string& name : expand_brackets(cluster_.fabric.switches[i].names)) {
          add_name(name, *at);
        }
      } catch (const BadPattern& bad) {
        reader_.error(at->at, bad.what(), tr("switches are named as leaf0 or leaf[0-3]"));
      }
    }
  }

  void add_name(const std::string& name, const Value& at) {
    if (!known_.insert(name).second) {
      reader_.error(at.at, say("there are two switches '{}'", name));
    } else if (nics_named(name) || name.empty() || name.find('*') != std::string::npos) {
      reader_.error(at.at, say("a switch cannot be called '{}'", name));
    }
    names_.push_back(name);
  }

  /// Checks one end; true when it is NICs.
  bool end(const std::string& text, const Value& at) {
    try {
      if (const auto nics = nics_named(text)) {
        check_nics(*nics, at);
        return true;
      }
      for (const std::string& pattern : expand_brackets(text)) check_switch(pattern, at);
    } catch (const BadPattern& bad) {
      reader_.error(at.at, bad.what(), tr("numbers are listed as in leaf[0-3,7]"));
    }
    return false;
  }

  void check_nics(const NicSet& nics, const Value& at) {
    if (nics.nic.last() >= cluster_.node.nics) {
      reader_.error(at.at, say("no NIC {}: a node has {}", nics.nic.last(), cluster_.node.nics),
                    tr("NICs count from 0"));
    }
    if (cluster_.installed && nics.node.last() >= *cluster_.installed) {
      reader_.error(at.at,
                    say("no node {}: {} are installed", nics.node.last(), *cluster_.installed),
                    tr("nodes count from 0"));
    }
  }

  void check_switch(const std::string& pattern, const Value& at) {
    if (known_.contains(pattern)) return;
    const bool found =
        std::ranges::any_of(names_, [&](const auto& name) { return fits(name, pattern); });
    if (found) return;
    const std::string near = nearest(pattern, names_);
    reader_.error(at.at, say("no switch '{}'", pattern),
                  near.empty() ? tr("'switches' lists them; a NIC is written node0.nic0")
                               : say("did you mean '{}'?", near));
  }

  const ClusterSpec& cluster_;
  const Value& fabric_;
  Reader& reader_;
  std::vector<std::string> names_;
  std::set<std::string> known_;  // the same, to look up
};

}  // namespace

void add_listed_fabric_keys(Table<FabricSpec>& table) {
  using F = FabricSpec;
  table.section("cable_lengths", &F::cable_lengths, cable_lengths_table(),
                "For the bill of materials; left out: along a row, and across the hall above the "
                "spines.");
  table.section("congestion", &F::congestion, congestion_table(),
                "Where congestion control is not ideal.");
  table.add("planes", &F::planes, whole({2, true, 64}), "kind multi-plane: ports of a NIC.");
  table.section("dragonfly", &F::dragonfly, dragonfly_table(), "kind dragonfly.");
  table.section("torus", &F::torus, torus_table(), "kind torus.");
  table.list("switches", &F::switches, switch_set_table(), "kind free: the switches there are.");
  table.list("cables", &F::cables, cable_table(), "kind free: what joins them.");
}

void check_listed_fabric(ClusterSpec& cluster, const Value& map, Reader& reader) {
  const Entry* fabric = map.find("fabric");
  if (fabric == nullptr) return;
  for (const auto& [key, kind] : {std::pair{"switches", FabricKind::free},
                                  {"cables", FabricKind::free},
                                  {"planes", FabricKind::multi_plane},
                                  {"dragonfly", FabricKind::dragonfly},
                                  {"torus", FabricKind::torus}}) {
    const Entry* entry = fabric->value.find(key);
    const std::string_view name = name_of(fabric_names, kind);
    if (cluster.fabric.kind == kind && entry == nullptr) {
      reader.error(fabric->at, say("a fabric of kind {} needs '{}'", name, key));
    } else if (cluster.fabric.kind != kind && entry != nullptr) {
      reader.error(entry->at, say("'{}' belongs to a fabric of kind {}", key, name),
                   say("write 'kind: {}', or leave it out", name));
    }
  }
  if (cluster.fabric.kind == FabricKind::free) CableCheck(cluster, fabric->value, reader).run();
}

}  // namespace qianka
