// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/progress_line.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/units/format.hpp"

#include <cstdint>
#include <cstdio>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace qianka {

void ProgressLine::tell(const std::string& text) {
  if (!spdlog::should_log(spdlog::level::warn)) return;
  if (isatty(STDERR_FILENO) == 0) {
    if (Clock::now() - logged_ < unwatched_) return;
    logged_ = Clock::now();
    fmt::print(stderr, "{}\n", text);
    return;
  }
  fmt::print(stderr, "\r\033[K{}", text);
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::tell(std::size_t done, std::size_t all) {
  const auto now = Clock::now();
  if (done < before_) began_ = now;
  before_ = done;
  if (done == 0 || now - told_ < std::chrono::milliseconds(200)) return;
  told_ = now;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  const double left = seconds / static_cast<double>(done) * static_cast<double>(all - done);
  tell(say("{} of {}, {} to go", format_count(static_cast<std::int64_t>(done)),
           format_count(static_cast<std::int64_t>(all)), clock_text(Seconds{left})));
}

void ProgressLine::clear() const {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

}  // namespace qianka
