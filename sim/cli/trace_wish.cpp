// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/trace_wish.hpp"

#include "sim/cli/outcome.hpp"
#include "sim/language/language.hpp"
#include "sim/units/format.hpp"
#include "sim/units/parse_quantity.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::string_view between = "..";
// Far beyond what a viewer opens or a job trains; what is computed of them stays within 64 bits.
constexpr std::int64_t most_steps = 1'000'000, furthest_step = 1'000'000'000;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<std::pair<std::string_view, std::string_view>> ends_of(std::string_view text) {
  const std::size_t at = text.find(between);
  if (at == std::string_view::npos) return std::nullopt;
  return std::pair{text.substr(0, at), text.substr(at + between.size())};
}

Seconds time_in(std::string_view text, const std::string& window) {
  try {
    return parse_time(text);
  } catch (const QuantityError& mistake) {
    throw UsageError(say("--trace-window '{}': {}", window, mistake.what()), mistake.hint);
  }
}

}  // namespace

TraceWindow trace_window(const std::string& text) {
  if (text.empty()) return {};
  const char* const hint = tr("two times, '10 h..20 h', or two steps, 12..14");
  const auto ends = ends_of(text);
  if (!ends) throw UsageError(say("--trace-window: '{}' is no window", text), hint);
  const auto first = whole_number(ends->first), last = whole_number(ends->second);
  if (first && last) {
    if (*last < *first)
      throw UsageError(say("--trace-window: '{}' ends before it begins", text), hint);
    if (*last - *first >= most_steps || *last >= furthest_step)
      throw UsageError(say("--trace-window: '{}' is too many steps", text), hint);
    return {.time = std::nullopt, .first_step = *first, .last_step = *last};
  }
  const TraceFile::Window window{time_in(ends->first, text), time_in(ends->second, text)};
  if (window.to <= window.from || window.from.value < 0)
    throw UsageError(say("--trace-window: '{}' ends before it begins", text), hint);
  return {.time = window};
}

std::vector<int> trace_ranks(const std::string& text, int ranks) {
  if (text == "stages") return {};
  if (text == "all") {
    std::vector<int> all(static_cast<std::size_t>(ranks));
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
  const auto rank_in = [&](std::string_view word) {
    const auto number = whole_number(word);
    if (!number)
      throw UsageError(say("--trace-ranks: '{}' is no rank", word),
                       tr("numbers, 0,8,16..23; or stages, or all"));
    if (*number >= ranks)
      throw UsageError(say("--trace-ranks: there is no rank {}", *number),
                       say("the job has ranks 0 to {}", ranks - 1));
    return static_cast<int>(*number);
  };
  std::set<int> chosen;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view word = std::string_view(text).substr(at, comma - at);
    const auto ends = ends_of(word);
    const int first = rank_in(ends ? ends->first : word);
    const int last = ends ? rank_in(ends->second) : first;
    if (last < first)
      throw UsageError(say("--trace-ranks: '{}' ends before it begins", word),
                       tr("for example 16..23"));
    for (int rank = first; rank <= last; ++rank) chosen.insert(rank);
    at = comma + 1;
  }
  return {chosen.begin(), chosen.end()};
}

std::vector<int> first_of_stages(const StepTimeline& timeline) {
  std::set<int> stages;
  std::vector<int> first;
  for (std::size_t rank = 0; rank < timeline.ranks.size(); ++rank)
    if (stages.insert(timeline.ranks[rank].stage).second) first.push_back(static_cast<int>(rank));
  return first;
}

}  // namespace qianka
