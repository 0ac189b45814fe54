// SPDX-License-Identifier: Apache-2.0
// kind torus: a router in each node that joins its NICs and the cables to its neighbours. A message
// goes the shorter way round each dimension, upwards where both are equal; the whole torus is
// there, whatever the job needs of it.
#include "sim/language/language.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/fabric_graph.hpp"
#include "sim/topology/fabric_plan.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

class Torus {
 public:
  explicit Torus(const ClusterSpec& spec)
      : spec_(spec), shape_(spec.fabric.torus.value_or(TorusSpec{})) {
    for (const int length : shape_.size) all_ *= length;
  }

  FabricGraph build() {
    const int nodes = spec_.nodes + spec_.spares;
    if (nodes > all_ || all_ > most_routers) {
      throw Infeasible(say(
          "a torus of {} has {} nodes, but {}", fmt::join(shape_.size, " x "), all_,
          nodes > all_ ? say("the cluster has {}", nodes) : say("{} are the most", most_routers)));
    }
    for (int i = 0; i < all_; ++i) {
      built_.switches.push_back({name(i), &spec_.fabric.leaf, 1, true});
    }
    join_nodes(nodes);
    int stride = 1;
    for (std::size_t i = 0; i < shape_.size.size(); ++i) {
      join_neighbours(static_cast<std::uint32_t>(i), stride, shape_.size[i]);
      stride *= shape_.size[i];
    }
    built_.distance = [size = shape_.size](std::uint32_t from, std::uint32_t to) {
      return distance(size, from, to);
    };
    built_.alike = nodes == all_;
    return std::move(built_);
  }

  /// The shorter way round each dimension.
  static std::uint32_t distance(const std::vector<int>& size, std::uint32_t from,
                                std::uint32_t to) {
    std::uint32_t sum = 0;
    for (const int places : size) {
      const auto length = static_cast<std::uint32_t>(places);
      const std::uint32_t up = (to % length + length - from % length) % length;
      sum += std::min(up, length - up);
      from /= length;
      to /= length;
    }
    return sum;
  }

 private:
  static constexpr std::int64_t most_routers = 1 << 20;

  std::string name(int router) const {
    std::vector<int> place;
    for (const int length : shape_.size) {
      place.push_back(router % length);
      router /= length;
    }
    return fmt::format("router{}", fmt::join(place, "-"));
  }

  Bandwidth nic_rate() const {
    const Nic& nic = spec_.node.nic;
    return needed(nic.rate, part_name(nic.name, nic.id, tr("the NIC")), marked("line rate"));
  }

  void join_nodes(int nodes) {
    FabricCable cable;
    cable.rate = nic_rate();
    for (int node = 0; node < nodes; ++node) {
      for (int nic = 0; nic < spec_.node.nics; ++nic) {
        cable.node = cable.upper = static_cast<std::uint32_t>(node);
        cable.lower = static_cast<std::uint32_t>(nic);
        built_.cables.push_back(cable);
      }
    }
  }

  /// Rings of `length`, their members `stride` apart; two members have one bundle, not two.
  void join_neighbours(std::uint32_t dimension, int stride, int length) {
    FabricCable cable;
    cable.rate = shape_.rate ? *shape_.rate : nic_rate();
    cable.latency = spec_.fabric.cable_latency;
    cable.count = static_cast<std::uint32_t>(shape_.cables);
    if (shape_.dimension_order) {
      cable.up_rank = 2 * dimension;
      cable.down_rank = 2 * dimension + 1;
    }
    for (int router = 0; router < all_; ++router) {
      const int place = router / stride % length;
      if (length == 1 || (length == 2 && place == 1)) continue;
      const int next = place + 1 < length ? router + stride : router - place * stride;
      cable.lower = static_cast<std::uint32_t>(router);
      cable.upper = static_cast<std::uint32_t>(next);
      built_.cables.push_back(cable);
    }
  }

  const ClusterSpec& spec_;
  TorusSpec shape_;
  std::int64_t all_ = 1;
  FabricGraph built_;
};

}  // namespace

FabricGraph torus_fabric(const ClusterSpec& spec) { return Torus(spec).build(); }

}  // namespace qianka
