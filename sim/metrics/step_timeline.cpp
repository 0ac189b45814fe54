// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/step_timeline.hpp"

namespace qianka {

const char* work_name(Work work) {
  static constexpr std::array<const char*, works> names = {
      "forward",       "backward",       "weight gradient", "send forward",
      "send backward", "reduce-scatter", "all-reduce",      "all-gather",
      "broadcast",     "catch up",       "gradient norm",   "optimizer",
      "host"};
  return names.at(static_cast<std::size_t>(work));
}

const char* lane_name(Lane lane) {
  static constexpr std::array<const char*, lanes> names = {
      "compute", "send up", "send down", "exchange", "exchange across", "everyone"};
  return names.at(static_cast<std::size_t>(lane));
}

std::array<std::pair<const char*, Seconds>, 8> named_parts(const PassParts& parts) {
  return {{{"compute", parts.compute},
           {"recompute", parts.recompute},
           {"slowed_by_collectives", parts.slowed},
           {"jitter", parts.jitter},
           {"tensor_comm", parts.tensor_comm},
           {"context_comm", parts.context_comm},
           {"expert_comm", parts.expert_comm},
           {"host", parts.host}}};
}

bool StepTimeline::concerns(const TimelineOperation& operation, int stage, int replica) const {
  if (operation.replica >= 0 && operation.replica != replica) return false;
  switch (operation.lane) {
    case Lane::everyone:
      return true;
    case Lane::exchange:
    case Lane::across:
      return operation.stage == stage || (both_ends && operation.stage == stages - 1 - stage);
    case Lane::compute:
    case Lane::send_up:
    case Lane::send_down:
      break;
  }
  return operation.stage == stage || operation.receiver == stage;
}

}  // namespace qianka
