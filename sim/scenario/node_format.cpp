// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/node_format.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/names.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace qianka {
namespace {

constexpr Range card_number{0, true, 1023};

const Table<CardLink>& link_table() {
  static const Table<CardLink> table = [] {
    Table<CardLink> t("links", "Links between two cards of a node, both ways.");
    t.add("from", &CardLink::from, whole(card_number), "A card, from 0.").required();
    t.add("to", &CardLink::to, whole(card_number), "Another one.").required();
    t.add("count", &CardLink::count, whole({1, true, 1024}),
          "Links side by side; each is the same share of the card's scale-up rate, by the card "
          "that has most.");
    return t;
  }();
  return table;
}

const Table<PackageSpec>& package_table() {
  static const Table<PackageSpec> table = [] {
    using P = PackageSpec;
    Table<P> t("package",
               "Dies that are cards of their own: neighbours in number, joined each with each.");
    t.add("cards", &P::cards, whole({2, true, 64}), "Dies of a package.").required();
    t.figure("link", &P::link, bandwidth_of(), "Between two of them, one direction, nominal.")
        .required();
    t.figure("efficiency", &P::efficiency, fraction(positive_share), "Share of it that is reached.")
        .default_is("that of the scale-up");
    return t;
  }();
  return table;
}

const Table<DomainSpec>& domain_table() {
  static const Table<DomainSpec> table = [] {
    using D = DomainSpec;
    Table<D> t("domain", "Nodes whose cards meet on one scale-up network.");
    t.add("nodes", &D::nodes, whole({1, true, 1e6}), "Nodes of a domain.").required();
    t.figure("link", &D::link, bandwidth_of(),
             "One node's way to the others, one direction, nominal; left out, it does not limit.");
    return t;
  }();
  return table;
}

/// Ends of listed links are cards; all cards reach each other.
void check_links(const NodeSpec& node, const Value& links, Reader& reader) {
  std::vector<int> part;  // the lowest card that each is known to reach
  for (int card = 0; card < node.cards; ++card) part.push_back(card);
  for (std::size_t i = 0; i < node.links.size() && i < links.items.size(); ++i) {
    const CardLink& link = node.links[i];
    const SourcePos& at = links.items[i].at;
    if (std::max(link.from, link.to) >= node.cards) {
      reader.error(at, say("no card {}: a node has {}", std::max(link.from, link.to), node.cards),
                   tr("cards count from 0"));
      return;
    }
    if (link.from == link.to) {
      reader.error(at, say("a link from card {} to itself", link.to));
      return;
    }
    const int a = part[static_cast<std::size_t>(link.from)];
    const int b = part[static_cast<std::size_t>(link.to)];
    std::ranges::replace(part, std::max(a, b), std::min(a, b));
  }
  const auto apart = std::ranges::find_if(part, [](int first) { return first != 0; });
  if (apart == part.end()) return;
  reader.error(links.at, say("no links lead from card 0 to card {}", apart - part.begin()));
}

}  // namespace

void add_scale_up_keys(Table<NodeSpec>& table) {
  using N = NodeSpec;
  table.list("links", &N::links, link_table(), "scale_up links: which cards are joined.");
  table.section("package", &N::package, package_table(), "Cards of several dies.");
  table.section("domain", &N::domain, domain_table(), "A scale-up domain of several nodes.");
}

void check_scale_up(NodeSpec& node, const Value& map, Reader& reader) {
  const Entry* links = map.find("links");
  if (node.scale_up == ScaleUp::listed && links == nullptr) {
    reader.error(map.at, tr("'scale_up: links' needs 'links'"));
  } else if (node.scale_up != ScaleUp::listed && links != nullptr) {
    reader.error(links->at, tr("'links' belongs to 'scale_up: links'"));
  } else if (links != nullptr) {
    check_links(node, links->value, reader);
  }
  const Entry* package = map.find("package");
  if (package != nullptr && node.package && node.cards % node.package->cards != 0) {
    reader.error(package->at,
                 say("{} cards are not packages of {}", node.cards, node.package->cards));
  }
  const Entry* domain = map.find("domain");
  if (domain != nullptr && node.scale_up != ScaleUp::crossbar) {
    reader.error(domain->at, tr("'domain' belongs to 'scale_up: crossbar'"));
  }
}

}  // namespace qianka
