// SPDX-License-Identifier: Apache-2.0
// Rates that change with the wall clock, by a change of time: a renewal process is drawn at its
// mean rate on a clock of its own, which runs `factor` times as fast as the wall. So the mean count
// of any period is rate x factor x time, whatever the distribution.
#pragma once
#include "sim/scenario/campaign_spec.hpp"

#include <vector>

namespace qianka {

class RateCalendar {
 public:
  /// Infeasible when its periods do not ascend.
  explicit RateCalendar(const Calendar& calendar);

  [[nodiscard]] bool plain() const { return pieces_.size() == 1 && pieces_[0].factor == 1; }
  /// Seconds on the wall when so many have passed on the process's clock; infinite when the clock
  /// never gets there.
  [[nodiscard]] double wall(double own) const;

 private:
  struct Piece {
    double from = 0, own_from = 0, factor = 1;
  };
  [[nodiscard]] double own_once(double wall) const;

  std::vector<Piece> pieces_;
  double repeats_ = 0, own_repeats_ = 0;  // 0: never
};

}  // namespace qianka
