// SPDX-License-Identifier: Apache-2.0
// A list of links, one a line: from, to, rate, latency, count. With or without a header; commas,
// semicolons, tabs or spaces between the cells.
#include "sim/interchange/fabric_draft.hpp"
#include "sim/interchange/name_lists.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/language/language.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

namespace qianka {
namespace {

enum class Column { from, to, from_port, to_port, rate, latency, count, other };

struct ColumnName {
  std::string_view name;
  Column column;
};
/// A unit may follow: rate_gbps, "latency (us)".
constexpr std::array column_names{ColumnName{"from", Column::from},
                                  ColumnName{"source", Column::from},
                                  ColumnName{"src", Column::from},
                                  ColumnName{"node1", Column::from},
                                  ColumnName{"node_a", Column::from},
                                  ColumnName{"a", Column::from},
                                  ColumnName{"u", Column::from},
                                  ColumnName{"device_a", Column::from},
                                  ColumnName{"local", Column::from},
                                  ColumnName{"to", Column::to},
                                  ColumnName{"target", Column::to},
                                  ColumnName{"dst", Column::to},
                                  ColumnName{"dest", Column::to},
                                  ColumnName{"destination", Column::to},
                                  ColumnName{"node2", Column::to},
                                  ColumnName{"node_b", Column::to},
                                  ColumnName{"b", Column::to},
                                  ColumnName{"v", Column::to},
                                  ColumnName{"device_b", Column::to},
                                  ColumnName{"remote", Column::to},
                                  ColumnName{"from_port", Column::from_port},
                                  ColumnName{"source_port", Column::from_port},
                                  ColumnName{"src_port", Column::from_port},
                                  ColumnName{"to_port", Column::to_port},
                                  ColumnName{"target_port", Column::to_port},
                                  ColumnName{"dst_port", Column::to_port},
                                  ColumnName{"rate", Column::rate},
                                  ColumnName{"bandwidth", Column::rate},
                                  ColumnName{"bw", Column::rate},
                                  ColumnName{"speed", Column::rate},
                                  ColumnName{"capacity", Column::rate},
                                  ColumnName{"latency", Column::latency},
                                  ColumnName{"delay", Column::latency},
                                  ColumnName{"count", Column::count},
                                  ColumnName{"links", Column::count},
                                  ColumnName{"cables", Column::count},
                                  ColumnName{"multiplicity", Column::count}};

struct Cell {
  std::string_view text;
  std::size_t offset;
};

struct Heading {
  Column column = Column::other;
  std::string unit;  // "gbps", from the name of the column
};

/// "rate_gbps", "Rate (Gbps)", "bandwidth[Gb/s]".
Heading heading_of(std::string_view text) {
  std::string name = lower_case(text), unit;
  std::replace(name.begin(), name.end(), ' ', '_');
  const auto known = [&] {
    return std::ranges::find(column_names, std::string_view(name), &ColumnName::name);
  };
  if (known() == column_names.end()) {
    const std::size_t cut = name.find_first_of("([");
    const std::size_t last = cut == std::string::npos ? name.find_last_of('_') : cut;
    if (last == std::string::npos || last == 0) return {};
    unit = std::string(text.substr(last + 1));
    while (!unit.empty() && (unit.back() == ')' || unit.back() == ']')) unit.pop_back();
    name.resize(last);
    while (!name.empty() && name.back() == '_') name.pop_back();
  }
  return known() == column_names.end() ? Heading{} : Heading{known()->column, unit};
}

class EdgeList {
 public:
  EdgeList(const SourceText& source, Imported& imported)
      : source_(source), imported_(imported), known_(known_devices()) {}

  FabricDraft read() {
    draft_.kind = "edges";
    draft_.file = source_.short_name();
    const std::string& text = source_.text();
    for (std::size_t begin = 0; begin < text.size();) {
      std::size_t end = std::min(text.find('\n', begin), text.size());
      std::string_view line = std::string_view(text).substr(begin, end - begin);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (const std::size_t first = line.find_first_not_of(" \t");
          first != std::string_view::npos && line[first] != '#' && !line.starts_with("//"))
        row(cells(line, begin));
      begin = end + 1;
    }
    if (headings_.empty())
      fail_at(source_.at(0), tr("no row in this file"), tr("rows are from,to,rate"));
    return std::move(draft_);
  }

 private:
  std::vector<Cell> cells(std::string_view line, std::size_t offset);
  void row(const std::vector<Cell>& cells);
  bool header(const std::vector<Cell>& cells);
  std::string value(const std::vector<Cell>& cells, Column column, std::size_t& offset) const;
  std::optional<Bandwidth> rate(const std::string& text, std::size_t offset) const;
  std::optional<Seconds> latency(const std::string& text, std::size_t offset) const;
  int count(const std::string& text, std::size_t offset) const;
  const Heading& heading(Column column) const {
    return *std::ranges::find(headings_, column, &Heading::column);
  }

  const SourceText& source_;
  Imported& imported_;
  KnownDevices known_;
  FabricDraft draft_;
  char separator_ = '\0';  // ' ' for any white space
  std::vector<Heading> headings_;
};

std::vector<Cell> EdgeList::cells(std::string_view line, std::size_t offset) {
  if (separator_ == '\0') {
    separator_ = ' ';
    for (const char candidate : {'\t', ';', ','})
      if (line.find(candidate) != std::string_view::npos) separator_ = candidate;
  }
  std::vector<Cell> found;
  const auto add = [&](std::size_t begin, std::size_t end) {
    while (begin < end && (line[begin] == ' ' || line[begin] == '\t')) ++begin;
    while (end > begin && (line[end - 1] == ' ' || line[end - 1] == '\t')) --end;
    if (end - begin > 1 && line[begin] == '"' && line[end - 1] == '"') ++begin, --end;
    if (separator_ != ' ' || end > begin)
      found.push_back({line.substr(begin, end - begin), offset + begin});
  };
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"') quoted = !quoted;
    const bool white = separator_ == ' ' && i < line.size() && line[i] == '\t';
    if (i < line.size() && ((line[i] != separator_ && !white) || quoted)) continue;
    add(begin, i);
    begin = i + 1;
  }
  return found;
}

/// The first row: names of columns, or else the first link, whose columns are then as we write
/// them.
bool EdgeList::header(const std::vector<Cell>& cells) {
  for (const Cell& cell : cells) headings_.push_back(heading_of(cell.text));
  const auto has = [&](Column column) {
    return std::ranges::find(headings_, column, &Heading::column) != headings_.end();
  };
  const bool rates = std::ranges::any_of(
      cells, [&](const Cell& cell) { return link_rate(cell.text, known_).has_value(); });
  if (has(Column::from) && has(Column::to) && !rates) {  // nodes may be called a and b
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (headings_[i].column == Column::other)
        imported_.details.push_back(say("column '{}'", excerpt(cells[i].text)));
    return true;
  }
  if (!rates && (has(Column::from) || has(Column::to)))
    fail_at(source_.at(cells.front().offset),
            say("the header names no column '{}'", has(Column::from) ? "to" : "from"),
            tr("columns are from, to, rate, latency and count"));
  headings_ = {{Column::from, ""},
               {Column::to, ""},
               {Column::rate, ""},
               {Column::latency, ""},
               {Column::count, ""}};
  return false;
}

std::string EdgeList::value(const std::vector<Cell>& cells, Column column,
                            std::size_t& offset) const {
  for (std::size_t i = 0; i < std::min(cells.size(), headings_.size()); ++i) {
    if (headings_[i].column != column) continue;
    offset = cells[i].offset;
    return std::string(cells[i].text);
  }
  return "";
}

std::optional<Bandwidth> EdgeList::rate(const std::string& text, std::size_t offset) const {
  if (text.empty() || text == "-" || lower_case(text) == "unknown") return std::nullopt;
  const std::string& unit = heading(Column::rate).unit;
  if (const auto rate = link_rate(text, known_)) return rate;
  if (!unit.empty()) {
    // A column called rate_gbps says bits by its case; Gb/s and GB/s say it themselves.
    std::string spelt = unit == lower_case(unit) ? lower_case(unit) : unit;
    if (const auto rate = link_rate(text + " " + spelt, known_)) return rate;
    if (spelt == "gbps" || spelt == "mbps")
      if (const auto rate = link_rate(text + (spelt[0] == 'g' ? " Gbps" : " Mbps"), known_))
        return rate;
  }
  fail_at(source_.at(offset), say("'{}' is no rate", excerpt(text)),
          tr("write 400Gbps or 50GB/s, or call the column rate_gbps"));
}

std::optional<Seconds> EdgeList::latency(const std::string& text, std::size_t offset) const {
  if (text.empty() || text == "-" || lower_case(text) == "unknown") return std::nullopt;
  for (const std::string& words : {text, text + " " + heading(Column::latency).unit}) {
    try {
      return parse_time(words);
    } catch (const QuantityError&) {
      continue;
    }
  }
  fail_at(source_.at(offset), say("'{}' is no time", excerpt(text)),
          tr("write 500ns, or call the column latency_ns"));
}

int EdgeList::count(const std::string& text, std::size_t offset) const {
  constexpr double most = 1e5;
  if (text.empty()) return 1;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (*end != '\0' || value < 1 || value > most || value != static_cast<int>(value))
    fail_at(source_.at(offset), say("'{}' is no number of cables", excerpt(text)),
            tr("a whole number from 1; one when left out"));
  return static_cast<int>(value);
}

void EdgeList::row(const std::vector<Cell>& cells) {
  if (headings_.empty() && header(cells)) return;
  std::size_t from_at = cells.front().offset, to_at = from_at, at = from_at;
  const std::string from = value(cells, Column::from, from_at),
                    to = value(cells, Column::to, to_at);
  if (from.empty() || to.empty())
    fail_at(source_.at(from.empty() ? from_at : cells.back().offset),
            say("a link has two ends, this row has {}", from.empty() && to.empty() ? 0 : 1),
            tr("rows are from,to,rate"));
  DraftLink link{.at = source_.at(from_at)};
  link.a = draft_.end(from, source_.at(from_at));
  link.b = draft_.end(to, source_.at(to_at));
  if (link.a.port.empty()) link.a.port = value(cells, Column::from_port, at);
  if (link.b.port.empty()) link.b.port = value(cells, Column::to_port, at);
  std::string text = value(cells, Column::rate, at);
  link.rate = rate(text, at);
  text = value(cells, Column::latency, at);
  link.latency = latency(text, at);
  text = value(cells, Column::count, at);
  link.count = count(text, at);
  if (link.a.device == link.b.device) {
    imported_.details.push_back(
        say("line {}: a link from {} to itself", link.at.line, excerpt(from)));
    return;
  }
  draft_.join(std::move(link));
}

}  // namespace

Imported read_edges(const SourceText& source, const ImportRequest& request) {
  Imported imported;
  write_fabric(EdgeList(source, imported).read(), request, imported);
  return imported;
}

}  // namespace qianka
