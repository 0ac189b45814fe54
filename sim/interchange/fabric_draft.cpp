// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/fabric_draft.hpp"

#include "sim/interchange/name_lists.hpp"
#include "sim/language/language.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t most_devices = 500'000;  // a slip of a finger must not fill the memory

struct RoleWord {
  std::string_view word;
  DraftRole role;
};

/// Names that people and tools give. A letter alone is of Mininet and its like: h1, s1.
constexpr std::array role_words{
    RoleWord{"switch", DraftRole::fabric_switch},
    RoleWord{"sw", DraftRole::fabric_switch},
    RoleWord{"s", DraftRole::fabric_switch},
    RoleWord{"leaf", DraftRole::fabric_switch},
    RoleWord{"spine", DraftRole::fabric_switch},
    RoleWord{"superspine", DraftRole::fabric_switch},
    RoleWord{"core", DraftRole::fabric_switch},
    RoleWord{"tor", DraftRole::fabric_switch},
    RoleWord{"asw", DraftRole::fabric_switch},
    RoleWord{"psw", DraftRole::fabric_switch},
    RoleWord{"dsw", DraftRole::fabric_switch},
    RoleWord{"fsw", DraftRole::fabric_switch},
    RoleWord{"ssw", DraftRole::fabric_switch},
    RoleWord{"rsw", DraftRole::fabric_switch},
    RoleWord{"agg", DraftRole::fabric_switch},
    RoleWord{"aggr", DraftRole::fabric_switch},
    RoleWord{"aggregation", DraftRole::fabric_switch},
    RoleWord{"edge", DraftRole::fabric_switch},
    RoleWord{"access", DraftRole::fabric_switch},
    RoleWord{"distribution", DraftRole::fabric_switch},
    RoleWord{"router", DraftRole::fabric_switch},
    RoleWord{"rtr", DraftRole::fabric_switch},
    RoleWord{"fabric", DraftRole::fabric_switch},
    RoleWord{"node", DraftRole::node},
    RoleWord{"host", DraftRole::node},
    RoleWord{"h", DraftRole::node},
    RoleWord{"server", DraftRole::node},
    RoleWord{"srv", DraftRole::node},
    RoleWord{"compute", DraftRole::node},
    RoleWord{"worker", DraftRole::node},
    RoleWord{"dgx", DraftRole::node},
    RoleWord{"hgx", DraftRole::node},
    RoleWord{"cn", DraftRole::node},
    RoleWord{"vm", DraftRole::node},
    RoleWord{"machine", DraftRole::node},
    RoleWord{"terminal", DraftRole::node},
    RoleWord{"endpoint", DraftRole::node},
    RoleWord{"client", DraftRole::node},
    RoleWord{"nic", DraftRole::node},
    RoleWord{"hca", DraftRole::node},
    RoleWord{"gpu", DraftRole::node},
    RoleWord{"npu", DraftRole::node},
    RoleWord{"card", DraftRole::part_of_node},
    RoleWord{"accelerator", DraftRole::part_of_node},
    RoleWord{"crossbar", DraftRole::part_of_node},
    RoleWord{"nvswitch", DraftRole::part_of_node},
    RoleWord{"pcie", DraftRole::part_of_node},
    RoleWord{"cpu", DraftRole::part_of_node},
    RoleWord{"processor", DraftRole::part_of_node},
    RoleWord{"storage", DraftRole::other_host},
    RoleWord{"front", DraftRole::other_host},  // of a front-end network
    RoleWord{"oss", DraftRole::other_host},
    RoleWord{"mds", DraftRole::other_host},
    RoleWord{"nfs", DraftRole::other_host},
    RoleWord{"ufm", DraftRole::other_host},
};

/// Words before the number of a port: "node3.nic0", "host7:mlx5_2", "gpu01/ib0".
constexpr std::array port_words{"nic",  "mlx",  "hca",  "ib",   "eth",  "en",  "ens", "enp",
                                "bond", "rdma", "roce", "port", "rail", "cxi", "hsn", "hfi"};

/// "400G", "100GbE", "10 Gbit/s": a number, a prefix, a word that says bits or nothing.
std::optional<Bandwidth> network_rate(std::string_view text) {
  const std::string words(text);
  char* end = nullptr;
  const double value = std::strtod(words.c_str(), &end);
  if (end == words.c_str() || !(value > 0)) return std::nullopt;
  while (*end == ' ') ++end;
  constexpr std::string_view prefixes = "kmgt";
  const std::string rest = lower_case(end);
  const std::size_t power = rest.empty() ? std::string_view::npos : prefixes.find(rest[0]);
  if (power == std::string_view::npos) return std::nullopt;
  constexpr std::array bit_words{"",    "e",     "be",     "b",    "bps",     "bit",
                                 "b/s", "bit/s", "bits/s", "bits", "bit/sec", "b/sec"};
  const std::string unit = rest.substr(1);
  if (std::ranges::find(bit_words, unit) == bit_words.end()) return std::nullopt;
  if (std::string_view(end).find('B') != std::string_view::npos) return std::nullopt;  // bytes?
  double bits = value;
  for (std::size_t i = 0; i <= power; ++i) bits *= 1e3;
  return Bandwidth{bits / 8};
}

std::optional<Bandwidth> scaled(std::optional<Bandwidth> lane, int lanes) {
  return lane ? std::optional(*lane * lanes) : std::nullopt;
}

/// "NDR" is four lanes, as adapters and cables are sold; "HDR100" and "NDR-400" say their rate.
std::optional<Bandwidth> infiniband_name(std::string_view text, const KnownDevices& known) {
  constexpr int usual_lanes = 4;
  if (const auto lane = infiniband_lane(known, text)) return scaled(lane, usual_lanes);
  const std::size_t digits = std::min(text.find_first_of("0123456789"), text.size());
  std::string_view name = text.substr(0, digits);
  while (!name.empty() && (name.back() == '-' || name.back() == ' ')) name.remove_suffix(1);
  const std::string_view number = text.substr(digits);
  if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos ||
      !infiniband_lane(known, name))
    return std::nullopt;
  return Bandwidth{std::atof(std::string(number).c_str()) * 1e9 / 8};
}

/// "4xNDR", "4x NDR", "2xHDR".
std::optional<Bandwidth> infiniband_rate(std::string_view text, const KnownDevices& known) {
  if (const auto named = infiniband_name(text, known)) return named;
  const std::size_t times = text.find('x');
  if (times == std::string_view::npos || times == 0) return std::nullopt;
  const int lanes = std::atoi(std::string(text.substr(0, times)).c_str());
  std::string_view speed = text.substr(times + 1);
  while (!speed.empty() && speed[0] == ' ') speed.remove_prefix(1);
  return lanes > 0 ? scaled(infiniband_lane(known, speed), lanes) : std::nullopt;
}

}  // namespace

DraftRole role_of_word(std::string_view word) {
  const auto found = std::ranges::find(role_words, word, &RoleWord::word);
  return found == role_words.end() ? DraftRole::unknown : found->role;
}

DraftRole role_of_text(std::string_view text) {
  DraftRole role = DraftRole::unknown;
  for (const std::string& word : words_of(text)) {
    DraftRole said = role_of_word(word);
    if (said == DraftRole::unknown && word.size() > 1 && word.back() == 's')
      said = role_of_word(std::string_view(word).substr(0, word.size() - 1));
    if (said != DraftRole::unknown) role = said;
  }
  return role;
}

std::size_t FabricDraft::device(std::string_view name, const SourcePos& at) {
  const auto [place, fresh] = numbers_.try_emplace(std::string(name), devices.size());
  if (devices.size() >= most_devices)
    fail_at(at, say("more than {} devices", most_devices), tr("is a host list too long?"));
  if (fresh) devices.push_back({.name = std::string(name), .at = at});
  return place->second;
}

DraftEnd FabricDraft::end(std::string_view name, const SourcePos& at) {
  const std::size_t cut = name.find_last_of(".:/ ");
  if (cut != std::string_view::npos && cut > 0 && cut + 1 < name.size()) {
    const std::vector<std::string> words = words_of(name.substr(cut + 1));
    const bool numbered = name.find_first_of("0123456789", cut) != std::string_view::npos;
    const bool port = !words.empty() && numbered &&
                      std::ranges::find(port_words, words.front()) != port_words.end();
    // "leaf0:port3" is a port of a switch, which matters to nobody.
    if (port) {
      const std::size_t owner = device(name.substr(0, cut), at);
      const bool of_switch = role_of_text(name.substr(0, cut)) == DraftRole::fabric_switch;
      if (devices[owner].role == DraftRole::unknown)
        devices[owner].role = of_switch ? DraftRole::fabric_switch : DraftRole::node;
      return {owner, of_switch ? "" : std::string(name.substr(cut + 1))};
    }
  }
  return {device(name, at), ""};
}

void FabricDraft::keep_only(const std::vector<bool>& kept) {
  std::vector<std::size_t> number(devices.size());
  std::vector<DraftDevice> left;
  numbers_.clear();
  for (std::size_t i = 0; i < devices.size(); ++i) {
    number[i] = left.size();
    if (!kept[i]) continue;
    numbers_[devices[i].name] = left.size();
    left.push_back(std::move(devices[i]));
  }
  std::erase_if(
      links, [&](const DraftLink& link) { return !kept[link.a.device] || !kept[link.b.device]; });
  for (DraftLink& link : links) {
    link.a.device = number[link.a.device];
    link.b.device = number[link.b.device];
  }
  devices = std::move(left);
}

std::vector<std::vector<std::size_t>> FabricDraft::links_of_devices() const {
  std::vector<std::vector<std::size_t>> of(devices.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    of[links[i].a.device].push_back(i);
    of[links[i].b.device].push_back(i);
  }
  return of;
}

DraftPorts ports_of(const FabricDraft& draft, std::size_t node,
                    const std::vector<std::size_t>& links) {
  struct Named {
    std::string port, peer;
    DraftPort at;
  };
  std::vector<Named> all;
  for (const std::size_t number : links) {
    const DraftLink& link = draft.links[number];
    const bool at_a = link.a.device == node;
    const DraftEnd& own = at_a ? link.a : link.b;
    const DraftEnd& other = at_a ? link.b : link.a;
    const int adapters = own.port.empty() ? link.count : 1;
    for (int i = 0; i < adapters; ++i)
      all.push_back(
          {own.port, draft.devices[other.device].name, {number, at_a, link.count / adapters}});
  }
  std::ranges::stable_sort(all, [](const Named& x, const Named& y) {
    if (x.port != y.port) return natural_less(x.port, y.port);
    return natural_less(x.peer, y.peer);
  });
  DraftPorts ports;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool same = i > 0 && !all[i].port.empty() && all[i].port == all[i - 1].port;
    if (!same) ports.emplace_back();
    ports.back().push_back(all[i].at);
  }
  return ports;
}

std::optional<Bandwidth> link_rate(std::string_view text, const KnownDevices& known) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (const auto lanes = infiniband_rate(text, known)) return lanes;
  try {
    const Bandwidth rate = parse_bandwidth(text);
    if (rate.value > 0) return rate;
  } catch (const QuantityError&) {
    // Not as we write it; perhaps as network people do.
  }
  return network_rate(text);
}

}  // namespace qianka
