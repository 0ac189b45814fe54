// SPDX-License-Identifier: Apache-2.0
// The tracks on which a rank's step is drawn; nothing overlaps on any of them.
#pragma once
#include "sim/metrics/step_timeline.hpp"

#include <string>

namespace qianka {

/// Numbers are those of threads, and of streams of the device: HTA takes streams 0 and below for
/// the host, Perfetto a thread 0 for the one whose number is the process's, here the rank. All have
/// two digits: a thread is 100 times the rank and its track.
enum class Track {
  host = 11,
  launches,
  passes,
  compute,
  tensor,
  context,
  expert,
  send_up,
  send_down,
  from_below,  // what the stage before sends
  from_above,
  exchange,
  across,
  other_exchange,  // dualpipe: of the weights that are the other end's as well
  other_across,
  everyone
};

class RankTracks {
 public:
  RankTracks(const StepTimeline& timeline, int stage) : timeline_(timeline), stage_(stage) {}

  [[nodiscard]] std::string name(Track track) const;
  [[nodiscard]] Track sends(const TimelineOperation& send) const;
  [[nodiscard]] Track receives(const TimelineOperation& send) const;
  [[nodiscard]] Track exchanges(const TimelineOperation& exchange) const;

 private:
  [[nodiscard]] int stage_before() const {
    return (stage_ + timeline_.stages - 1) % timeline_.stages;
  }
  [[nodiscard]] int stage_after() const { return (stage_ + 1) % timeline_.stages; }

  const StepTimeline& timeline_;
  int stage_;
};

}  // namespace qianka
