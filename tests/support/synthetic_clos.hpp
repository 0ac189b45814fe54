// SPDX-License-Identifier: Apache-2.0
// A rail-optimised Clos as plain link numbers, without topology/: cards of one rail share a leaf
// per pod, leaves are joined by spines per superpod, spines of one index by cores. ECMP collides
// flows by a hash, as real switches do.
#pragma once
#include "sim/engine/flow_set.hpp"
#include "sim/engine/hash_index.hpp"

#include <cstdint>
#include <vector>

namespace qianka {

struct ClosShape {
  std::uint32_t nodes = 4, cards_per_node = 8, nodes_per_pod = 32, pods_per_superpod = 8,
                spines = 32, cores = 32;
  double nic = 50e9, scale_up = 450e9, uplink = 50e9;  // bytes per second
};

class SyntheticClos {
 public:
  explicit SyntheticClos(const ClosShape& shape) : shape_(shape) {
    const std::uint32_t pods = (shape.nodes + shape.nodes_per_pod - 1) / shape.nodes_per_pod;
    const std::uint32_t superpods = (pods + shape.pods_per_superpod - 1) / shape.pods_per_superpod;
    const std::uint32_t leaf_links = pods * shape.cards_per_node * shape.spines;
    const std::uint32_t spine_links = superpods > 1 ? superpods * shape.spines * shape.cores : 0;
    nic_up_ = add(cards(), shape.nic);
    nic_down_ = add(cards(), shape.nic);
    out_of_card_ = add(cards(), shape.scale_up);
    into_card_ = add(cards(), shape.scale_up);
    leaf_up_ = add(leaf_links, shape.uplink);
    leaf_down_ = add(leaf_links, shape.uplink);
    spine_up_ = add(spine_links, shape.uplink);
    spine_down_ = add(spine_links, shape.uplink);
  }

  std::uint32_t cards() const { return shape_.nodes * shape_.cards_per_node; }
  FlowSet no_flows() const {
    FlowSet flows;
    flows.capacity = capacity_;
    return flows;
  }
  void degrade_nic(std::uint32_t card, double rate) {
    capacity_[nic_up_ + card] = capacity_[nic_down_ + card] = {rate};
  }

  std::vector<std::uint32_t> route(std::uint32_t from, std::uint32_t to) const {
    const std::uint32_t per_node = shape_.cards_per_node;
    if (from / per_node == to / per_node) return {out_of_card_ + from, into_card_ + to};
    const std::uint32_t from_leaf = leaf(from), to_leaf = leaf(to);
    if (from_leaf == to_leaf) return {nic_up_ + from, nic_down_ + to};
    const std::uint64_t hash = splitmix(splitmix(from) ^ to);
    const auto spine = static_cast<std::uint32_t>(hash % shape_.spines);
    const std::uint32_t up = leaf_up_ + from_leaf * shape_.spines + spine;
    const std::uint32_t down = leaf_down_ + to_leaf * shape_.spines + spine;
    const std::uint32_t a = superpod(from), b = superpod(to);
    if (a == b) return {nic_up_ + from, up, down, nic_down_ + to};
    const auto core = static_cast<std::uint32_t>((hash >> 32) % shape_.cores);
    return {nic_up_ + from,
            up,
            spine_up_ + (a * shape_.spines + spine) * shape_.cores + core,
            spine_down_ + (b * shape_.spines + spine) * shape_.cores + core,
            down,
            nic_down_ + to};
  }

  void add_flow(FlowSet& flows, std::uint32_t from, std::uint32_t to, double bytes,
                double start = 0, std::uint64_t colour = 0) const {
    const auto links = route(from, to);
    flows.add(links, {bytes}, {1e-6 * static_cast<double>(links.size())}, {start}, colour);
  }

  /// Every card in one ring with the cards of its rail that are `stride` nodes apart: stride x
  /// cards_per_node rings at once, each card sending what a ring all-reduce of `bytes` sends.
  FlowSet rings(std::uint32_t stride, double bytes) const {
    FlowSet flows = no_flows();
    const std::uint32_t members = shape_.nodes / stride, per_node = shape_.cards_per_node;
    for (std::uint32_t node = 0; node < members * stride; ++node) {
      const std::uint32_t next = (node / stride + 1) % members * stride + node % stride;
      for (std::uint32_t rail = 0; rail < per_node; ++rail) {
        add_flow(flows, node * per_node + rail, next * per_node + rail,
                 2.0 * (members - 1) / members * bytes);
      }
    }
    return flows;
  }

 private:
  std::uint32_t leaf(std::uint32_t card) const {
    return card / shape_.cards_per_node / shape_.nodes_per_pod * shape_.cards_per_node +
           card % shape_.cards_per_node;
  }
  std::uint32_t superpod(std::uint32_t card) const {
    return card / shape_.cards_per_node / shape_.nodes_per_pod / shape_.pods_per_superpod;
  }
  std::uint32_t add(std::uint32_t count, double rate) {
    capacity_.resize(capacity_.size() + count, Bandwidth{rate});
    return static_cast<std::uint32_t>(capacity_.size()) - count;
  }

  ClosShape shape_;
  std::vector<Bandwidth> capacity_;
  std::uint32_t nic_up_, nic_down_, out_of_card_, into_card_, leaf_up_, leaf_down_, spine_up_,
      spine_down_;
};

}  // namespace qianka
