// SPDX-License-Identifier: Apache-2.0
// Event lists that people write by hand from the log of a training run, as CSV. Either an event a
// line - event_id, date or time_local, kind, component, and if known nodes, lost_h, slow_to - or
// counts of restarts by window: window, start, end, restarts.
#include "sim/input/csv.hpp"
#include "sim/input/spelling.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/interchange/record_time.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/fault_list.hpp"
#include "sim/units/parse_quantity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// What a kind of event does to the job.
struct LogKind {
  enum class Effect { begins, nothing, stops, hangs, slows, rate };
  std::string_view name;
  Effect effect;
  bool strikes_node = false;
  bool lost_is_downtime = false;  // lost_h is how long it stood, not the work that was lost
};
using Effect = LogKind::Effect;
constexpr std::array log_kinds{LogKind{"launch", Effect::begins},
                               LogKind{"milestone", Effect::nothing},
                               LogKind{"hw_fail", Effect::stops, true},
                               LogKind{"hw_fail_rate", Effect::rate},
                               LogKind{"network_fail", Effect::stops},
                               LogKind{"storage_fail", Effect::stops},
                               LogKind{"slow_node", Effect::slows, true},
                               LogKind{"hang", Effect::hangs, false, true},
                               LogKind{"maintenance", Effect::stops, false, true},
                               LogKind{"instability", Effect::stops},
                               LogKind{"planned", Effect::stops},
                               LogKind{"reconfigure", Effect::stops, false, true}};

/// People leave commas in the notes of the last column without quotes: they get them here.
std::string with_quoted_notes(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  std::ptrdiff_t commas = -1;  // of the header
  for (std::string line; std::getline(lines, line);) {
    const bool plain = !line.empty() && line[0] != '#' && line.find('"') == std::string::npos;
    const std::ptrdiff_t here = std::ranges::count(line, ',');
    if (plain && commas < 0) commas = here;
    if (plain && commas > 0 && here > commas) {
      std::size_t note = 0;
      for (std::ptrdiff_t i = 0; i < commas; ++i) note = line.find(',', note) + 1;
      if (line.ends_with('\r')) line.pop_back();
      line = line.substr(0, note) + '"' + line.substr(note) + '"';
    }
    result += line + "\n";
  }
  return result;
}

constexpr double most_figure = 1e5;  // nodes, hours, restarts: more is a mistake

class FaultLog {
 public:
  FaultLog(const SourceText& source, const ImportRequest& request)
      : request_(request),
        table_(read_csv_table(with_quoted_notes(source.text()), source.name(), problems_)) {}

  Imported read(const std::string& file) {
    if (problems_.empty()) {
      if (column("restarts") && column("start") && column("end")) {
        windows();
      } else if (column("kind") && column("component") && time_column()) {
        events();
      } else {
        problem(table_.header, 0, tr("these columns are none of an event list"),
                tr("event_id,date,kind,component,… or window,start,end,restarts"));
      }
    }
    if (!problems_.empty()) throw InputError(sorted(problems_));
    std::ranges::stable_sort(faults_, {}, &ReplayedFault::at);
    std::vector<std::string> comments{
        fmt::format("Written by qianka import fault-log from {}.", file)};
    comments.insert(comments.end(), remarks_.begin(), remarks_.end());
    imported_.yaml = fault_list_text(faults_, comments);
    imported_.facts.push_back(say("{} faults in {:.1f} days", faults_.size(), days_));
    for (const std::string& remark : remarks_) imported_.facts.push_back(tr(remark));
    return std::move(imported_);
  }

 private:
  std::optional<std::size_t> column(std::string_view name) const {
    const auto& names = table_.header.cells;
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
  }
  std::optional<std::size_t> time_column() const {
    for (const char* name : {"time_local", "date", "time"}) {
      if (const auto found = column(name)) return found;
    }
    return std::nullopt;
  }
  void problem(const CsvRow& row, std::size_t cell, std::string message, std::string hint = "") {
    problems_.push_back(
        {{table_.file, row.line, row.columns.at(cell)}, std::move(message), std::move(hint)});
  }
  std::string text(const CsvRow& row, std::string_view name) const {
    const auto place = column(name);
    return place ? row.cells[*place] : "";
  }
  double time_at(const CsvRow& row, std::size_t cell) {
    if (const auto time = record_time(row.cells[cell])) return *time;
    problem(row, cell, say("'{}' is no date", excerpt(row.cells[cell])),
            tr("dates look like 2022-05-07 or 2022-05-07 20:14"));
    return 0;
  }
  std::optional<double> number_at(const CsvRow& row, std::string_view name) {
    const auto place = column(name);
    if (!place || row.cells[*place].empty()) return std::nullopt;
    try {
      const double value = parse_number(row.cells[*place]);
      if (value >= 0 && value <= most_figure) return value;
      problem(row, *place, say("{} cannot be {}", name, row.cells[*place]));
    } catch (const QuantityError& error) {
      problem(row, *place, error.what(), error.hint);
    }
    return std::nullopt;
  }
  const LogKind* kind_at(const CsvRow& row);
  int next_node();
  void events();
  void event(const CsvRow& row, const LogKind& kind, double at);
  void windows();

  const ImportRequest& request_;
  std::vector<Diagnostic> problems_;
  CsvTable table_;
  Imported imported_;
  std::vector<ReplayedFault> faults_;
  std::vector<std::string> remarks_;  // English: the file has them too
  double days_ = 0;
  int nodes_ = 0;
};

const LogKind* FaultLog::kind_at(const CsvRow& row) {
  const std::size_t place = *column("kind");
  const auto known = std::ranges::find(log_kinds, row.cells[place], &LogKind::name);
  if (known != log_kinds.end()) return &*known;
  std::vector<std::string> names;
  for (const LogKind& kind : log_kinds) names.emplace_back(kind.name);
  problem(row, place, say("no kind of event '{}'", excerpt(row.cells[place])),
          suggestion(row.cells[place], names, tr("kinds are")));
  return nullptr;
}

/// The logs do not name nodes.
int FaultLog::next_node() {
  const int node = nodes_++;
  return request_.nodes ? node % *request_.nodes : node;
}

void FaultLog::events() {
  const std::size_t times = *time_column();
  std::vector<std::pair<double, const LogKind*>> read;
  std::optional<double> begin;
  double first = INFINITY, last = -INFINITY;
  for (const CsvRow& row : table_.rows) {
    read.emplace_back(time_at(row, times), kind_at(row));
    const auto& [at, kind] = read.back();
    first = std::min(first, at), last = std::max(last, at);
    if (kind != nullptr && kind->effect == Effect::begins && !begin) begin = at;
  }
  if (!problems_.empty() || table_.rows.empty()) return;
  const double start = begin.value_or(first);
  days_ = (last - start) / 86'400;
  for (std::size_t i = 0; i < table_.rows.size(); ++i) {
    if (read[i].first < start) {
      problem(table_.rows[i], times, tr("this is before the launch"),
              tr("the run begins at the launch"));
    } else {
      event(table_.rows[i], *read[i].second, read[i].first - start);
    }
  }
  remarks_.emplace_back(begin ? marked("Time 0 is the launch.")
                              : marked("Time 0 is the first event: the list names no launch."));
  if (nodes_ > 0)
    remarks_.emplace_back(
        marked("The list does not say which node failed: they are numbered in turn."));
}

void FaultLog::event(const CsvRow& row, const LogKind& kind, double at) {
  const std::string id = text(row, "event_id"), note = text(row, "src_note");
  const std::string name =
      fmt::format("event {} ({})", id.empty() ? std::to_string(row.line) : id, kind.name);
  const std::optional<double> lost = number_at(row, "lost_h"), slow = number_at(row, "slow_to");
  const bool healed = kind.name == "instability" && lost && *lost == 0;
  if (kind.effect == Effect::begins || kind.effect == Effect::nothing || healed) {
    imported_.details.push_back(name);
    return;
  }
  if (kind.effect == Effect::rate) {
    imported_.missing.push_back(
        say("{} is a rate, no event: enter it among 'classes' ({})", name, note));
    return;
  }
  if (kind.effect == Effect::slows && !(slow && *slow > 0 && *slow < 1)) {
    imported_.missing.push_back(
        say("{} does not say how slow: add a column slow_to ({})", name, note));
    return;
  }
  ReplayedFault fault{.at = {at},
                      .component = text(row, "component"),
                      .node = -1,
                      .kind = fmt::format("{}{}{}", kind.name, note.empty() ? "" : ": ", note),
                      .evicts_node = kind.strikes_node};
  if (kind.effect == Effect::hangs) fault.noticed = Noticed::hang;
  if (kind.effect == Effect::slows) fault.slow_to = *slow;
  if (kind.lost_is_downtime && lost) fault.duration = Seconds{*lost * 3600};
  const auto several = static_cast<int>(number_at(row, "nodes").value_or(1));
  for (int i = 0; i < std::max(1, kind.strikes_node ? several : 1); ++i) {
    if (kind.strikes_node) fault.node = next_node();
    faults_.push_back(fault);
  }
}

void FaultLog::windows() {
  struct Window {
    double start, end, restarts;
    std::string name;
  };
  std::vector<Window> counted;
  double first = INFINITY, last = -INFINITY;
  for (const CsvRow& row : table_.rows) {
    const double start = time_at(row, *column("start")), end = time_at(row, *column("end"));
    if (end <= start) problem(row, *column("end"), tr("the window ends before it begins"));
    const std::optional<double> restarts = number_at(row, "restarts");
    if (!restarts) {
      imported_.details.push_back(say("window {}: no count", text(row, "window")));
      continue;
    }
    counted.push_back({start, end, *restarts, text(row, "window")});
    first = std::min(first, start), last = std::max(last, end);
  }
  if (!problems_.empty() || counted.empty()) return;
  days_ = (last - first) / 86'400;
  // Short windows first: a total spreads what it has beyond them over the time they leave.
  std::ranges::stable_sort(counted, {}, [](const Window& w) { return w.end - w.start; });
  for (std::size_t i = 0; i < counted.size(); ++i) {
    const Window& window = counted[i];
    double rest = window.restarts, time = window.end - window.start;
    std::vector<Window> inside;
    for (std::size_t j = 0; j < i; ++j) {
      const Window& other = counted[j];
      if (other.start < window.start || other.end > window.end) continue;
      const bool within = std::ranges::any_of(
          inside, [&](const Window& w) { return w.start <= other.start && other.end <= w.end; });
      if (within) continue;
      std::erase_if(inside,
                    [&](const Window& w) { return other.start <= w.start && w.end <= other.end; });
      inside.push_back(other);
    }
    std::ranges::sort(inside, {}, &Window::start);
    for (const Window& other : inside) rest -= other.restarts, time -= other.end - other.start;
    const auto events = static_cast<int>(std::max(0.0, std::round(rest)));
    for (int event = 0; event < events && time > 0; ++event) {
      double at = window.start + (event + 0.5) / events * time;
      for (const Window& other : inside) {
        if (other.start <= at) at += other.end - other.start;
      }
      faults_.push_back({.at = {std::round(at - first)},
                         .component = "host",
                         .node = next_node(),
                         .kind = "restart in window " + window.name});
    }
  }
  remarks_.emplace_back(
      marked("The list counts restarts by window: they are spread evenly over it."));
  remarks_.emplace_back(marked("It does not say which node failed: they are numbered in turn."));
}

}  // namespace

Imported read_fault_log(const SourceText& source, const ImportRequest& request) {
  return FaultLog(source, request).read(source.short_name());
}

}  // namespace qianka
