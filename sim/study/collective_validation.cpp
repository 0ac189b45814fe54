// SPDX-License-Identifier: Apache-2.0
#include "sim/study/collective_validation.hpp"

#include "sim/engine/library_choice.hpp"
#include "sim/input/csv.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/units/require.hpp"
#include "sim/workload/card_placement.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr Bytes large_from{0x1p24};
constexpr Bytes usual_size{0x1p30};  // of rows that say "large", or nothing

using Settings = std::map<std::string, std::string>;

/// What a row means: the rules' settings, later ones over earlier ones.
struct Plan {
  std::string cluster;
  std::vector<Override> overrides;
  Settings settings;

  [[nodiscard]] std::string text(const std::string& key) const {
    const auto found = settings.find(key);
    return found == settings.end() ? "" : found->second;
  }
};

Plan plan_of(const Measurement& row, const Rules& rules) {
  Plan plan;
  for (const Rule& rule : rules.keys)
    if (holds(rule.when, row))
      for (const auto& [key, value] : keys_of(rule, row)) plan.settings[key] = value;
  if (const Rule* cluster = first_match(rules.clusters, row)) {
    plan.cluster = cluster->use;
    for (const auto& [key, value] : keys_of(*cluster, row)) plan.overrides.push_back({key, value});
  }
  return plan;
}

template <class Table>
auto named(const Table& names, const std::string& word, const char* what) {
  for (const auto& [name, value] : names)
    if (name == word) return value;
  throw Infeasible(say("the rules speak of an unknown {} '{}'", what, word));
}

/// Ranks as cards of the cluster: as many nodes as the row says, filled or with one card each.
GroupShape shape_of(const Measurement& row, const Plan& plan, ClusterSpec& cluster) {
  const std::string said = plan.text("cards");
  const std::optional<int> ranks =
      said.empty() ? row.whole("n_gpus") : std::optional<int>(std::stoi(said));
  if (!ranks || *ranks < 2) throw Infeasible(tr("how many cards there were is not told"));
  const int nodes = row.whole("nodes").value_or(1);
  GroupShape shape{.cards = *ranks, .cards_per_node = cluster.node.cards};
  const bool spread = nodes > 1 && (*ranks == nodes || plan.text("spread") == "true");
  if (spread) {
    shape.stride = 1;
    shape.cards = *ranks * cluster.node.cards;
  } else if (nodes > 1 && *ranks > nodes &&
             *ranks<nodes * cluster.node.cards&& * ranks> cluster.node.cards) {
    cluster.node.cards = shape.cards_per_node = *ranks / nodes;
  }
  if (plan.text("spread") == "true" && !spread) {
    shape.stride = 1;
    shape.cards = *ranks * cluster.node.cards;
  }
  cluster.nodes = (shape.cards + shape.cards_per_node - 1) / shape.cards_per_node;
  cluster.spares = 0;
  if (cluster.nodes > 1) {
    if (const auto nics = row.whole("nics_per_node"); nics && *nics > 0) cluster.node.nics = *nics;
    if (const auto rate = row.number("nic_Gbps"); rate && *rate > 0)
      cluster.node.nic.rate = Bandwidth{*rate * 1e9 / 8};
  }
  // What becomes of each card alone: first groups only, the others are idle.
  return shape;
}

Bytes size_of(const Measurement& row, const Plan& plan) {
  if (const std::string said = plan.text("bytes"); !said.empty()) return parse_bytes(said);
  if (const auto bytes = row.number("message_size_bytes")) return {*bytes};
  return usual_size;
}

/// What the row prints, of the simulation: by the rules' `figure`, else by its metric.
double figure_of(const Measurement& row, const Plan& plan, const CollectiveRow& found, int nodes) {
  const std::string said = plan.text("figure");
  const std::string& figure = said.empty() ? row.text("metric") : said;
  const double gigabyte = 1e9;
  if (figure == "busbw") return found.bus_bandwidth.value / gigabyte;
  if (figure == "algbw") return found.algorithm_bandwidth.value / gigabyte;
  if (figure == "busbw_x2") return 2 * found.bus_bandwidth.value / gigabyte;
  if (figure == "busbw_bits") return 8 * found.bus_bandwidth.value / gigabyte;
  if (figure == "latency") return found.time.value * 1e6;
  if (figure == "between_nodes")  // what crosses the NICs of an all-to-all
    return found.algorithm_bandwidth.value / gigabyte * (nodes - 1) / nodes;
  throw Infeasible(say("'{}' is no figure of a collective", figure));
}

void predict(CollectiveResult& result, const Plan& plan) {
  const Measurement& row = result.row;
  ClusterSpec cluster = load_cluster(plan.cluster, plan.overrides);
  const GroupShape shape = shape_of(row, plan, cluster);
  const CollectiveKind kind = named(collective_words, plan.text("kind"), "collective");
  const std::string asked = plan.text("library");
  const auto by_vendor = library_of_vendor(cluster.node.accelerator.vendor);
  LibrarySpec library = !asked.empty() ? load_library(asked)
                        : by_vendor    ? *by_vendor
                                       : load_library("none");
  const CardGroups groups = groups_of_shape(shape);
  const Topology topology = build_topology(cluster);
  result.cluster = plan.cluster;
  result.ranks = static_cast<int>(groups[0].size());
  result.nodes = static_cast<int>(cards_by_node(groups[0], shape.cards_per_node).size());
  LibraryCollective collective(topology, cluster, std::move(library), kind, {groups[0]});
  std::string word = plan.text("algorithm");
  if (word == "nvls" && result.nodes > 1) word = "nvls-tree";
  std::optional<Method> forced;
  if (!word.empty()) forced = named(method_names, word, "algorithm");
  if (forced && !collective.why_not(*forced).empty()) throw Infeasible(collective.why_not(*forced));
  const CollectiveRow found = collective.row(result.size, forced);
  result.algorithm = found.algorithm, result.protocol = found.protocol;
  result.predicted = figure_of(row, plan, found, result.nodes);
  result.error = result.predicted / result.measured - 1;
}

CollectiveResult compare(const Measurement& row, const Rules& rules) {
  CollectiveResult result;
  result.row = row;
  result.measured = row.value();
  const Plan plan = plan_of(row, rules);
  result.skipped = plan.text("skip");
  if (!result.skipped.empty()) return result;
  result.size = size_of(row, plan);
  if (plan.cluster.empty()) {
    result.skipped = tr("the catalogue has no such card");
    return result;
  }
  try {
    predict(result, plan);
  } catch (const Infeasible& why) {
    result.skipped = why.what();
  }
  return result;
}

using Errors = std::map<std::string, std::vector<double>>;

std::vector<NamedStats> named_stats(const Errors& errors) {
  std::vector<NamedStats> all;
  for (const auto& [name, values] : errors) all.push_back({name, error_stats(values)});
  return all;
}

}  // namespace

const std::vector<std::string>& collective_columns() {
  static const std::vector<std::string> names{
      "n_gpus", "nodes",     "nics_per_node",      "nic_Gbps",  "network",
      "metric", "algorithm", "message_size_bytes", "collective"};
  return names;
}

std::vector<Measurement> read_collectives(const std::string& text, const std::string& name) {
  std::vector<Diagnostic> problems;
  const CsvTable table = read_csv_table(text, name, problems);
  const std::vector<std::string>& columns = table.header.cells;
  for (const std::string due : {"id", "source", "accelerator", "n_gpus", "collective", "metric",
                                "unit", "value", "message_size_bytes"})
    if (problems.empty() && std::ranges::find(columns, due) == columns.end())
      problems.push_back(
          {{name, 1, 1}, say("no column '{}'", due), suggestion(due, columns, tr("columns are"))});
  std::vector<Measurement> rows;
  for (const CsvRow& line : table.rows) {
    if (!problems.empty()) break;
    Measurement row;
    row.at = {name, line.line, 1};
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (!line.cells[i].empty()) row.cells[columns[i]] = line.cells[i];
    if (row.value() <= 0)
      problems.push_back({row.at, say("'{}' has no value above 0", row.id()), ""});
    rows.push_back(std::move(row));
  }
  if (problems.empty() && rows.empty())
    problems.push_back({{name, 0, 0}, tr("the table has no rows"), ""});
  if (!problems.empty()) throw InputError(sorted(std::move(problems)));
  return rows;
}

CollectiveValidation validate_collectives(const std::vector<Measurement>& rows,
                                          const Rules& rules) {
  CollectiveValidation all;
  std::vector<double> large, small;
  Errors large_cards, small_cards, large_sources, small_sources;
  for (const Measurement& row : rows) {
    all.results.push_back(compare(row, rules));
    const CollectiveResult& result = all.results.back();
    if (!result.skipped.empty()) continue;
    const bool is_large = result.size >= large_from;
    (is_large ? large : small).push_back(result.error);
    (is_large ? large_cards : small_cards)[row.text("accelerator")].push_back(result.error);
    (is_large ? large_sources : small_sources)[row.text("source")].push_back(result.error);
  }
  all.large = error_stats(large), all.small = error_stats(small);
  all.large_by_accelerator = named_stats(large_cards);
  all.small_by_accelerator = named_stats(small_cards);
  all.large_by_source = named_stats(large_sources);
  all.small_by_source = named_stats(small_sources);
  return all;
}

}  // namespace qianka
