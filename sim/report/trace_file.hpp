// SPDX-License-Identifier: Apache-2.0
// A file of events as Chrome's Trace Event format has them and Kineto (the profiler of PyTorch)
// writes them. docs/traces.md says which program needs what of it.
#pragma once
#include "sim/report/json.hpp"
#include "sim/units/quantity.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

/// Where a slice is drawn: threads of one process stand below each other.
struct TraceTrack {
  std::int64_t process = 0;
  int thread = 0;
  auto operator<=>(const TraceTrack&) const = default;
};

/// Times are printed as microseconds with three decimals at most: what touches in the simulation
/// touches in the file, and no viewer sees an overlap that is rounding.
class TraceFile {
 public:
  /// Events outside of it are left out, slices that cross its ends are cut.
  struct Window {
    Seconds from{0}, to{0};
  };

  /// Of what lasts until `end`. Times are rounded to multiples of `grain` nanoseconds: a run of
  /// years needs whole microseconds, or the doubles of those who read it do not suffice.
  TraceFile(Seconds end, const std::optional<Window>& window, std::int64_t grain = 1);

  void name_process(std::int64_t process, const std::string& name, std::int64_t order);
  /// Threads stand in the order of their numbers; those without anything on them are left out.
  void name_track(TraceTrack track, const std::string& name);

  /// False when nothing of it is left: shorter than a nanosecond, or outside the window.
  bool slice(TraceTrack track, const std::string& name, const char* category, Seconds start,
             Seconds end, Json args);
  /// What the host does to start a kernel that is drawn, in order of time; takes no time. Neither
  /// before `not_before` nor before the window; none where no whole microsecond of it is left.
  void launch(TraceTrack track, Seconds at, Seconds not_before, std::int64_t correlation);
  /// From the end of one slice, or from its `start`, to the start or the end of another one.
  struct End {
    TraceTrack track;
    Seconds start, end;  // of the slice
    bool at_end = false;
  };
  void arrow(const char* name, const End& from, const End& to);
  /// Holds from here on, to the end of the file.
  void counter(std::int64_t process, const std::string& name, Seconds at, Json values);
  /// A counter that holds at this time only.
  void sample(std::int64_t process, const std::string& name, Seconds at, Json values);
  void instant(TraceTrack track, const std::string& name, const char* category, Seconds at,
               Json args);

  /// `header` comes before the events: an object.
  [[nodiscard]] std::string text(const Json& header) const;

 private:
  using Span = std::pair<std::int64_t, std::int64_t>;  // nanoseconds
  struct Event {
    std::int64_t at;
    std::string text;
  };

  /// The last sample of a counter before the window, and the last of all.
  struct Counted {
    std::int64_t before_at = -1, last_at = -1;
    Json before, last;
  };

  [[nodiscard]] std::int64_t on_grid(Seconds time) const;
  [[nodiscard]] bool inside(std::int64_t at) const;
  void add(std::int64_t at, const Json& event);
  void draw(TraceTrack track, std::int64_t at, const Json& event);
  [[nodiscard]] std::int64_t counted_at(Seconds at) const;
  [[nodiscard]] std::vector<Event> counters_at_the_ends() const;

  std::int64_t grain_;
  Span window_;
  std::int64_t arrows_ = 0;
  std::int64_t launches_from_ = 0;                                   // microseconds
  std::map<std::pair<std::int64_t, std::string>, Counted> counted_;  // by process and name
  std::set<TraceTrack> drawn_;
  std::vector<std::string> processes_;
  std::vector<std::pair<TraceTrack, std::string>> tracks_;
  std::vector<Event> events_;
};

}  // namespace qianka
