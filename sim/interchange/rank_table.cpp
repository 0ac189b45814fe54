// SPDX-License-Identifier: Apache-2.0
// Ascend rank tables: version 1.0 and 1.2 have servers, 2.0 a flat list of ranks, and the oldest,
// without a version, groups of instances. Only who sits where is in them.
#include "sim/interchange/json_value.hpp"
#include "sim/interchange/node_draft.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

struct RankServer {
  std::string id;
  SourcePos at;
  int devices = 0, on_bus = 0;  // on_bus: with a super_device_id
};

class RankTable {
 public:
  RankTable(const SourceText& source, const ImportRequest& request)
      : request_(request), root_(read_json(source, result_.warnings)) {
    draft_.kind = "ranktable";
    draft_.file = source.short_name();
  }

  Imported read() {
    if (root_.kind != Value::Kind::map)
      fail_at(root_.at, say("a rank table is a map, this is {}", describe(root_)),
              tr("it begins with {\"version\": …"));
    status();
    servers();
    compare_counts();
    draft_.accelerator = request_.gpu;
    draft_.nic = request_.nic;
    draft_.accelerator_name = "Ascend that the file does not name";
    domains();
    shape();
    write_node(draft_, request_, servers_.front().at, result_);
    return std::move(result_);
  }

 private:
  void warn(const SourcePos& at, std::string message, std::string hint) {
    result_.warnings.push_back({at, std::move(message), std::move(hint)});
  }
  const Value* list(const Value& map, const std::vector<const char*>& keys) const;
  std::string text(const Value& map, const std::vector<const char*>& keys) const;
  void status();
  void servers();
  void server(const Value& value);
  void rank_list(const Value& ranks);
  void device(RankServer& server, const Value& value);
  void compare_counts();
  void domains();
  void shape();

  const ImportRequest& request_;
  Imported result_;
  Value root_;
  NodeDraft draft_;
  std::vector<RankServer> servers_;
  std::map<long long, SourcePos> ranks_;
  int pods_ = 0;
};

/// The first of these keys that is there, as a list; InputError when it is something else.
const Value* RankTable::list(const Value& map, const std::vector<const char*>& keys) const {
  for (const char* key : keys) {
    const Entry* entry = map.find(key);
    if (entry == nullptr) continue;
    if (entry->value.kind != Value::Kind::list)
      fail_at(entry->value.at, say("'{}' is a list, this is {}", key, describe(entry->value)),
              tr("a list stands in square brackets"));
    return &entry->value;
  }
  return nullptr;
}

std::string RankTable::text(const Value& map, const std::vector<const char*>& keys) const {
  for (const char* key : keys)
    if (const Entry* entry = map.find(key); entry != nullptr) return entry->value.text;
  return "";
}

void RankTable::status() {
  if (const Entry* version = root_.find("version")) {
    const std::string& word = version->value.text;
    if (word != "1.0" && word != "1.2" && word != "2.0")
      warn(version->value.at, say("version '{}' is new here", excerpt(word)),
           tr("1.0, 1.2 and 2.0 are known; read as these"));
  }
  const Entry* status = root_.find("status");
  if (status != nullptr && status->value.text != "completed")
    warn(status->value.at, say("the status is '{}'", excerpt(status->value.text)),
         tr("the table may not be complete yet: the controller sets it to 'completed'"));
}

void RankTable::device(RankServer& server, const Value& value) {
  if (value.kind != Value::Kind::map)
    fail_at(value.at, say("a device is a map, this is {}", describe(value)),
            tr("a device looks like {\"device_id\": \"0\", \"rank_id\": \"0\"}"));
  ++server.devices;
  if (value.find("super_device_id") != nullptr) ++server.on_bus;
  const Entry* rank = value.find("rank_id");
  if (rank == nullptr) return;
  const auto number = whole_number(rank->value);
  if (!number || *number < 0)
    fail_at(rank->value.at, say("'{}' is no rank", excerpt(rank->value.text)),
            tr("ranks count from 0"));
  const auto [before, fresh] = ranks_.emplace(*number, rank->value.at);
  if (!fresh)
    warn(rank->value.at, say("rank {} stands twice", *number),
         say("the first is at line {}", before->second.line));
}

void RankTable::server(const Value& value) {
  if (value.kind != Value::Kind::map)
    fail_at(value.at, say("a server is a map, this is {}", describe(value)),
            tr("a server looks like {\"server_id\": \"…\", \"device\": […]}"));
  RankServer server{text(value, {"server_id", "host_ip", "pod_name"}), value.at};
  const Value* devices = list(value, {"device", "devices", "device_list"});
  if (devices == nullptr)
    fail_at(value.at, say("server '{}' has no 'device'", excerpt(server.id)),
            tr("its NPUs stand there, in a list"));
  for (const Value& one : devices->items) device(server, one);
  // In the oldest tables each pod is an instance; several may run on one server.
  const auto same = std::ranges::find(servers_, server.id, &RankServer::id);
  if (!server.id.empty() && same != servers_.end()) {
    same->devices += server.devices;
    same->on_bus += server.on_bus;
  } else {
    servers_.push_back(std::move(server));
  }
}

/// Version 2.0: a rank names the network instances it belongs to, level by level; level 0 is the
/// innermost.
void RankTable::rank_list(const Value& ranks) {
  for (const Value& rank : ranks.items) {
    std::string place = "?";
    if (rank.kind == Value::Kind::map) {
      const Value* levels = list(rank, {"level_list"});
      if (levels != nullptr && !levels->items.empty())
        place = text(levels->items.front(), {"net_instance_id", "id"});
    }
    auto found = std::ranges::find(servers_, place, &RankServer::id);
    if (found == servers_.end()) found = servers_.insert(found, {place, rank.at});
    device(*found, rank);
  }
}

void RankTable::servers() {
  if (const Value* list_of = list(root_, {"server_list"})) {
    for (const Value& one : list_of->items) server(one);
  } else if (const Value* groups = list(root_, {"group_list"})) {
    for (const Value& group : groups->items)
      if (const Value* instances = list(group, {"instance_list"}))
        for (const Value& one : instances->items) server(one);
  } else if (const Value* ranks = list(root_, {"rank_list"})) {
    rank_list(*ranks);
  } else {
    fail_at(root_.at, tr("there is no 'server_list' in this file"),
            tr("a rank table has 'version', 'server_count' and 'server_list'"));
  }
  std::erase_if(servers_, [&](const RankServer& server) {
    if (server.devices == 0)
      warn(server.at, say("server '{}' has no devices", excerpt(server.id)), tr("it is left out"));
    return server.devices == 0;
  });
  if (servers_.empty()) {
    const Entry* status = root_.find("status");
    fail_at(status != nullptr ? status->value.at : root_.at,
            tr("no server in the table has devices"),
            tr("while the status is 'initializing' the table is filled in: wait for 'completed'"));
  }
}

void RankTable::compare_counts() {
  std::map<int, int> frequency;
  for (const RankServer& server : servers_) ++frequency[server.devices];
  const auto usual = std::ranges::max_element(
      frequency, [](const auto& a, const auto& b) { return a.second < b.second; });
  draft_.cards = usual->first;
  draft_.nodes = static_cast<int>(servers_.size());
  for (const RankServer& server : servers_)
    if (server.devices != draft_.cards)
      warn(server.at,
           say("server '{}' has {} devices, {} others have {}", excerpt(server.id), server.devices,
               usual->second, draft_.cards),
           tr("all nodes are alike here: the usual number is written"));
  const Entry* count = root_.find("server_count");
  const auto said = count == nullptr ? std::nullopt : whole_number(count->value);
  if (count != nullptr && (!said || *said != draft_.nodes))
    warn(count->value.at,
         say("server_count is '{}', but {} servers are listed", excerpt(count->value.text),
             draft_.nodes),
         tr("the list counts"));
  long long due = 0;
  for (const auto& [rank, at] : ranks_) {
    if (rank != due) {
      warn(at, say("rank {} is missing before rank {}", due, rank),
           tr("ranks count from 0 without gaps"));
      break;
    }
    ++due;
  }
}

/// super_pod_list: servers of one scale-up domain.
void RankTable::domains() {
  const Value* pods = list(root_, {"super_pod_list"});
  if (pods == nullptr) return;
  std::vector<std::size_t> sizes;
  std::set<std::string> known;
  for (const RankServer& server : servers_) known.insert(server.id);
  for (const Value& pod : pods->items) {
    if (pod.kind != Value::Kind::map) fail_at(pod.at, tr("a super pod is a map"), "");
    const Value* members = list(pod, {"server_list"});
    sizes.push_back(members == nullptr ? 0 : members->items.size());
    if (members == nullptr) continue;
    for (const Value& member : members->items) {
      const std::string id = member.kind == Value::Kind::map ? text(member, {"server_id"}) : "";
      if (!known.contains(id))
        warn(member.at, say("server '{}' is in no server_list", excerpt(id)), "");
    }
  }
  pods_ = static_cast<int>(sizes.size());
  if (sizes.empty()) return;
  if (std::ranges::all_of(sizes, [&](std::size_t size) { return size == sizes.front(); }))
    draft_.domain = static_cast<int>(std::min<std::size_t>(sizes.front(), 1'000'000));
  draft_.notes.push_back(
      fmt::format("{} super pod{} of up to {} servers: a scale-up domain of more than a node.",
                  sizes.size(), sizes.size() == 1 ? "" : "s", *std::ranges::max_element(sizes)));
  result_.missing.push_back(tr(
      "that the super pods are scale-up domains: --cluster cloudmatrix-384 enters their bus as the "
      "fabric"));
}

/// Dies on a bus hang on a switch; the NPUs of an A2 server are a full mesh.
void RankTable::shape() {
  const bool bus = pods_ > 0 || servers_.front().on_bus > 0;
  draft_.shape = bus ? PlaneShape::crossbar : PlaneShape::mesh;
  draft_.nics = draft_.cards;
  draft_.notes.push_back(
      bus ? "Written as a crossbar, as on an A3 server; the table has no links."
          : "Written as a full mesh, as on an A2 server; the table has no links.");
  if (request_.gpu.empty() && bus)
    result_.facts.push_back(tr("an A3 server by its super_device_id: --gpu ascend-910c-die"));
}

}  // namespace

Imported read_rank_table(const SourceText& source, const ImportRequest& request) {
  check_names(request);
  return RankTable(source, request).read();
}

}  // namespace qianka
