// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/engine/library_choice.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/report/collective_report.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/units/format.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/workload/card_placement.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// What the word stands for in a table of names; UsageError, `unknown` of the word, with the
/// nearest when it is none.
template <class Table>
auto meaning(const Table& names, const std::string& word, const char* unknown) {
  std::vector<std::string> known;
  for (const auto& [name, value] : names) {
    if (name == word) return value;
    known.emplace_back(name);
  }
  throw UsageError(fmt::format(fmt::runtime(tr(unknown)), word),
                   suggestion(word, known, tr("choices are")));
}

/// The catalogue's id that is meant: itself, or the only one that begins so. A path stays.
std::string cluster_id(const std::string& word) {
  if (names_file(word)) return word;
  std::vector<std::string> ids, beginning;
  for (const CatalogueEntry& entry : list_catalogue("cluster")) {
    if (entry.id == word) return word;
    ids.push_back(entry.id);
    if (entry.id.starts_with(word) && !word.empty()) beginning.push_back(entry.id);
  }
  if (beginning.size() == 1) return beginning.front();
  if (!beginning.empty())
    throw UsageError(say("several topologies begin with '{}'", word),
                     suggestion("", beginning, tr("they are")));
  const std::string near = nearest(word, ids);
  throw UsageError(say("no topology '{}'", word), near.empty()
                                                      ? tr("'qianka list topologies' lists them")
                                                      : say("did you mean '{}'?", near));
}

Bytes size_of_word(const std::string& word) {
  try {
    const Bytes size = parse_bytes(word);
    if (size.value >= 1) return size;
    throw UsageError(say("a size is a byte at least, got '{}'", word));
  } catch (const QuantityError& wrong) {
    throw UsageError(fmt::format("--sizes: {}", wrong.what()), wrong.hint);
  }
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == at) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

/// "1KiB:8GiB" doubles from the first to the last; "1MB,3MB" are these; both may be mixed.
std::vector<Bytes> sizes_of(const std::string& text) {
  std::vector<Bytes> sizes;
  for (const std::string& part : split(text, ',')) {
    const auto ends = split(part, ':');
    if (ends.size() > 2)
      throw UsageError(say("--sizes: '{}' is no range", part), tr("for example 1KiB:8GiB"));
    const Bytes first = size_of_word(ends.front()), last = size_of_word(ends.back());
    if (last < first)
      throw UsageError(say("--sizes: '{}' ends before it begins", part),
                       say("did you mean '{}:{}'?", ends.back(), ends.front()));
    for (Bytes size = first; size <= last; size = size * 2) sizes.push_back(size);
  }
  return sizes;
}

LibrarySpec library_of(const std::string& asked, const ClusterSpec& cluster,
                       std::vector<std::string>& cautions) {
  if (!asked.empty()) return load_library(asked);
  const std::string& vendor = cluster.node.accelerator.vendor;
  if (auto library = library_of_vendor(vendor)) return *library;
  cautions.push_back(
      say("No library in the catalogue is for cards of {}: what is printed is what the "
          "links allow; small sizes will take longer.",
          vendor.empty() ? tr("an unnamed vendor") : vendor));
  return load_library("none");
}

GroupShape shape_of(const CollectiveOptions& options, CollectiveKind kind,
                    const ClusterSpec& cluster) {
  const bool pair = kind == CollectiveKind::point_to_point;
  GroupShape shape{.cards = options.cards > 0 ? options.cards : cluster.node.cards,
                   .cards_per_node = cluster.node.cards,
                   .group = options.group,
                   .stride = options.stride,
                   .all_groups = options.all_groups,
                   .random = options.placement == "random",
                   .seed = options.seed};
  if (pair && options.cards <= 0) shape.cards = 2;
  const int nodes = (shape.cards + shape.cards_per_node - 1) / shape.cards_per_node;
  if (shape.cards < 2) throw UsageError(tr("a collective needs two cards"), "--cards 8");
  if (shape.stride > 0 && shape.group > 0)
    throw UsageError(tr("--group and --stride are two ways to say the same"),
                     tr("leave one of them out"));
  if (shape.stride > 0 && nodes < 2 * shape.stride)
    throw UsageError(say("a stride of {} needs {} nodes, {} cards are {}", shape.stride,
                         2 * shape.stride, shape.cards, nodes));
  if (shape.group > shape.cards || shape.group == 1)
    throw UsageError(say("a group of {} among {} cards", shape.group, shape.cards));
  if (cluster.installed && nodes > *cluster.installed)
    throw UsageError(say("{} cards are {} nodes, and the cluster has {}", shape.cards, nodes,
                         *cluster.installed));
  return shape;
}

std::string placement_text(const GroupShape& shape) {
  std::string text =
      shape.random ? say("nodes at random (seed {})", shape.seed) : std::string("neighbours");
  if (shape.stride > 0) text += say(", one card in every {} nodes", shape.stride);
  if (shape.stride == 1) text = shape.random ? text : tr("one card in every node");
  return text;
}

}  // namespace

int collective_command(const CollectiveOptions& options) {
  require_data();
  const CollectiveKind kind =
      meaning(collective_words, options.kind, marked("unknown collective '{}'"));
  const std::vector<Bytes> sizes = sizes_of(options.sizes);
  std::optional<Method> forced;
  if (!options.algorithm.empty())
    forced = meaning(method_names, options.algorithm, marked("unknown algorithm '{}'"));
  ClusterSpec cluster = load_cluster(cluster_id(options.on), parse_sets(options.sets));
  const GroupShape shape = shape_of(options, kind, cluster);
  cluster.nodes = (shape.cards + shape.cards_per_node - 1) / shape.cards_per_node;
  cluster.spares = 0;

  CollectiveTable table;
  table.collective = options.kind, table.cluster = cluster.name;
  const LibrarySpec library = library_of(options.library, cluster, table.cautions);
  CardGroups groups = groups_of_shape(shape);
  if (kind == CollectiveKind::point_to_point)
    for (auto& group : groups) group = {group.front(), group.back()};
  table.library = library.name, table.placement = placement_text(shape);
  table.ranks = static_cast<int>(groups.front().size());
  table.groups = static_cast<std::int64_t>(groups.size());
  table.nodes = static_cast<int>(cards_by_node(groups.front(), shape.cards_per_node).size());
  const Topology topology = build_topology(cluster);
  LibraryCollective collective(topology, cluster, library, kind, std::move(groups));
  if (forced) {
    const std::string reason = collective.why_not(*forced);
    if (!reason.empty())
      throw UsageError(reason, tr("'--algorithm' left out, the library chooses"));
  }
  for (const Bytes size : sizes) table.rows.push_back(collective.row(size, forced));
  table.flows = collective.flows(), table.classes = collective.classes();
  print_report(options.json ? json_text(collective_json(table)) : collective_text(table));
  return exit_ok;
}

}  // namespace qianka
