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

TraceFile::TraceFile(Seconds end, const std::optional<Window>& window, std::int64_t grain)
    : grain_(grain) {
  const Window all{Seconds{0}, end}, shown = window.value_or(all);
  window_ = {on_grid(std::min(end, shown.from)), on_grid(std::min(end, shown.to))};
}

std::int64_t TraceFile::on_grid(Seconds time) const {
  return grain_ * std::llround(time.value * (1e9 / static_cast<double>(grain_)));
}

bool TraceFile::inside(std::int64_t at) const {
  return at >= window_.first && at <= window_.second;
}

void TraceFile::add(std::int64_t at, const Json& event) { events_.push_back({at, dumped(event)}); }

void TraceFile::draw(TraceTrack track, std::int64_t at, const Json& event) {
  drawn_.insert(track);
  add(at, event);
}

void TraceFile::name_process(std::int64_t process, const std::string& name, std::int64_t order) {
  for (const auto& [what, args] : {std::pair{"process_name", Json{{"name", name}}},
                                   std::pair{"process_sort_index", Json{{"sort_index", order}}}})
    processes_.push_back(dumped(
        {{"ph", "M"}, {"pid", process}, {"tid", 0}, {"ts", 0}, {"name", what}, {"args", args}}));
}

void TraceFile::name_track(TraceTrack track, const std::string& name) {
  for (const auto& [what, args] :
       {std::pair{"thread_name", Json{{"name", name}}},
        std::pair{"thread_sort_index", Json{{"sort_index", track.thread}}}})
    tracks_.emplace_back(track, dumped({{"ph", "M"},
                                        {"pid", track.process},
                                        {"tid", track.thread},
                                        {"ts", 0},
                                        {"name", what},
                                        {"args", args}}));
}

bool TraceFile::slice(TraceTrack track, const std::string& name, const char* category,
                      Seconds start, Seconds end, Json args) {
  const Span span{std::max(on_grid(start), window_.first), std::min(on_grid(end), window_.second)};
  if (span.second <= span.first) return false;
  Json event = head("X", track, span.first);
  event["dur"] = microseconds(span.second - span.first);
  event["cat"] = category;
  event["name"] = name;
  if (!args.empty()) event["args"] = std::move(args);
  draw(track, span.first, event);
  return true;
}

void TraceFile::launch(TraceTrack track, Seconds at, Seconds not_before, std::int64_t correlation) {
  // HTA rounds beginnings up and ends down: only in whole microseconds is it not shorter than 0.
  // Of two at one time Perfetto would lay one over the other.
  constexpr std::int64_t microsecond = 1000;
  const std::int64_t earliest = std::max(on_grid(not_before), window_.first);
  std::int64_t ns = on_grid(at) / microsecond;
  ns = microsecond * std::max({ns, (earliest + microsecond - 1) / microsecond, launches_from_});
  if (ns >= window_.second) return;
  launches_from_ = ns / microsecond + 1;
  Json event = head("X", track, ns);
  event["dur"] = 0, event["cat"] = "cuda_runtime", event["name"] = "cudaLaunchKernel";
  event["args"] = {{"correlation", correlation}};
  draw(track, ns, event);
}

void TraceFile::arrow(const char* name, const End& from, const End& to) {
  // An end belongs to the slice that is open at its time; where a slice ends it is no more.
  const auto place = [&](const End& end) -> std::pair<bool, std::int64_t> {
    const Span whole{on_grid(end.start), on_grid(end.end)};
    const std::int64_t at = end.at_end ? whole.second - grain_ : whole.first;
    const bool there = whole.second > whole.first && at >= window_.first && at < window_.second;
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

/// MindStudio Insight takes no counter of time 0.
std::int64_t TraceFile::counted_at(Seconds at) const { return std::max(on_grid(at), grain_); }

void TraceFile::sample(std::int64_t process, const std::string& name, Seconds at, Json values) {
  const std::int64_t ns = counted_at(at);
  if (!inside(ns)) return;
  Json event = head("C", {process, 0}, ns);
  event["name"] = name, event["args"] = std::move(values);
  add(ns, event);
}

void TraceFile::counter(std::int64_t process, const std::string& name, Seconds at, Json values) {
  const std::int64_t ns = counted_at(at);
  if (ns > window_.second) return;
  sample(process, name, at, values);
  Counted& known = counted_[{process, name}];
  if (ns < window_.first && ns >= known.before_at) known.before_at = ns, known.before = values;
  if (ns >= known.last_at) known.last_at = ns, known.last = std::move(values);
}

/// What holds already when the window opens; and the last once more where the file ends, since
/// viewers draw a counter up to its last sample.
std::vector<TraceFile::Event> TraceFile::counters_at_the_ends() const {
  std::vector<Event> found;
  for (const auto& [of, counted] : counted_) {
    const auto again = [&, &whose = of](const Json& values, std::int64_t at) {
      Json event = head("C", {whose.first, 0}, at);
      event["name"] = whose.second, event["args"] = values;
      found.push_back({at, dumped(event)});
    };
    if (counted.before_at >= 0) again(counted.before, window_.first);
    if (counted.last_at < window_.second) again(counted.last, window_.second);
  }
  return found;
}

void TraceFile::instant(TraceTrack track, const std::string& name, const char* category, Seconds at,
                        Json args) {
  const std::int64_t ns = on_grid(at);
  if (!inside(ns)) return;
  // As Chrome itself writes them; MindStudio Insight does not know "i".
  Json event = head("I", track, ns);
  event["s"] = "t", event["cat"] = category, event["name"] = name;
  if (!args.empty()) event["args"] = std::move(args);
  draw(track, ns, event);
}

std::string TraceFile::text(const Json& header) const {
  const std::vector<Event> at_the_ends = counters_at_the_ends();
  std::vector<const Event*> in_order;
  for (const std::vector<Event>* some : {&at_the_ends, &events_})
    for (const Event& event : *some) in_order.push_back(&event);
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
  for (const std::string& name : processes_) text += std::exchange(comma, ",\n") + name;
  for (const auto& [track, name] : tracks_)
    if (drawn_.contains(track)) text += std::exchange(comma, ",\n") + name;
  for (const Event* event : in_order) text += std::exchange(comma, ",\n") + event->text;
  return text + "\n]\n}\n";
}

}  // namespace qianka
