// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/node_draft.hpp"

#include "sim/interchange/source_text.hpp"
#include "sim/interchange/yaml_writer.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/units/parse_quantity.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

std::string rate_text(Bandwidth rate) { return quantity_text(rate.value, Dimension::bandwidth); }

/// A key of a node, when the format has it.
const FieldInfo* node_key(std::string_view key) {
  for (const FieldInfo& field : cluster_table().info().fields) {
    if (field.key != "node" || field.table == nullptr) continue;
    const auto& keys = field.table->fields;
    const auto found = std::ranges::find(keys, key, &FieldInfo::key);
    return found == keys.end() ? nullptr : &*found;
  }
  return nullptr;
}

/// Words that the format knows for `node.scale_up`.
bool knows_shape(std::string_view word) {
  const FieldInfo* key = node_key("scale_up");
  return key != nullptr &&
         std::ranges::find(key->scalar.choices, word) != key->scalar.choices.end();
}

/// An unknown one is left to the cluster that the file builds on, if it does.
void write_accelerator(const NodeDraft& draft, const ImportRequest& request, YamlWriter& yaml) {
  if (draft.accelerator.empty() && !request.cluster.empty()) return;
  const bool known = !draft.accelerator.empty();
  if (known && !draft.scale_up && !draft.pcie) {
    yaml.key("accelerator", draft.accelerator);
    return;
  }
  yaml.open("accelerator");
  if (known)
    yaml.key("use", draft.accelerator);
  else
    yaml.text("name", draft.accelerator_name);
  if (draft.scale_up) yaml.key("scale_up", rate_text(*draft.scale_up));
  if (draft.pcie) yaml.key("pcie", rate_text(*draft.pcie));
  yaml.close();
}

void write_nic(const NodeDraft& draft, const ImportRequest& request, YamlWriter& yaml) {
  const bool inherited = draft.nic.empty() && !request.cluster.empty();
  if (inherited) {
    if (draft.nics) yaml.key("nics", static_cast<std::int64_t>(*draft.nics));
    return;
  }
  if (!draft.nic.empty() && !draft.nic_rate) {
    yaml.key("nic", draft.nic);
  } else if (!draft.nic.empty() || draft.nic_rate) {
    yaml.open("nic");
    if (draft.nic.empty())
      yaml.text("name", draft.nic_name.empty() ? "NIC" : draft.nic_name);
    else
      yaml.key("use", draft.nic);
    if (draft.nic_rate) yaml.key("rate", rate_text(*draft.nic_rate));
    yaml.close();
  }
  if (draft.nics) yaml.key("nics", static_cast<std::int64_t>(*draft.nics));
}

void write_joints(const NodeDraft& draft, YamlWriter& yaml) {
  yaml.open("links");
  for (const auto& [from, to, count] : draft.joints)
    yaml.item(fmt::format("{{from: {}, to: {}, count: {}}}", from, to, count));
  yaml.close();
}

/// What a run still needs.
void tell_missing(const NodeDraft& draft, const ImportRequest& request, Imported& imported) {
  const bool inherits = !request.cluster.empty();
  if (draft.accelerator.empty() && inherits)
    imported.facts.push_back(
        say("the accelerator is that of {}; another: --gpu ID", request.cluster));
  if (draft.nic.empty() && inherits && draft.nics.value_or(1) > 0)
    imported.facts.push_back(
        say("the network adapter is that of {}; another: --nic ID", request.cluster));
  if (draft.accelerator.empty() && !inherits)
    imported.missing.push_back(
        tr("which accelerator this is: --gpu ID; its peak and memory are unknown until then"));
  const bool ports = draft.nics.value_or(1) > 0;
  if (ports && draft.nic.empty() && !inherits)
    imported.missing.push_back(tr("which network adapter: --nic ID; its efficiency is unknown"));
  if (request.cluster.empty())
    imported.missing.push_back(tr(
        "the fabric between nodes, and the storage: --cluster ID takes those of a cluster of the "
        "catalogue; one node needs none"));
  if (!request.nodes && draft.nodes == 1)
    imported.missing.push_back(tr("how many nodes there are: --nodes N; one is written"));
}

std::string found_text(const NodeDraft& draft, int nodes, const std::string& shape) {
  const std::string card =
      draft.accelerator.empty() ? draft.accelerator_name : load_accelerator(draft.accelerator).name;
  std::string text =
      say("found: {} of {} x {}, {}", number_of(static_cast<std::size_t>(nodes), marked("node")),
          draft.cards, card, shape);
  if (draft.nics)
    text += ", " + number_of(static_cast<std::size_t>(*draft.nics), marked("network port"));
  return text;
}

/// The shape as the format has it; a warning at `at` where it has no such shape.
std::string scale_up_word(PlaneShape shape, const SourcePos& at, Imported& imported) {
  switch (shape) {
    case PlaneShape::crossbar:
      return "crossbar";
    case PlaneShape::mesh:
      return "mesh";
    case PlaneShape::hybrid:
      if (knows_shape("links")) return "links";
      imported.warnings.push_back(
          {at, tr("a hybrid cube mesh: not every pair of cards is joined"),
           tr("written as a full mesh, which flatters pairs that are not")});
      return "mesh";
    case PlaneShape::islands:
      imported.warnings.push_back({at, tr("links join some of the cards only, in islands"),
                                   tr("written as one full mesh, which flatters larger groups")});
      return "mesh";
    case PlaneShape::pairs:
      imported.warnings.push_back({at, tr("links join the cards in pairs only"),
                                   tr("written as PCIe, over which the pairs meet")});
      return "pcie";
    case PlaneShape::none:
      break;
  }
  return "pcie";
}

}  // namespace

void write_node(const NodeDraft& draft, const ImportRequest& request, const SourcePos& at,
                Imported& imported) {
  constexpr int most_cards = 1024;  // what the format takes
  if (draft.cards > most_cards || draft.nics.value_or(0) > most_cards)
    fail_at(at, say("a node of {} cards and {} network ports", draft.cards, draft.nics.value_or(0)),
            say("the format takes up to {} of each", most_cards));
  const std::string shape = scale_up_word(draft.shape, at, imported);
  YamlWriter yaml;
  yaml.comment(
      fmt::format("Written by qianka import {} from {}.", draft.kind, excerpt(draft.file, 80)));
  yaml.text("name", fmt::format("Imported from {}", draft.file));
  if (!request.cluster.empty()) yaml.key("use", request.cluster);
  yaml.key("nodes", static_cast<std::int64_t>(request.nodes.value_or(draft.nodes)));
  if (!request.cluster.empty()) yaml.key("installed", "unknown").key("spares", std::int64_t{0});
  yaml.open("node");
  write_accelerator(draft, request, yaml);
  yaml.key("cards", static_cast<std::int64_t>(draft.cards)).key("scale_up", shape);
  if (shape == "links") write_joints(draft, yaml);
  if (draft.domain > 1 && request.cluster.empty() && node_key("domain") != nullptr)
    yaml.open("domain").key("nodes", static_cast<std::int64_t>(draft.domain)).close();
  if (draft.cards_per_switch > 0)
    yaml.key("cards_per_pcie_switch", static_cast<std::int64_t>(draft.cards_per_switch));
  if (draft.host_bridge) yaml.key("host_bridge", rate_text(*draft.host_bridge));
  write_nic(draft, request, yaml);
  yaml.close();
  if (!draft.notes.empty()) yaml.text("notes", fmt::format("{}", fmt::join(draft.notes, " ")));
  yaml.open("sources").text("\"*\"", "imported from " + draft.file).close();
  imported.yaml = yaml.str();
  imported.facts.push_back(found_text(draft, request.nodes.value_or(draft.nodes), shape));
  tell_missing(draft, request, imported);
}

void check_names(const ImportRequest& request) {
  if (!request.gpu.empty()) load_accelerator(request.gpu);
  if (!request.nic.empty()) load_nic(request.nic);
  if (!request.cluster.empty()) load_cluster(request.cluster);
  if (!request.node.empty()) load_cluster(request.node);
}

}  // namespace qianka
