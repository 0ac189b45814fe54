// SPDX-License-Identifier: Apache-2.0
#include "sim/report/rank_tracks.hpp"

#include "sim/units/require.hpp"

#include <fmt/format.h>

namespace qianka {

// Perfetto puts the thread's number behind the name: none ends in a number of its own.
std::string RankTracks::name(Track track) const {
  switch (track) {
    case Track::host:
      return "host";
    case Track::launches:
      return "host, launches";
    case Track::passes:
      return "passes, by schedule";
    case Track::compute:
      return "compute";
    case Track::tensor:
      return "comm TP, exposed";
    case Track::context:
      return "comm CP, exposed";
    case Track::expert:
      return "comm EP, exposed";
    case Track::send_up:
      return fmt::format("comm PP (to stage {})", stage_after());
    case Track::send_down:
      return fmt::format("comm PP (back to stage {})", stage_before());
    case Track::from_below:
      return fmt::format("comm PP (from stage {})", stage_before());
    case Track::from_above:
      return fmt::format("comm PP (back from stage {})", stage_after());
    case Track::exchange:
      return "comm DP";
    case Track::across:
      return "comm DP, between shard groups";
    case Track::other_exchange:
      return fmt::format("comm DP (with stage {})", timeline_.stages - 1 - stage_);
    case Track::other_across:
      return fmt::format("comm DP (with stage {}), between shard groups",
                         timeline_.stages - 1 - stage_);
    case Track::everyone:
      return "comm, all ranks";
  }
  throw Bug("unknown track");
}

Track RankTracks::sends(const TimelineOperation& send) const {
  // Sends that hold up the passes run one at a time, both ways.
  return send.lane == Lane::send_down ? Track::send_down : Track::send_up;
}

Track RankTracks::receives(const TimelineOperation& send) const {
  if (send.lane == Lane::send_up) return Track::from_below;
  if (send.lane == Lane::send_down) return Track::from_above;
  return send.stage == stage_before() ? Track::from_below : Track::from_above;
}

Track RankTracks::exchanges(const TimelineOperation& exchange) const {
  const bool own = exchange.stage == stage_;
  if (exchange.lane == Lane::across) return own ? Track::across : Track::other_across;
  return own ? Track::exchange : Track::other_exchange;
}

}  // namespace qianka
