// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/storage_path.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/scenario.hpp"

#include <algorithm>

namespace qianka {
namespace {

Bandwidth of_all(const Nic& nic, int nics) {
  return needed(nic.rate, nic.id, marked("rate")) * nic.efficiency.value_or(1) *
         static_cast<double>(nics);
}

void limit(std::optional<Bandwidth>& rate, Bandwidth most) {
  rate = rate ? std::min(*rate, most) : most;
}

/// Unknown stays unknown: a network in front of it says nothing about a storage.
void limit_known(std::optional<Bandwidth>& rate, Bandwidth most) {
  if (rate) limit(rate, most);
}

void pass_servers(Storage& storage, const StorageNodes& servers) {
  const auto count = static_cast<double>(servers.count);
  const Bandwidth network = of_all(servers.nic, servers.nics) * count;
  limit_known(storage.write, network), limit_known(storage.read, network);
  if (servers.write) limit(storage.write, std::min(network, *servers.write * count));
  if (servers.read) limit(storage.read, std::min(network, *servers.read * count));
}

}  // namespace

ClusterSpec with_storage_path(ClusterSpec cluster) {
  Storage& storage = cluster.storage;
  if (cluster.storage_nodes) pass_servers(storage, *cluster.storage_nodes);
  if (cluster.storage_nodes && cluster.storage_nodes->on_compute_fabric) {
    cluster.storage_link = {0};
  } else if (cluster.front_end) {
    const FrontEnd& front = *cluster.front_end;
    cluster.storage_link = of_all(front.nic, front.nics);
    const double nodes = cluster.nodes + cluster.spares;
    const Bandwidth above = cluster.storage_link * (nodes / front.oversubscription);
    limit_known(storage.write, above), limit_known(storage.read, above);
  }
  return cluster;
}

}  // namespace qianka
