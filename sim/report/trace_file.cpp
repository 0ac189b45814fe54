// SPDX-License-Identifier: Apache-2.0
#include "sim/report/trace_file.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

/// The double next to the decimal: prints as that decimal.
Json microseconds(std::int64_t ns) {
  if (ns % 1000 == 0) return ns / 1000;
  return static_cast<double>(ns) / 1000;
}

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json head(const char* phase, const TraceTrack& track, std::int64_t at) {
  return {{"ph", phase}, {"pid", track.process}, {"tid", track.thread}, {"ts", microseconds(at)}};
}

}  // namespace

TraceFile::TraceFile(std::optional<Window> window, std::int64_t grain)
    : grain_(grain), cut_(window.has_value()) {
  if (window) window_ = {on_grid(window->from), on_grid(window->to)};
}

std::int64_t TraceFile::on_grid(Seconds time) const {
  return grain_ * std::llround(time.value * (1e9 / static_cast<double>(grain_)));
}

TraceFile::Span TraceFile::clipped(Seconds start, Seconds end) const {
  Span span{on_grid(start), on_grid(end)};
  if (!cut_) return span;
  return {std::max(span.first, window_.first), std::min(span.second, window_.second)};
}

bool TraceFile::inside(std::int64_t at) const {
  return !cut_ || (at >= window_.first && at <= window_.second);
}

void TraceFile::add(std::int64_t at, const Json& event) { events_.push_back({at, dumped(event)}); }

void TraceFile::name_process(std::int64_t process, const std::string& name, std::int64_t order) {
  for (const auto& [what, args] : {std::pair{"process_name", Json{{"name", name}}},
                                   std::pair{"process_sort_index", Json{{"sort_index", order}}}})
    names_.push_back(dumped(
        {{"ph", "M"}, {"pid", process}, {"tid", 0}, {"ts", 0}, {"name", what}, {"args", args}}));
}

void TraceFile::name_track(TraceTrack track, const std::string& name) {
  for (const auto& [what, args] :
       {std::pair{"thread_name", Json{{"name", name}}},
        std::pair{"thread_sort_index", Json{{"sort_index", track.thread}}}})
    names_.push_back(dumped({{"ph", "M"},
                             {"pid", track.process},
                             {"tid", track.thread},
                             {"ts", 0},
                             {"name", what},
                             {"args", args}}));
}

bool TraceFile::slice(TraceTrack track, const std::string& name, const char* category,
                      Seconds start, Seconds end, Json args) {
  const Span span = clipped(start, end);
  if (span.second <= span.first) return false;
  Json event = head("X", track, span.first);
  event["dur"] = microseconds(span.second - span.first);
  event["cat"] = category;
  event["name"] = name;
  if (!args.empty()) event["args"] = std::move(args);
  add(span.first, event);
  return true;
}

void TraceFile::launch(TraceTrack track, Seconds at, Seconds not_before, std::int64_t correlation) {
  // HTA rounds beginnings up and ends down: only in whole microseconds is it not shorter than 0.
  // Of two at one time Perfetto would lay one over the other.
  constexpr std::int64_t microsecond = 1000;
  const std::int64_t earliest = std::max(on_grid(not_before), cut_ ? window_.first : 0);
  std::int64_t ns = on_grid(at) / microsecond;
  ns = microsecond * std::max({ns, (earliest + microsecond - 1) / microsecond, launches_from_});
  launches_from_ = ns / microsecond + 1;
  Json event = head("X", track, ns);
  event["dur"] = 0, event["cat"] = "cuda_runtime", event["name"] = "cudaLaunchKernel";
  event["args"] = {{"correlation", correlation}};
  add(ns, event);
}

void TraceFile::arrow(const char* name, const End& from, const End& to) {
  // An end belongs to the slice that is open at its time; where a slice ends it is no more.
  const auto place = [&](const End& end) -> std::pair<bool, std::int64_t> {
    const Span whole{on_grid(end.start), on_grid(end.end)};
    const std::int64_t at = end.at_end ? whole.second - grain_ : whole.first;
    const bool there =
        whole.second > whole.first && (!cut_ || (at >= window_.first && at < window_.second));
    return {there, at};
  };
  const auto [leaves, left] = place(from);
  const auto [arrives, arrived] = place(to);
  if (!leaves || !arrives) return;
  ++arrows_;
  Json start = head("s", from.track, left), finish = head("f", to.track, arrived);
  finish["bp"] = "e";
  for (Json* event : {&start, &finish})
    (*event)["id"] = arrows_, (*event)["cat"] = "flow", (*event)["name"] = name;
  add(left, start), add(arrived, finish);
}

void TraceFile::counter(std::int64_t process, const std::string& name, Seconds at, Json values) {
  std::int64_t ns = on_grid(at);
  if (cut_ && ns > window_.second) return;
  if (cut_) ns = std::max(ns, window_.first);  // what holds already when the window opens
  ns = std::max(ns, grain_);                   // MindStudio Insight takes no counter of time 0
  Json event = head("C", {process, 0}, ns);
  event["name"] = name, event["args"] = std::move(values);
  add(ns, event);
  // Told again where the window ends: viewers draw a counter up to its last sample.
  if (!cut_) return;
  event["ts"] = microseconds(window_.second);
  Counted& last = counted_[{process, name}];
  if (ns >= last.at) last = {ns, dumped(event)};
}

void TraceFile::instant(TraceTrack track, const std::string& name, const char* category, Seconds at,
                        Json args) {
  const std::int64_t ns = on_grid(at);
  if (!inside(ns)) return;
  // As Chrome itself writes them; MindStudio Insight does not know "i".
  Json event = head("I", track, ns);
  event["s"] = "t", event["cat"] = category, event["name"] = name;
  if (!args.empty()) event["args"] = std::move(args);
  add(ns, event);
}

std::string TraceFile::text(const Json& header) const {
  std::vector<const Event*> in_order;
  for (const Event& event : events_) in_order.push_back(&event);
  std::vector<Event> ends;
  for (const auto& [of, last] : counted_)
    if (last.at < window_.second) ends.push_back({window_.second, last.at_end});
  for (const Event& event : ends) in_order.push_back(&event);
  std::ranges::stable_sort(in_order, {}, [](const Event* event) { return event->at; });
  std::string text = "{\n";
  // An entry a line. HTA looks for the rank with a space behind the colon, line by line.
  for (const auto& [key, value] : header.items()) {
    std::string entry = fmt::format("{}: {}", dumped(key), dumped(value));
    if (value.is_object()) {
      entry = fmt::format("{}: {{", dumped(key));
      const char* comma = "";
      for (const auto& [inner, content] : value.items())
        entry +=
            fmt::format("{}{}: {}", std::exchange(comma, ", "), dumped(inner), dumped(content));
      entry += "}";
    }
    text += entry + ",\n";
  }
  text += "\"traceEvents\": [\n";
  const char* comma = "";
  for (const std::string& name : names_) text += std::exchange(comma, ",\n") + name;
  for (const Event* event : in_order) text += std::exchange(comma, ",\n") + event->text;
  return text + "\n]\n}\n";
}

}  // namespace qianka
