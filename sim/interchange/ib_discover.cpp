// SPDX-License-Identifier: Apache-2.0
// What ibnetdiscover prints: each switch and channel adapter with its ports, each link seen from
// both ends; or the report of ports that -p prints, a line each. GUIDs tell devices apart,
// descriptions tell which adapters sit in one server.
#include "sim/interchange/fabric_draft.hpp"
#include "sim/interchange/name_lists.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <regex>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

struct IbDevice {
  bool is_switch = false;
  std::string guid = {}, system = {}, description = {};
  SourcePos at = {};
  int ports = 0;
};

struct IbPort {
  std::size_t device = 0;
  int number = 0;

  auto operator<=>(const IbPort&) const = default;
};

/// "0x0002c903", "S-0002c903", "2c903" are one.
std::string plain_guid(std::string_view text) {
  if (text.size() > 2 && text[1] == '-') text.remove_prefix(2);
  if (text.starts_with("0x")) text.remove_prefix(2);
  while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
  return lower_case(text);
}

/// Text between the first quotes at or after `from`; `from` moves behind them.
std::optional<std::string> quoted(std::string_view line, std::size_t& from, char quote = '"') {
  const std::size_t open = line.find(quote, from);
  if (open == std::string_view::npos) return std::nullopt;
  const std::size_t close = line.find(quote, open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  from = close + 1;
  return std::string(line.substr(open + 1, close - open - 1));
}

/// A server's name and its adapter's in "node018 HCA-1" or "host7 mlx5_2"; "" when it names none.
struct HostName {
  std::string host, adapter;
};

HostName host_in(const std::string& description) {
  static const std::regex adapter_word(R"((HCA|hca|mlx|ib|mthca|qib|hfi|bnxt|irdma)[-_\w]*\d+\w*)");
  const std::size_t cut = description.find_last_of(' ');
  std::string host = description, adapter;
  if (cut != std::string::npos) {
    adapter = description.substr(cut + 1);
    if (!std::regex_match(adapter, adapter_word)) return {};  // "MT4123 ConnectX6 Mellanox …"
    host = description.substr(0, cut);
  }
  const std::string lower = lower_case(host);
  if (host.empty() || host.find(' ') != std::string::npos || lower.starts_with("localhost"))
    return {};
  return {host, adapter};
}

/// "MF0;leaf-03:MQM9700/U1" is leaf-03; "Quantum Mellanox Technologies" names nothing.
std::string switch_name(const std::string& description) {
  if (description.starts_with("MF0;")) {
    const std::size_t colon = description.find(':');
    return description.substr(4, colon == std::string::npos ? colon : colon - 4);
  }
  for (const char* maker : {"Mellanox", "Voltaire", "InfiniScale", "NVIDIA", "QLogic"})
    if (description.find(maker) != std::string::npos) return "";
  return description;
}

class IbReader {
 public:
  IbReader(const SourceText& source, Imported& imported)
      : source_(source), imported_(imported), known_(known_devices()) {}

  FabricDraft read() {
    draft_.kind = "ibnetdiscover";
    draft_.file = source_.short_name();
    const std::string& text = source_.text();
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      std::string_view line = std::string_view(text).substr(begin, end - begin);
      if (line.ends_with('\r')) line.remove_suffix(1);
      const std::size_t first = line.find_first_not_of(" \t");
      if (first != std::string_view::npos) take(line.substr(first), begin + first);
      begin = end + 1;
    }
    if (devices_.empty())
      fail_at(source_.at(0), tr("nothing that ibnetdiscover prints is in this file"),
              tr("it prints blocks that begin with Switch or Ca, or with -p lines of SW and CA"));
    if (links_.empty())
      fail_at(devices_.front().at, tr("no link is in this file"),
              tr("below each device its ports stand, as in [1] \"S-0002c903\"[7]"));
    build();
    return std::move(draft_);
  }

 private:
  void take(std::string_view line, std::size_t offset);
  bool block(std::string_view line, std::size_t offset);
  bool port(std::string_view line, std::size_t offset);
  bool report(std::string_view line, std::size_t offset);
  std::size_t device(bool is_switch, const std::string& guid, const std::string& description,
                     const SourcePos& at);
  void link(IbPort a, IbPort b, const std::string& speed, const SourcePos& at);
  void build();
  std::vector<std::string> switch_names() const;

  const SourceText& source_;
  Imported& imported_;
  KnownDevices known_;
  FabricDraft draft_;
  std::vector<IbDevice> devices_;
  std::map<std::string, std::size_t> by_guid_;
  std::optional<std::size_t> current_;  // whose ports are listed
  std::string system_;                  // sysimgguid of the next block
  std::set<std::pair<IbPort, IbPort>> seen_;
  struct Found {
    IbPort a, b;
    std::string speed;
    SourcePos at;
  };
  std::vector<Found> links_;
};

std::size_t IbReader::device(bool is_switch, const std::string& guid,
                             const std::string& description, const SourcePos& at) {
  const auto [place, fresh] = by_guid_.try_emplace((is_switch ? "S" : "H") + guid, devices_.size());
  if (fresh) devices_.push_back({.is_switch = is_switch, .guid = guid, .at = at});
  IbDevice& found = devices_[place->second];
  if (found.description.empty()) found.description = description;
  return place->second;
}

void IbReader::link(IbPort a, IbPort b, const std::string& speed, const SourcePos& at) {
  if (a.device == b.device || !seen_.insert(std::minmax(a, b)).second) return;
  links_.push_back({a, b, speed, at});
}

void IbReader::take(std::string_view line, std::size_t offset) {
  constexpr std::string_view system = "sysimgguid=";
  if (line.starts_with(system)) {
    system_ = plain_guid(line.substr(system.size()));
  } else if (line[0] == '[') {
    if (!port(line, offset))
      fail_at(source_.at(offset), say("'{}' is no port", excerpt(line)),
              tr("a port stands as [1] \"S-0002c903\"[7] # \"name\" lid 3 4xNDR; is the file cut "
                 "off?"));
  } else if (!block(line, offset) && !report(line, offset)) {
    const bool known = line[0] == '#' || line.starts_with("vendid") || line.starts_with("devid") ||
                       line.starts_with("switchguid") || line.starts_with("caguid") ||
                       line.starts_with("rtguid");
    if (!known)
      imported_.details.push_back(
          fmt::format("line {}: {}", source_.at(offset).line, excerpt(line, 60)));
  }
}

/// Switch  36 "S-0002c903"  # "name" base port 0 lid 6 lmc 0
bool IbReader::block(std::string_view line, std::size_t offset) {
  const bool is_switch = line.starts_with("Switch");
  if (!is_switch && !line.starts_with("Ca") && !line.starts_with("Rt")) return false;
  std::size_t at = 0;
  const auto id = quoted(line, at);
  if (!id || id->size() < 3 || (*id)[1] != '-') return false;
  const auto description = quoted(line, at);
  current_ = device(is_switch, plain_guid(*id), description.value_or(""), source_.at(offset));
  IbDevice& found = devices_[*current_];
  found.at = source_.at(offset);
  found.system = system_;
  return true;
}

/// [22]  "H-0008f104"[1](8f10403961355)  # "node018 HCA-1" lid 4 4xSDR; of an adapter the GUID of
/// the port stands behind its number.
bool IbReader::port(std::string_view line, std::size_t offset) {
  std::size_t at = 0;
  const int own = std::atoi(std::string(line.substr(1, 8)).c_str());
  const auto id = quoted(line, at);
  if (!id || id->size() < 3 || (*id)[1] != '-') return false;
  if (!current_)
    fail_at(source_.at(offset), tr("a port before any device"),
            tr("ports stand below a line that begins with Switch or Ca"));
  const int other = at < line.size() && line[at] == '['
                        ? std::atoi(std::string(line.substr(at + 1, 8)).c_str())
                        : 0;
  const auto description = quoted(line, at);
  const std::size_t peer =
      device((*id)[0] == 'S', plain_guid(*id), description.value_or(""), source_.at(offset));
  // The last word like 4xNDR; nothing in what the oldest versions print.
  static const std::regex speed_word(R"((\d+)x ?([A-Z]+\d*))");
  const std::string rest(line.substr(at));
  std::smatch match;
  const std::string speed = std::regex_search(rest, match, speed_word)
                                ? match.str(1) + "x" + match.str(2)
                                : std::string();
  link({*current_, own}, {peer, other}, speed, source_.at(offset));
  return true;
}

/// SW 3 1 0x0002c903 4x NDR - CA 7 1 0x0008f104 ( 'leaf-03' - 'node018 HCA-1' )
bool IbReader::report(std::string_view line, std::size_t offset) {
  static const std::regex row(
      R"re((SW|CA|RT)\s+\d+\s+(\d+)\s+0x([0-9a-fA-F]+)\s+(\S+)\s+(\S+)(?:\s+-\s+(SW|CA|RT)\s+\d+\s+(\d+)\s+0x([0-9a-fA-F]+))?\s*\(\s*'(.*?)'(?:\s+-\s+'(.*)')?\s*\).*)re");
  const std::string words(line);
  std::smatch match;
  if (!std::regex_match(words, match, row)) return false;
  const SourcePos at = source_.at(offset);
  const std::size_t own = device(match.str(1) == "SW", plain_guid(match.str(3)), match.str(9), at);
  if (!match[6].matched) return true;
  const std::size_t peer =
      device(match.str(6) == "SW", plain_guid(match.str(8)), match.str(10), at);
  link({own, std::atoi(match.str(2).c_str())}, {peer, std::atoi(match.str(7).c_str())},
       match.str(4) + match.str(5), at);
  return true;
}

std::vector<std::string> IbReader::switch_names() const {
  std::vector<std::string> names;
  std::map<std::string, int> times;
  for (const IbDevice& device : devices_) {
    names.push_back(device.is_switch ? switch_name(device.description) : "");
    ++times[names.back()];
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) {
      names[i] = "switch-" + devices_[i].guid;
    } else if (times[names[i]] > 1) {  // chips of a director: MF0;cs1:CS8500/L02/U1
      const std::size_t chip = devices_[i].description.find('/');
      names[i] +=
          chip == std::string::npos ? "-" + devices_[i].guid : devices_[i].description.substr(chip);
    }
  }
  return names;
}

void IbReader::build() {
  const std::vector<std::string> names = switch_names();
  std::vector<std::size_t> number(devices_.size());
  std::vector<std::string> adapter(devices_.size());
  std::vector<bool> inside(devices_.size());
  std::size_t nameless = 0;
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    const IbDevice& device = devices_[i];
    inside[i] = !device.is_switch && device.description.find("Aggregation") != std::string::npos;
    if (inside[i]) continue;
    if (device.is_switch) {
      number[i] = draft_.device(names[i], device.at);
      draft_.devices[number[i]].part = switch_in(known_, device.description);
      draft_.devices[number[i]].role = DraftRole::fabric_switch;
      continue;
    }
    const HostName host = host_in(device.description);
    if (host.host.empty()) ++nameless;
    const std::string owner = device.system.empty() ? device.guid : device.system;
    number[i] = draft_.device(host.host.empty() ? "host-" + owner : host.host, device.at);
    const bool other = role_of_text(host.host) == DraftRole::other_host;
    draft_.devices[number[i]].role = other ? DraftRole::other_host : DraftRole::node;
    adapter[i] = host.adapter.empty() ? device.guid : host.adapter;
  }
  if (nameless > 0)
    imported_.warnings.push_back({devices_.front().at,
                                  say("{} adapters do not say in which server they are", nameless),
                                  tr("each is taken for a server of its own")});
  std::map<std::string, int> speeds;
  for (const Found& found : links_) {
    if (inside[found.a.device] || inside[found.b.device]) continue;  // SHARP, in the switch
    const auto end = [&](const IbPort& port) {
      const std::string& name = adapter[port.device];
      return DraftEnd{number[port.device],
                      name.empty() ? "" : fmt::format("{}/{}", name, port.number)};
    };
    DraftLink link{.a = end(found.a), .b = end(found.b), .at = found.at};
    link.rate = link_rate(found.speed, known_);
    if (!link.a.port.empty() || !link.b.port.empty()) ++speeds[found.speed];
    if (link.a.device != link.b.device) draft_.join(std::move(link));
  }
  const auto most = std::ranges::max_element(
      speeds, [](const auto& a, const auto& b) { return a.second < b.second; });
  draft_.adapter =
      most == speeds.end() || most->first.empty() ? "InfiniBand" : "InfiniBand " + most->first;
}

}  // namespace

Imported read_ibnetdiscover(const SourceText& source, const ImportRequest& request) {
  Imported imported;
  write_fabric(IbReader(source, imported).read(), request, imported);
  return imported;
}

}  // namespace qianka
