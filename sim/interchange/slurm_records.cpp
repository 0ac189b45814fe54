// SPDX-License-Identifier: Apache-2.0
// What Slurm remembers of failures: `sacctmgr show event -P` and slurmctld.log name nodes that went
// down, `sacct -P` jobs that ended badly. One file may hold several of them, one after the other.
#include "sim/input/spelling.hpp"
#include "sim/interchange/name_lists.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/interchange/record_time.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/cable_ends.hpp"
#include "sim/scenario/fault_list.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Words of a reason, the first that is found, and the component they speak of.
constexpr std::array<std::pair<std::string_view, std::string_view>, 21> reason_words{
    {{"nvlink", "nvlink"}, {"hccs", "hccs"},     {"ecc", "hbm"},
     {"hbm", "hbm"},       {"xid", "gpu"},       {"gpu", "gpu"},
     {"npu", "gpu"},       {"gres", "gpu"},      {"infiniband", "link"},
     {"link", "link"},     {"optic", "link"},    {"nic", "nic"},
     {"mlx", "nic"},       {"roce", "nic"},      {"disk", "storage"},
     {"nvme", "storage"},  {"mount", "storage"}, {"filesystem", "storage"},
     {"power", "power"},   {"psu", "power"},     {"kernel", "host"}}};

std::string component_of(std::string_view reason) {
  const std::string small = lower_case(reason);
  for (const auto& [word, component] : reason_words) {
    if (small.find(word) != std::string::npos) return std::string(component);
  }
  return "host";
}

bool is_out(std::string_view state) {
  const std::string small = lower_case(state);
  return small.starts_with("down") || small.starts_with("drain") || small.starts_with("fail") ||
         small.find("not_responding") != std::string::npos;
}

struct Event {
  double at = 0;
  SourcePos where;
  std::string component, node, kind;  // node "": none
};

struct RecordCell {
  std::string text;
  SourcePos at;
};

class SlurmRecords {
 public:
  SlurmRecords(const SourceText& source, const ImportRequest& request)
      : source_(source), request_(request) {}

  Imported read() {
    const std::string& text = source_.text();
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      std::string_view line = std::string_view(text).substr(begin, end - begin);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty() && line.front() != '#') read_line(line, begin);
      begin = end + 1;
    }
    if (!problems_.empty()) throw InputError(sorted(problems_));
    if (!understood_) {
      fail_at(source_.at(0), tr("no Slurm records in this file"),
              tr("it reads sacct -P, sacctmgr show event -P and slurmctld.log"));
    }
    return written();
  }

 private:
  using Cells = std::map<std::string, RecordCell>;  // by column

  void read_line(std::string_view line, std::size_t offset);
  void read_row(const Cells& row);
  void node_event(const Cells& row);
  void job_end(const Cells& row);
  void log_line(std::string_view line, std::size_t offset);
  std::optional<double> time_of(const RecordCell& cell);
  void add_nodes(double at, const SourcePos& where, std::string_view list, const std::string& what);
  void attribute_jobs();
  Imported written();

  const SourceText& source_;
  const ImportRequest& request_;
  std::vector<Diagnostic> problems_;
  std::vector<std::string> header_;  // of the table we are in, in lower case
  bool understood_ = false;
  std::vector<Event> events_;
  std::optional<double> first_;                // moment of the record
  std::vector<double> away_;                   // how long nodes were out, where that is said
  std::map<std::string, std::string> reason_;  // of a node, from slurmctld.log
  std::map<std::string, int> passed_over_;
};

void SlurmRecords::read_line(std::string_view line, std::size_t offset) {
  if (line.front() == '[') return log_line(line, offset);
  std::vector<RecordCell> cells;
  for (std::size_t i = 0; i <= line.size();) {
    const std::size_t end = std::min(line.find('|', i), line.size());
    cells.push_back({std::string(line.substr(i, end - i)), source_.at(offset + i)});
    i = end + 1;
  }
  // sacct -p ends its lines with '|'.
  const bool ended = cells.size() > 1 && cells.back().text.empty();
  const auto is_name = [](const RecordCell& cell) {
    const std::string name = lower_case(cell.text);
    return name == "jobid" || name == "nodename" || name == "jobidraw";
  };
  if (std::ranges::any_of(cells, is_name)) {
    header_.clear();
    if (ended) cells.pop_back();
    for (const RecordCell& cell : cells) header_.push_back(lower_case(cell.text));
    return;
  }
  if (header_.empty() || cells.size() == 1) return;  // a prompt, a banner
  if (ended && cells.size() > header_.size()) cells.pop_back();
  if (cells.size() != header_.size()) {
    problems_.push_back({source_.at(offset),
                         say("{} cells, but the header has {}", cells.size(), header_.size()),
                         tr("-P (--parsable2) parts the cells by '|'")});
    return;
  }
  Cells row;
  for (std::size_t i = 0; i < cells.size(); ++i) row.emplace(header_[i], cells[i]);
  read_row(row);
}

void SlurmRecords::read_row(const Cells& row) {
  understood_ = true;
  const bool of_nodes = row.contains("nodename");
  for (const char* needed : {"state", of_nodes ? "timestart" : "end"}) {
    if (row.contains(needed)) continue;
    fail_at(row.begin()->second.at, say("this table has no column {}", needed),
            of_nodes ? "sacctmgr show event -P format=NodeName,TimeStart,TimeEnd,State,Reason"
                     : "sacct -P --format=JobID,JobName,Start,End,State,NodeList");
  }
  if (of_nodes) {
    node_event(row);
  } else {
    job_end(row);
  }
}

std::optional<double> SlurmRecords::time_of(const RecordCell& cell) {
  if (cell.text.empty() || cell.text == "Unknown" || cell.text == "None") return std::nullopt;
  if (const auto time = record_time(cell.text)) {
    first_ = std::min(first_.value_or(*time), *time);
    return time;
  }
  problems_.push_back({cell.at, say("'{}' is no time", excerpt(cell.text)),
                       tr("times look like 2024-05-01T03:12:44")});
  return std::nullopt;
}

void SlurmRecords::node_event(const Cells& row) {
  const auto begin = time_of(row.at("timestart"));
  const auto end = row.contains("timeend") ? time_of(row.at("timeend")) : std::nullopt;
  const std::string& state = row.at("state").text;
  const RecordCell& names = row.at("nodename");
  // Without a name the event is the cluster's own: it was registered, or changed its size.
  if (!begin || names.text.empty() || !is_out(state)) {
    ++passed_over_[names.text.empty() ? tr("cluster events") : say("node events {}", state)];
    return;
  }
  const std::string reason = row.contains("reason") ? row.at("reason").text : "";
  if (const double until = end.value_or(0); until > *begin) away_.push_back(until - *begin);
  add_nodes(*begin, names.at, names.text, reason.empty() ? state : reason);
}

void SlurmRecords::job_end(const Cells& row) {
  const auto start = row.contains("start") ? time_of(row.at("start")) : std::nullopt;
  const auto end = time_of(row.at("end"));
  const std::string& state = row.at("state").text;
  const auto id = row.contains("jobid") ? row.find("jobid") : row.find("jobidraw");
  const bool step = id != row.end() && id->second.text.find('.') != std::string::npos;
  const bool of_node = state.starts_with("NODE_FAIL") || state.starts_with("BOOT_FAIL");
  const bool of_job = state.starts_with("FAILED") || state.starts_with("OUT_OF_MEMORY");
  if (step || !end || !(of_node || of_job)) {
    ++passed_over_[step ? tr("job steps") : say("jobs {}", state)];
    return;
  }
  static_cast<void>(start);  // the record begins with the first job
  // Which node it was, the events of nodes say.
  events_.push_back({*end, row.at("state").at, of_node ? "host" : "job", "",
                     fmt::format("job {}: {}", id == row.end() ? "" : id->second.text, state)});
}

void SlurmRecords::log_line(std::string_view line, std::size_t offset) {
  understood_ = true;
  const std::size_t close = line.find(']');
  const RecordCell stamp{std::string(line.substr(1, std::min(close, line.size()) - 1)),
                         source_.at(offset + 1)};
  const auto after = [&](std::string_view words) -> std::optional<std::string_view> {
    const std::size_t at = line.find(words);
    return at == std::string_view::npos ? std::nullopt
                                        : std::optional(line.substr(at + words.size()));
  };
  const auto first_word = [](std::string_view text) { return text.substr(0, text.find(' ')); };
  // update_node: node n1 reason set to: …   update_node: node n1 state set to DOWN
  // error: Nodes n[1-2] not responding, setting DOWN
  if (const auto node = after("node "); node && after(" reason set to: ")) {
    reason_[std::string(first_word(*node))] = std::string(*after(" reason set to: "));
  } else if (const auto state = after(" state set to "); node && state && is_out(*state)) {
    if (const auto at = time_of(stamp)) {
      const std::string name(first_word(*node));
      add_nodes(*at, stamp.at, name, reason_.contains(name) ? reason_[name] : std::string(*state));
    }
  } else if (const auto nodes = after("Nodes "); nodes && after("not responding, setting DOWN")) {
    if (const auto at = time_of(stamp))
      add_nodes(*at, stamp.at, first_word(*nodes), "not responding");
  }
}

void SlurmRecords::add_nodes(double at, const SourcePos& where, std::string_view list,
                             const std::string& what) {
  try {
    for (const std::string& node : host_list(list))
      events_.push_back({at, where, component_of(what), node, what});
  } catch (const BadPattern& bad) {
    problems_.push_back({where, bad.what(), tr("host lists look like node[1-4,7]")});
  }
}

/// A job that ends with one of its nodes is no failure of its own: a node event in its last 10 min
/// or in the 5 min after, as Kokolis et al. (arXiv:2410.21680) attribute failures.
void SlurmRecords::attribute_jobs() {
  std::vector<double> of_nodes;
  for (const Event& event : events_) {
    if (!event.node.empty()) of_nodes.push_back(event.at);
  }
  const auto explained = [&](const Event& event) {
    return event.node.empty() && std::ranges::any_of(of_nodes, [&](double at) {
             return at >= event.at - 600 && at <= event.at + 300;
           });
  };
  if (const auto count = std::erase_if(events_, explained); count > 0)
    passed_over_[tr("jobs that ended with one of their nodes")] += static_cast<int>(count);
}

Imported SlurmRecords::written() {
  attribute_jobs();
  const auto natural = [](const std::string& a, const std::string& b) {
    return natural_less(a, b);
  };
  std::set<std::string, decltype(natural)> names(natural);
  for (const Event& event : events_) {
    if (!event.node.empty()) names.insert(event.node);
  }
  std::map<std::string, int> number;
  for (const std::string& name : names) number.emplace(name, static_cast<int>(number.size()));
  std::vector<ReplayedFault> faults;
  double last = 0;
  for (const Event& event : events_) {
    const bool named = !event.node.empty();
    const int node = named ? number.at(event.node) : -1;
    if (request_.nodes && node >= *request_.nodes) {
      fail_at(event.where,
              say("{} is the {}th node that failed, but there are {}", event.node, node + 1,
                  *request_.nodes),
              tr("--nodes must cover every node of the record"));
    }
    const double at = std::round((event.at - *first_) * 1000) / 1000;  // logs have milliseconds
    faults.push_back({.at = {at},
                      .component = event.component,
                      .node = node,
                      .kind = named ? event.node + ": " + event.kind : event.kind,
                      .evicts_node = named});
    last = std::max(last, event.at - *first_);
  }
  std::ranges::stable_sort(faults, {}, &ReplayedFault::at);
  Imported imported;
  imported.facts.push_back(say("{} faults in {:.1f} days, {} nodes that failed", faults.size(),
                               last / 86'400, names.size()));
  if (!away_.empty()) {
    std::ranges::sort(away_);
    imported.facts.push_back(
        say("nodes were away for {:.1f} h in the median: recovery.repair.median",
            away_[away_.size() / 2] / 3600));
  }
  for (const auto& [what, count] : passed_over_)
    imported.details.push_back(fmt::format("{} {}", count, what));
  imported.yaml = fault_list_text(
      faults,
      {fmt::format("Written by qianka import slurm-records from {}.", source_.short_name()),
       "Time 0 is the first moment of the record; nodes that failed are numbered by name."});
  return imported;
}

}  // namespace

Imported read_slurm_records(const SourceText& source, const ImportRequest& request) {
  return SlurmRecords(source, request).read();
}

}  // namespace qianka
