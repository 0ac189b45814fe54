// SPDX-License-Identifier: Apache-2.0
// kind: free. Switches and cables as the file lists them. Cables of nodes that the job has no use
// for are left out, as the nodes are.
#include "sim/scenario/cable_ends.hpp"
#include "sim/topology/fabric_graph.hpp"
#include "sim/units/require.hpp"

#include <map>

namespace qianka {
namespace {

class FreeFabric {
 public:
  explicit FreeFabric(const ClusterSpec& spec) : spec_(spec) {}

  FabricGraph build() {
    for (const SwitchSet& set : spec_.fabric.switches) {
      for (const std::string& name : expand_brackets(set.names)) {
        number_[name] = static_cast<std::uint32_t>(built_.switches.size());
        built_.switches.push_back({name, &set.part});
      }
    }
    for (const Cable& cable : spec_.fabric.cables) {
      if (nics_named(cable.to)) {
        join_nics(cable, *nics_named(cable.to), switches_named(cable.from));
      } else if (const auto nics = nics_named(cable.from)) {
        join_nics(cable, *nics, switches_named(cable.to));
      } else {
        join_switches(cable, switches_named(cable.from), switches_named(cable.to));
      }
    }
    return std::move(built_);
  }

 private:
  std::vector<std::uint32_t> switches_named(const std::string& text) const {
    std::vector<std::uint32_t> found;
    for (const std::string& pattern : expand_brackets(text)) {
      if (const auto one = number_.find(pattern); one != number_.end()) {
        found.push_back(one->second);
      } else {
        for (std::uint32_t i = 0; i < built_.switches.size(); ++i) {
          if (fits(built_.switches[i].name, pattern)) found.push_back(i);
        }
      }
    }
    return found;
  }

  FabricCable like(const Cable& cable) const {
    FabricCable made;
    made.latency = cable.latency.value_or(spec_.fabric.cable_latency);
    made.count = static_cast<std::uint32_t>(cable.count);
    made.cost = static_cast<std::uint32_t>(cable.cost);
    return made;
  }

  void join_nics(const Cable& cable, const NicSet& nics, const std::vector<std::uint32_t>& to) {
    FabricCable made = like(cable);
    for (const int node : nics.node.below(spec_.nodes + spec_.spares)) {
      for (const int nic : nics.nic.below(spec_.node.nics)) {
        for (const std::uint32_t leaf : to) {
          made.node = static_cast<std::uint32_t>(node);
          made.lower = static_cast<std::uint32_t>(nic);
          made.upper = leaf;
          made.rate =
              cable.rate ? *cable.rate : rate_between(spec_.node.nic, *built_.switches[leaf].part);
          built_.cables.push_back(made);
        }
      }
    }
  }

  /// A set with itself: each pair once.
  void join_switches(const Cable& cable, const std::vector<std::uint32_t>& from,
                     const std::vector<std::uint32_t>& to) {
    FabricCable made = like(cable);
    for (const std::uint32_t lower : from) {
      for (const std::uint32_t upper : to) {
        if (lower == upper || (cable.from == cable.to && upper < lower)) continue;
        made.lower = lower;
        made.upper = upper;
        made.rate = cable.rate
                        ? *cable.rate
                        : rate_between(*built_.switches[lower].part, *built_.switches[upper].part);
        built_.cables.push_back(made);
      }
    }
  }

  const ClusterSpec& spec_;
  std::map<std::string, std::uint32_t> number_;
  FabricGraph built_;
};

}  // namespace

FabricGraph free_fabric(const ClusterSpec& spec) { return FreeFabric(spec).build(); }

}  // namespace qianka
