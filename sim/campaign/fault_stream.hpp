// SPDX-License-Identifier: Apache-2.0
// When one class of faults strikes, and which of those it may strike: a renewal process, already
// going on when the job starts, on a clock that a calendar speeds up and slows down, some of whose
// events have followers within minutes.
#pragma once
#include "sim/campaign/rate_calendar.hpp"
#include "sim/metrics/accounting.hpp"
#include "sim/scenario/campaign_spec.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/random/mersenne_twister.hpp>

namespace qianka {

/// A seed for one stream of draws; the same on every machine.
std::uint64_t stream_seed(std::uint64_t seed, std::string_view what, std::string_view purpose);

/// One stream of draws. Its generator is made when it is first drawn from: most classes need few.
class Draws {
 public:
  using Generator = boost::random::mt19937_64;

  explicit Draws(std::uint64_t seed) : seed_(seed) {}
  Generator& generator();
  double uniform();  // from 0 to below 1

 private:
  std::uint64_t seed_;
  std::unique_ptr<Generator> generator_;
};

/// Seconds from one fault to the next, and from the start of the job to the first one.
double draw_gap(const FaultClass& fault_class, double mean, Draws& draws);
double draw_first_gap(const FaultClass& fault_class, double mean, Draws& draws);

class FaultStream {
 public:
  /// `per_day`: of all faults, followers included. `targets` there are; 0: the job as a whole.
  FaultStream(const FaultClass& fault_class, double per_day, int targets, std::uint64_t seed,
              const std::string& what);

  [[nodiscard]] Nanoseconds at() const { return at_; }
  [[nodiscard]] int target() const { return target_; }  // -1: the job as a whole
  void pop();

 private:
  void lead(double gap);
  void bring_followers();
  void choose();

  FaultClass class_;
  RateCalendar calendar_;
  double mean_ = 0;  // seconds between two first faults, on the calendar's clock
  int targets_ = 0;
  Draws when_, where_, company_;
  double own_ = 0;  // on that clock, when the calendar is not plain
  Nanoseconds lead_ = 0, at_ = 0;
  std::vector<Nanoseconds> followers_;  // ascending
  int target_ = -1;
};

}  // namespace qianka
