// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/rate_calendar.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qianka {

RateCalendar::RateCalendar(const Calendar& calendar)
    : pieces_{{}}, repeats_(calendar.repeats.value) {
  for (const CalendarPeriod& period : calendar.periods) {
    const Piece& last = pieces_.back();
    const double from = period.from.value;
    if (!(from >= last.from) || !(period.factor >= 0) || !std::isfinite(period.factor))
      throw Infeasible(
          tr("faults: the periods of a calendar ascend, and their factors are not negative"));
    const Piece piece{from, last.own_from + (from - last.from) * last.factor, period.factor};
    if (from == last.from) pieces_.pop_back();
    pieces_.push_back(piece);
  }
  if (!(repeats_ > 0)) return;
  if (pieces_.back().from >= repeats_)
    throw Infeasible(tr("faults: a calendar begins anew before its last period"));
  own_repeats_ = own_once(repeats_);
}

double RateCalendar::own_once(double wall) const {
  auto piece = std::ranges::upper_bound(pieces_, wall, {}, &Piece::from);
  if (piece != pieces_.begin()) --piece;
  return piece->own_from + (wall - piece->from) * piece->factor;
}

double RateCalendar::wall(double own) const {
  double rounds = 0;
  if (repeats_ > 0 && own_repeats_ > 0) {
    rounds = std::floor(own / own_repeats_);
    own -= rounds * own_repeats_;
  }
  auto piece = std::ranges::upper_bound(pieces_, own, {}, &Piece::own_from);
  if (piece != pieces_.begin()) --piece;
  if (!(piece->factor > 0)) return std::numeric_limits<double>::infinity();
  return rounds * repeats_ + piece->from + (own - piece->own_from) / piece->factor;
}

}  // namespace qianka
