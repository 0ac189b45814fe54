// SPDX-License-Identifier: Apache-2.0
// A file of events as Chrome's Trace Event format has them and Kineto (the profiler of PyTorch)
// writes them. docs/traces.md says which program needs what of it.
#pragma once
#include "sim/report/json.hpp"
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

/// Where a slice is drawn: threads of one process stand below each other.
struct TraceTrack {
  std::int64_t process = 0;
  int thread = 0;
};

/// Times are printed as microseconds with three decimals at most: what touches in the simulation
/// touches in the file, and no viewer sees an overlap that is rounding.
class TraceFile {
 public:
  /// Events outside of it are left out, slices that cross its ends are cut.
  struct Window {
    Seconds from{0}, to{0};
  };

  /// Times are rounded to multiples of `grain` nanoseconds: a run of years needs whole
  /// microseconds, or the doubles of those who read it do not suffice.
  explicit TraceFile(std::optional<Window> window = std::nullopt, std::int64_t grain = 1);

  void name_process(std::int64_t process, const std::string& name, std::int64_t order);
  void name_track(TraceTrack track, const std::string& name);  // in the order of thread numbers

  /// False when nothing of it is left: shorter than a nanosecond, or outside the window.
  bool slice(TraceTrack track, const std::string& name, const char* category, Seconds start,
             Seconds end, Json args);
  /// What the host does to start a kernel that is drawn, in order of time; takes no time. Neither
  /// before `not_before` nor before the window.
  void launch(TraceTrack track, Seconds at, Seconds not_before, std::int64_t correlation);
  /// From the end of one slice, or from its `start`, to the start or the end of another one.
  struct End {
    TraceTrack track;
    Seconds start, end;  // of the slice
    bool at_end = false;
  };
  void arrow(const char* name, const End& from, const End& to);
  /// Holds from here on.
  void counter(std::int64_t process, const std::string& name, Seconds at, Json values);
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

  [[nodiscard]] std::int64_t on_grid(Seconds time) const;
  [[nodiscard]] Span clipped(Seconds start, Seconds end) const;
  [[nodiscard]] bool inside(std::int64_t at) const;
  void add(std::int64_t at, const Json& event);

  std::int64_t grain_;
  bool cut_;
  Span window_{0, 0};
  std::int64_t arrows_ = 0;
  std::int64_t launches_from_ = 0;  // microseconds
  struct Counted {
    std::int64_t at = 0;
    std::string at_end;  // as an event at the window's end
  };
  std::map<std::pair<std::int64_t, std::string>, Counted> counted_;  // last, by process and name
  std::vector<std::string> names_;
  std::vector<Event> events_;
};

}  // namespace qianka
