// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/faults_format.hpp"

#include "sim/input/csv.hpp"
#include "sim/input/yaml.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/fabric_faults_format.hpp"
#include "sim/scenario/names.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

namespace qianka {
namespace {

const Table<Observed>& observed_table() {
  static const Table<Observed> table = [] {
    Table<Observed> t("observed", "What the counts of the classes were counted over.");
    t.add("nodes", &Observed::nodes, whole(), "Nodes that were watched.").required();
    t.add("days", &Observed::days, number(positive), "For how many days.").required();
    return t;
  }();
  return table;
}

void check_class(FaultClassText& c, const Value& map, Reader& reader) {
  const bool both = map.find("count") != nullptr && map.find("rate") != nullptr;
  const bool none = map.find("count") == nullptr && map.find("rate") == nullptr;
  if (both || none) {
    reader.error(
        map.at,
        fmt::format("a fault class needs either 'count' or 'rate', but has {}",
                    both ? "both" : "neither"),
        "a count goes with 'observed: {nodes: …, days: …}', a rate is '4e-3 per node-day'");
  }
  if (c.cause.empty()) c.cause = c.component;
}

const Table<FaultClassText>& class_table() {
  static const Table<FaultClassText> table = [] {
    using C = FaultClassText;
    Table<C> t("fault class", "One kind of failure, which strikes any of the job's nodes.");
    t.add("component", &C::component, free_text(),
          "gpu, hbm, nvlink, nic, link, leaf, host, power, storage, software, …")
        .required();
    t.add("cause", &C::cause, free_text(), "As the source names it; the component when left out.");
    t.add("count", &C::count, number(), "How often it was observed; see 'observed'.");
    t.add("rate", &C::rate, measured(Dimension::node_rate), "In place of a count: mean rate.");
    t.add("distribution", &C::distribution, choice<Distribution>(distribution_names),
          "Of the time between failures of a node, when it differs from the others'.");
    t.add("shape", &C::shape, number(positive), "Weibull k, or sigma of the lognormal.");
    t.add("evicts_node", &C::evicts_node, yes_no(),
          "The node leaves the job for repair; otherwise a restart in place heals it.");
    t.then(check_class);
    return t;
  }();
  return table;
}

void check_faults(FaultsText& faults, const Value& map, Reader& reader) {
  const Entry* classes = map.find("classes");
  if (classes == nullptr || faults.observed) return;
  for (const Value& item : classes->value.items) {
    if (const Entry* count = item.find("count")) {
      reader.error(
          count->at, "a count needs 'observed'",
          "say over what it was counted: 'observed: {nodes: 2048, days: 54}' beside 'classes'");
      return;
    }
  }
}

Table<FaultsText> make_faults_table() {
  using F = FaultsText;
  Table<F> t("faults", "What fails, and how often: classes with rates, or a record to replay.");
  add_catalogue_keys(t);
  t.section("observed", &F::observed, observed_table(), "What the counts were counted over.");
  t.list("classes", &F::classes, class_table(), "Kinds of failure.");
  t.add("job_per_day", &F::job_per_day, number(),
        "Failures a day that do not scale with nodes: user code, dependencies.");
  t.add("distribution", &F::distribution, choice<Distribution>(distribution_names),
        "Of the time between failures of a node.");
  t.add("shape", &F::shape, number(positive), "Weibull k, or sigma of the lognormal.");
  t.add(
      "replay", &F::replay, free_text(),
      "CSV file, relative to the scenario, with the columns time_s,component,node,kind and, if "
      "wanted, evicts_node: these faults happen besides those of the classes. A node is a place in "
      "the job, from 0; -1 is none.");
  t.section("fabric", &F::fabric, fabric_faults_table(),
            "Links and switches that fail while the job runs on.");
  t.then(check_faults);
  return t;
}

double number_cell(const CsvRow& row, std::size_t column, const std::string& name, double least) {
  const double value = parse_number(row.cells[column]);
  if (value >= least) return value;
  throw QuantityError(
      fmt::format("{} must be at least {}, but is {}", name, least, row.cells[column]), "");
}

/// A node of the job by its place, or -1 for a fault that strikes none.
int node_cell(const CsvRow& row) {
  if (row.cells[2].empty()) return -1;
  const double node = number_cell(row, 2, "node", -1);
  if (node != std::floor(node) || node > 1e9) {
    throw QuantityError(fmt::format("node must be a whole number, but is {}", row.cells[2]), "");
  }
  return static_cast<int>(node);
}

bool evicts_cell(const CsvRow& row) {
  if (row.cells[4].empty() || row.cells[4] == "true") return true;
  if (row.cells[4] == "false") return false;
  throw QuantityError(fmt::format("evicts_node must be true or false, but is '{}'", row.cells[4]),
                      "");
}

/// One row of a replay file; nothing when it is wrong.
std::optional<ReplayedFault> replayed(const CsvRow& row, const SourcePos& at, Reader& reader) {
  try {
    if (row.cells[1].empty()) throw QuantityError("the component is missing", "gpu, nic, host, …");
    return ReplayedFault{.at = {number_cell(row, 0, "time_s", 0)},
                         .component = row.cells[1],
                         .node = node_cell(row),
                         .kind = row.cells[3],
                         .evicts_node = evicts_cell(row)};
  } catch (const QuantityError& error) {
    reader.error(at, error.what(), error.hint);
    return std::nullopt;
  }
}

std::vector<ReplayedFault> read_replay(const std::string& name, const std::string& folder,
                                       Reader& reader) {
  const std::filesystem::path file = std::filesystem::path(folder) / name;
  const std::size_t before = reader.problems().size();
  const std::string text = read_file(file, reader.position("faults.replay"), reader.problems());
  if (reader.problems().size() > before) return {};
  const Csv csv =
      read_csv(text, file.generic_string(), {"time_s", "component", "node", "kind", "evicts_node"},
               1, reader.problems());
  std::vector<ReplayedFault> faults;
  for (const CsvRow& row : csv.rows) {
    if (auto fault = replayed(row, {csv.file, row.line, 1}, reader)) faults.push_back(*fault);
  }
  std::ranges::stable_sort(faults, {}, &ReplayedFault::at);
  return faults;
}

}  // namespace

const Table<FaultsText>& faults_table() {
  static const Table<FaultsText> table = make_faults_table();
  return table;
}

Faults faults_from(const FaultsText& text, const std::string& folder, Reader& reader) {
  Faults faults;
  faults.id = text.id;
  faults.name = text.name;
  faults.job_per_day = text.job_per_day;
  for (const FaultClassText& c : text.classes) {
    const double days = text.observed ? text.observed->nodes * text.observed->days : 1;
    faults.classes.push_back({.component = c.component,
                              .cause = c.cause,
                              .per_node_day = c.rate ? *c.rate : c.count.value_or(0) / days,
                              .distribution = c.distribution.value_or(text.distribution),
                              .shape = c.shape.value_or(text.shape),
                              .evicts_node = c.evicts_node});
  }
  if (!text.replay.empty()) faults.replay = read_replay(text.replay, folder, reader);
  if (text.fabric) {
    faults.fabric = *text.fabric;
    place_fabric_faults(faults.fabric, "faults.fabric", reader);
  }
  return faults;
}

void write_faults(const Faults& faults, const std::string& path, Written& out) {
  const auto put = [&](const std::string& at, const std::string& key, const std::string& value) {
    out.values[at + "." + key] = value;
  };
  put(path, "job_per_day", fmt::format("{}", faults.job_per_day));
  for (std::size_t i = 0; i < faults.classes.size(); ++i) {
    const FaultClass& c = faults.classes[i];
    const std::string at = fmt::format("{}.classes.{:04}", path, i);
    put(at, "component", c.component);
    put(at, "cause", c.cause);
    put(at, "rate", fmt::format("{}", c.per_node_day));
    put(at, "distribution", std::string(name_of(distribution_names, c.distribution)));
    put(at, "shape", fmt::format("{}", c.shape));
    put(at, "evicts_node", c.evicts_node ? "true" : "false");
  }
  for (std::size_t i = 0; i < faults.replay.size(); ++i) {
    const ReplayedFault& f = faults.replay[i];
    out.values[fmt::format("{}.replay.{:08}", path, i)] =
        fmt::format("{},{},{},{},{}", f.at.value, f.component, f.node, f.kind, f.evicts_node);
  }
  write_fabric_faults(faults.fabric, path + ".fabric", out);
}

}  // namespace qianka
