// SPDX-License-Identifier: Apache-2.0
#include "sim/report/kineto_collective.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace qianka {

const KinetoCollective& kineto_collective(const std::string& name) {
  static const std::map<std::string, KinetoCollective> known = {
      {"reduce-scatter", {"ReduceScatter", "reduce_scatter", false, true}},
      {"all-reduce", {"AllReduce", "allreduce", false, false}},
      {"all-gather", {"AllGather", "allgather", true, false}},
      {"all-to-all", {"AllToAll", "all_to_all", false, false}},
      {"broadcast", {"Broadcast", "broadcast", false, false}}};
  const auto found = known.find(name);
  require(found != known.end(), "every collective has a name in traces");
  return found->second;
}

Json kineto_message(const KinetoCollective& collective, const char* group, int cards, Bytes bytes) {
  const double share = bytes.value / std::max(cards, 1);
  Json args = {{"Collective name", collective.name}, {"Process Group Name", group}};
  if (cards > 0) args["Group size"] = cards;
  args["In msg nelems"] = std::llround(collective.splits ? share : bytes.value);
  args["Out msg nelems"] = std::llround(collective.joins ? share : bytes.value);
  args["dtype"] = "Byte";
  return args;
}

}  // namespace qianka
