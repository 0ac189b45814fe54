// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/record_time.hpp"

#include <charconv>
#include <chrono>
#include <system_error>

namespace qianka {
namespace {

/// Reads numbers and what stands between them from the front of a text.
class Front {
 public:
  explicit Front(std::string_view text) : rest_(text) {}

  std::optional<int> digits(std::size_t count) {
    int value = 0;
    const char* const end = rest_.data() + count;
    if (rest_.size() < count) return std::nullopt;
    const auto [stop, error] = std::from_chars(rest_.data(), end, value);
    if (error != std::errc() || stop != end || value < 0) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }
  bool take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }
  /// What is left as a fraction of a second.
  std::optional<double> fraction() {
    double value = 0, unit = 0.1;
    for (const char c : rest_) {
      if (c < '0' || c > '9') return std::nullopt;
      value += unit * (c - '0');
      unit /= 10;
    }
    rest_ = {};
    return value;
  }

 private:
  std::string_view rest_;
};

std::optional<double> day_of(Front& front) {
  const auto year = front.digits(4);
  if (!year || !front.take("-")) return std::nullopt;
  const auto month = front.digits(2);
  if (!month || !front.take("-")) return std::nullopt;
  const auto day = front.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return 86'400.0 * static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

}  // namespace

std::optional<double> record_time(std::string_view text) {
  Front front(text);
  const std::optional<double> day = day_of(front);
  if (!day || front.done()) return day;
  if (!front.take(" T")) return std::nullopt;
  const auto hour = front.digits(2);
  if (!hour || *hour > 23 || !front.take(":")) return std::nullopt;
  const auto minute = front.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  const double so_far = *day + 3600.0 * *hour + 60.0 * *minute;
  if (front.done()) return so_far;
  if (!front.take(":")) return std::nullopt;
  const auto second = front.digits(2);
  if (!second || *second > 60) return std::nullopt;
  if (front.done()) return so_far + *second;
  if (!front.take(".,")) return std::nullopt;
  const auto fraction = front.fraction();
  return fraction ? std::optional(so_far + *second + *fraction) : std::nullopt;
}

}  // namespace qianka
