// SPDX-License-Identifier: Apache-2.0
// Slurm's topology.conf and topology.yaml: which nodes hang below which switch, and switches below
// switches. Also what scontrol show topology prints, where upper switches repeat the nodes of lower
// ones.
#include "sim/interchange/fabric_draft.hpp"
#include "sim/interchange/name_lists.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/cable_ends.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

struct TreeWord {
  std::string key, value;  // the key in lower case
  SourcePos at;            // of the value
};

struct TreeSwitch {
  std::string name;
  SourcePos at;
  std::vector<std::string> nodes, switches;
  std::optional<Bandwidth> speed;
};

class SlurmTree {
 public:
  SlurmTree(const SourceText& source, Imported& imported)
      : source_(source), imported_(imported), known_(known_devices()) {}

  FabricDraft read() {
    draft_.kind = "slurm-topology";
    draft_.file = source_.short_name();
    is_yaml() ? yaml_lines() : lines();
    if (switches_.empty())
      fail_at(
          source_.at(0), tr("no SwitchName= in this file"),
          tr("lines are SwitchName=leaf1 Nodes=node[1-4], or Switches=leaf[1-2]; in topology.yaml "
             "'- switch: leaf1' and below it 'nodes: node[1-4]', or 'children: leaf[1-2]'"));
    build();
    return std::move(draft_);
  }

 private:
  bool is_yaml() const;
  void yaml_lines();
  void lines();
  std::vector<TreeWord> words(const std::string& line, const std::vector<std::size_t>& offsets);
  void line(const std::vector<TreeWord>& words);
  std::vector<std::string> names(const TreeWord& word) const;
  void build();
  void add_nodes(std::size_t number);
  void note_parents(std::size_t number);
  void climb();
  void join_tops();

  const SourceText& source_;
  Imported& imported_;
  KnownDevices known_;
  FabricDraft draft_;
  std::vector<TreeSwitch> switches_;
  std::map<std::string, std::size_t> numbers_;
  // By switch, while the tree is built:
  std::vector<double> below_;                      // cables' worth of nodes
  std::vector<std::vector<std::size_t>> parents_;  // the switches above
};

/// The first line that says something is the beginning of a list.
bool SlurmTree::is_yaml() const {
  const std::string& text = source_.text();
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::size_t first = text.find_first_not_of(" \t\r", begin);
    if (first < end && text[first] != '#') return text[first] == '-';
    begin = end + 1;
  }
  return false;
}

/// Block style, as Slurm documents it: a switch or block is a list entry with its name first. Of
/// several topologies the first one that has some counts.
void SlurmTree::yaml_lines() {
  const std::string& text = source_.text();
  std::vector<TreeWord> entry;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view row = std::string_view(text).substr(begin, end - begin);
    row = row.substr(0, row.find('#'));
    const std::size_t line_begin = std::exchange(begin, end + 1);
    const std::size_t first = row.find_first_not_of(" -");
    const std::size_t colon = row.find(':');
    if (first == std::string_view::npos || colon == std::string_view::npos || colon < first)
      continue;
    const std::string key = lower_case(row.substr(first, colon - first));
    const std::size_t value = row.find_first_not_of(" \t'\"", colon + 1);
    const std::size_t last = row.find_last_not_of(" \t\r'\"");
    if (key == "topology" && !switches_.empty()) {
      imported_.warnings.push_back(
          {source_.at(line_begin + first), tr("a second topology is passed over"), ""});
      break;
    }
    if (value == std::string_view::npos || last < value) continue;  // what is below has lines
    const TreeWord word{key == "switch"     ? "switchname"
                        : key == "block"    ? "blockname"
                        : key == "children" ? "switches"
                                            : key,
                        std::string(row.substr(value, last + 1 - value)),
                        source_.at(line_begin + value)};
    const bool starts = word.key == "switchname" || word.key == "blockname";
    if (starts || key == "topology") line(std::exchange(entry, {}));
    if (starts || !entry.empty()) entry.push_back(word);
  }
  line(entry);
}

/// Comments go; a backslash at the end joins a line with the next.
void SlurmTree::lines() {
  const std::string& text = source_.text();
  std::string joined;
  std::vector<std::size_t> offsets;  // of each byte of `joined`
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view row = std::string_view(text).substr(begin, end - begin);
    if (row.ends_with('\r')) row.remove_suffix(1);
    row = row.substr(0, row.find('#'));
    const bool more = row.ends_with('\\');
    if (more) row.remove_suffix(1);
    for (std::size_t i = 0; i < row.size(); ++i) {
      joined.push_back(row[i]);
      offsets.push_back(begin + i);
    }
    begin = end + 1;
    if (more && begin < text.size()) continue;
    line(words(joined, offsets));
    joined.clear();
    offsets.clear();
  }
}

std::vector<TreeWord> SlurmTree::words(const std::string& line,
                                       const std::vector<std::size_t>& offsets) {
  std::vector<TreeWord> found;
  for (std::size_t i = 0; i < line.size();) {
    if (line[i] == ' ' || line[i] == '\t') {
      ++i;
      continue;
    }
    const std::size_t end = std::min(line.find_first_of(" \t", i), line.size());
    const std::size_t equals = line.find('=', i);
    if (found.empty() && lower_case(std::string_view(line).substr(i, end - i)) == "include") {
      const std::size_t file = std::min(line.find_first_not_of(" \t", end), line.size());
      return {{"include", line.substr(file), source_.at(offsets[i])}};
    }
    if (equals >= end)
      fail_at(
          source_.at(offsets[i]),
          say("'{}' has no '='", excerpt(std::string_view(line).substr(i, end - i))),
          tr("words are Key=value, as in SwitchName=leaf1 Nodes=node[1-4]; no spaces around '='"));
    const std::size_t value = std::min(equals + 1, offsets.size() - 1);
    found.push_back({lower_case(std::string_view(line).substr(i, equals - i)),
                     line.substr(equals + 1, end - equals - 1), source_.at(offsets[value])});
    i = end;
  }
  return found;
}

std::vector<std::string> SlurmTree::names(const TreeWord& word) const {
  std::vector<std::string> list;
  try {
    list = host_list(word.value);
  } catch (const BadPattern& bad) {
    fail_at(word.at, bad.what(), tr("host lists look like node[1-4,7]"));
  }
  if (list.empty()) fail_at(word.at, say("{}= names nothing", word.key), "");
  return list;
}

void SlurmTree::line(const std::vector<TreeWord>& words) {
  if (words.empty()) return;
  const std::string& first = words.front().key;
  if (first != "switchname" && first != "blockname") {
    const SourcePos& at = words.front().at;
    imported_.details.push_back(fmt::format("line {}: {}", at.line, excerpt(first)));
    if (first == "include")
      imported_.warnings.push_back({at, say("'{}' is not read", excerpt(words.front().value)),
                                    tr("put what it has into this file")});
    return;
  }
  TreeSwitch made{words.front().value, words.front().at, {}, {}, {}};
  for (const TreeWord& word : words) {
    if (word.key == "nodes") made.nodes = names(word);
    if (word.key == "switches") made.switches = names(word);
    if (word.key == "linkspeed") made.speed = link_rate(word.value, known_);
  }
  if (made.nodes.empty() && made.switches.empty())
    fail_at(made.at, say("switch '{}' has neither Nodes= nor Switches=", made.name),
            tr("a switch is above nodes or above switches"));
  if (!made.switches.empty()) made.nodes.clear();  // those of the switches below, once more
  const auto [place, fresh] = numbers_.try_emplace(made.name, switches_.size());
  if (!fresh)
    fail_at(made.at, say("switch '{}' stands twice", excerpt(made.name)),
            say("the first is at line {}", switches_[place->second].at.line));
  if (first == "blockname" && std::ranges::none_of(imported_.warnings, [](const auto& warning) {
        return warning.message.starts_with("blocks");
      }))
    imported_.warnings.push_back({made.at,
                                  tr("blocks say who is near whom, not what joins the blocks"),
                                  tr("each is written as a switch, and one more joins them")});
  switches_.push_back(std::move(made));
}

/// Cables to the upper switches carry what comes from below: the file does not say how many there
/// are.
void SlurmTree::build() {
  below_.assign(switches_.size(), 0);
  parents_.assign(switches_.size(), {});
  for (const TreeSwitch& one : switches_) {
    const std::size_t device = draft_.device(one.name, one.at);
    draft_.devices[device].role = DraftRole::fabric_switch;
  }
  for (std::size_t i = 0; i < switches_.size(); ++i) {
    add_nodes(i);
    note_parents(i);
  }
  climb();
  join_tops();
  if (switches_.size() > 1)
    draft_.notes.push_back(
        "topology.conf has no numbers of cables: from each switch as many lead upwards as hang "
        "below it, so nothing is oversubscribed.");
}

void SlurmTree::add_nodes(std::size_t number) {
  const TreeSwitch& one = switches_[number];
  for (const std::string& name : one.nodes) {
    if (numbers_.contains(name))
      fail_at(one.at, say("'{}' is a switch and a node", excerpt(name)), "");
    const std::size_t node = draft_.device(name, one.at);
    draft_.devices[node].role = DraftRole::node;
    draft_.join({.a = {node}, .b = {number}, .rate = one.speed, .at = one.at});
  }
  below_[number] = static_cast<double>(one.nodes.size());
}

void SlurmTree::note_parents(std::size_t number) {
  const TreeSwitch& one = switches_[number];
  for (const std::string& name : one.switches) {
    const auto lower = numbers_.find(name);
    if (lower == numbers_.end())
      fail_at(one.at, say("no switch '{}'", excerpt(name)),
              tr("every switch has a line of its own, SwitchName=…"));
    parents_[lower->second].push_back(number);
  }
}

/// A switch's cables upwards, shared evenly; lower switches first, so that sums are complete.
void SlurmTree::climb() {
  std::vector<std::size_t> waiting(switches_.size()), ready;
  for (std::size_t i = 0; i < switches_.size(); ++i) {
    waiting[i] = switches_[i].switches.size();
    if (waiting[i] == 0) ready.push_back(i);
  }
  for (std::size_t at = 0; at < ready.size(); ++at) {
    const std::size_t lower = ready[at];
    const double share = below_[lower] / static_cast<double>(parents_[lower].size());
    for (const std::size_t upper : parents_[lower]) {
      draft_.join({.a = {lower},
                   .b = {upper},
                   .rate = switches_[upper].speed ? switches_[upper].speed : switches_[lower].speed,
                   .count = std::max(1, static_cast<int>(share + 0.999999)),
                   .at = switches_[upper].at});
      below_[upper] += share;
      if (--waiting[upper] == 0) ready.push_back(upper);
    }
  }
  for (std::size_t i = 0; i < switches_.size(); ++i)
    if (waiting[i] > 0)
      fail_at(switches_[i].at, say("switch '{}' is above itself", excerpt(switches_[i].name)),
              tr("the switches of topology.conf make a tree"));
}

/// Nothing in the file joins blocks.
void SlurmTree::join_tops() {
  std::vector<std::size_t> tops;
  for (std::size_t i = 0; i < switches_.size(); ++i)
    if (parents_[i].empty()) tops.push_back(i);
  const bool blocks = std::ranges::any_of(imported_.warnings, [](const auto& warning) {
    return warning.message.starts_with("blocks");
  });
  if (!blocks || tops.size() < 2) return;
  const std::size_t joint = draft_.device("between-blocks", switches_.front().at);
  draft_.devices[joint].role = DraftRole::fabric_switch;
  for (const std::size_t top : tops)
    draft_.join({.a = {top},
                 .b = {joint},
                 .count = std::max(1, static_cast<int>(below_[top])),
                 .at = switches_[top].at});
}

}  // namespace

Imported read_slurm_topology(const SourceText& source, const ImportRequest& request) {
  Imported imported;
  write_fabric(SlurmTree(source, imported).read(), request, imported);
  return imported;
}

}  // namespace qianka
