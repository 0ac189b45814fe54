// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/faults_format.hpp"

#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/fabric_faults_format.hpp"
#include "sim/scenario/fault_list.hpp"
#include "sim/scenario/fault_shapes_format.hpp"
#include "sim/scenario/names.hpp"

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
        say("a fault class needs either 'count' or 'rate', but has {}", both ? "both" : "neither"),
        tr("a count goes with 'observed: {nodes: …, days: …}', a rate is '4e-3 per node-day'"));
  }
  if (c.cause.empty()) c.cause = c.component;
  if (const Entry* duration = map.find("duration"); duration != nullptr && c.slow_to >= 1) {
    reader.error(duration->at, tr("'duration' needs 'slow_to'"),
                 tr("what stops the job lasts as long as its recovery: see 'recovery'"));
  }
  if (const Entry* hangs = map.find("hangs");
      hangs != nullptr && (c.noticed != Noticed::at_once || c.slow_to < 1)) {
    reader.error(hangs->at, tr("'hangs' is a share of faults that are noticed at once otherwise"),
                 tr("leave 'hangs', 'noticed' or 'slow_to' out"));
  }
  if (c.noticed != Noticed::at_once || c.slow_to < 1) c.hangs = 0;
  check_calendar(c.calendar, c.calendar_repeats, map, reader);
}

template <class Text>
Calendar calendar_of(const Text& text) {
  return {text.calendar, text.calendar_repeats.value_or(Seconds{0})};
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
    t.add("noticed", &C::noticed, choice<Noticed>(noticed_names),
          "at_once: an error is reported; hang: the job stands still until a time-out; silent: "
          "results are wrong, and saves taken since as well.");
    t.add("hangs", &C::hangs, fraction(),
          "Share of its faults that show themselves as a hang, when it differs from the others'.");
    t.add("slow_to", &C::slow_to, fraction(positive_share),
          "Below 1 the node does not stop: it runs at this share of its speed.");
    t.add("duration", &C::duration, time_of(positive),
          "Of a slow fault: how long, unless it is found before; for good when left out.");
    add_takes(t);
    t.list("calendar", &C::calendar, calendar_table(),
           "When its rate is how many times what is written; in place of that of all.");
    t.add("calendar_repeats", &C::calendar_repeats, time_of(positive),
          "The calendar begins anew after this time: 24 h, 365 days.");
    t.section("bursts", &C::bursts, bursts_table(), "In place of those of all.");
    t.then(check_class);
    return t;
  }();
  return table;
}

void check_faults(FaultsText& faults, const Value& map, Reader& reader) {
  check_calendar(faults.calendar, faults.calendar_repeats, map, reader);
  const Entry* classes = map.find("classes");
  if (classes == nullptr || faults.observed) return;
  for (const Value& item : classes->value.items) {
    if (const Entry* count = item.find("count")) {
      reader.error(
          count->at, tr("a count needs 'observed'"),
          tr("say over what it was counted: 'observed: {nodes: 2048, days: 54}' beside 'classes'"));
      return;
    }
  }
}

void add_shapes(Table<FaultsText>& t) {
  using F = FaultsText;
  t.list("calendar", &F::calendar, calendar_table(),
         "When rates are how many times what is written: burn-in, a hot season.");
  t.add("calendar_repeats", &F::calendar_repeats, time_of(positive),
        "The calendar begins anew after this time: 24 h, 365 days.");
  t.section("lemons", &F::lemons, lemons_table(),
            "Nodes that fail oftener than others; of all classes that strike single nodes.");
  t.section("bursts", &F::bursts, bursts_table(), "Faults that bring others within minutes.");
  t.add("hangs", &F::hangs, fraction(),
        "Share of faults, those of 'job_per_day' among them, that show themselves as a hang "
        "instead of an error.");
  t.add("nodes_per_rack", &F::nodes_per_rack, whole(), "Whom 'takes: rack' strikes.");
  t.add("nodes_per_power_domain", &F::nodes_per_power_domain, whole(),
        "Whom 'takes: power-domain' strikes.");
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
  add_shapes(t);
  t.add("replay", &F::replay, free_text(),
        "CSV file, relative to the scenario, with the columns time_s,component,node,kind and, if "
        "wanted, duration_s,evicts_node,noticed,slow_to: these faults happen besides those of the "
        "classes. A node is a place in the job, from 0; -1 is none.");
  t.section("fabric", &F::fabric, fabric_faults_table(),
            "Links and switches that fail while the job runs on.");
  t.then(check_faults);
  return t;
}

std::vector<ReplayedFault> read_replay(const std::string& name, const std::string& folder,
                                       Reader& reader) {
  const std::filesystem::path file = std::filesystem::path(folder) / name;
  const std::size_t before = reader.problems().size();
  const std::string text = read_file(file, reader.position("faults.replay"), reader.problems());
  if (reader.problems().size() > before) return {};
  return read_fault_list(text, file.generic_string(), reader.problems());
}

FaultClass class_from(const FaultClassText& c, const FaultsText& text, Reader& reader) {
  const double days = text.observed ? text.observed->nodes * text.observed->days : 1;
  FaultClass result{.component = c.component,
                    .cause = c.cause,
                    .per_node_day = c.rate ? *c.rate : c.count.value_or(0) / days,
                    .distribution = c.distribution.value_or(text.distribution),
                    .shape = c.shape.value_or(text.shape),
                    .evicts_node = c.evicts_node,
                    .noticed = c.noticed,
                    .slow_to = c.slow_to,
                    .hangs = c.hangs.value_or(text.hangs),
                    .duration = c.duration};
  result.calendar = c.calendar.empty() ? calendar_of(text) : calendar_of(c);
  result.bursts = c.bursts.value_or(text.bursts.value_or(Bursts{}));
  using Group = TakesText::Group;
  if (c.takes.group == Group::leaf) result.takes = Takes::leaf;
  if (c.takes.group == Group::node || c.takes.group == Group::leaf) return result;
  const bool rack = c.takes.group == Group::rack;
  const std::optional<int> size = c.takes.group == Group::block ? std::optional(c.takes.nodes)
                                  : rack                        ? text.nodes_per_rack
                                                                : text.nodes_per_power_domain;
  result.takes = Takes::block;
  result.block = size.value_or(1);
  if (!size) {
    reader.error(
        reader.position("faults"),
        say("{} ({}) takes a whole {}, but its size is not said", c.component, c.cause,
            rack ? "rack" : "power domain"),
        rack ? tr("'nodes_per_rack: 4' beside 'classes', or 'takes: {nodes: 4}'")
             : tr("'nodes_per_power_domain: 32' beside 'classes', or 'takes: {nodes: 32}'"));
  }
  return result;
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
  faults.hangs = text.hangs;
  faults.calendar = calendar_of(text);
  faults.lemons = text.lemons.value_or(Lemons{});
  for (const FaultClassText& c : text.classes)
    faults.classes.push_back(class_from(c, text, reader));
  if (!text.replay.empty()) faults.replay = read_replay(text.replay, folder, reader);
  if (text.fabric) {
    faults.fabric = *text.fabric;
    place_fabric_faults(faults.fabric, "faults.fabric", reader);
  }
  return faults;
}

namespace {

/// Only what is not as if it were left out: a run keeps its digest when the format grows.
class Figures {
 public:
  Figures(std::string path, Written& out) : path_(std::move(path)), out_(out) {}
  void put(const std::string& key, const std::string& value) {
    out_.values[path_ + "." + key] = value;
  }
  void put_unless(double otherwise, const std::string& key, double value) {
    if (value != otherwise) put(key, fmt::format("{}", value));
  }
  void put(const Calendar& calendar) {
    for (std::size_t i = 0; i < calendar.periods.size(); ++i) {
      put(fmt::format("calendar.{:04}", i),
          fmt::format("{},{}", calendar.periods[i].from.value, calendar.periods[i].factor));
    }
    put_unless(0, "calendar_repeats", calendar.repeats.value);
  }
  void put(const FaultClass& c) {
    put("component", c.component);
    put("cause", c.cause);
    put("rate", fmt::format("{}", c.per_node_day));
    put("distribution", std::string(name_of(distribution_names, c.distribution)));
    put("shape", fmt::format("{}", c.shape));
    put("evicts_node", c.evicts_node ? "true" : "false");
    if (c.noticed != Noticed::at_once)
      put("noticed", std::string(name_of(noticed_names, c.noticed)));
    put_unless(0, "hangs", c.hangs);
    put_unless(1, "slow_to", c.slow_to);
    if (c.duration) put("duration", fmt::format("{}", c.duration->value));
    if (c.takes != Takes::node) put("takes", fmt::format("{}", c.block));
    put(c.calendar);
    if (c.bursts.share > 0) {
      put("bursts",
          fmt::format("{},{},{}", c.bursts.share, c.bursts.followers, c.bursts.within.value));
    }
  }

 private:
  std::string path_;
  Written& out_;
};

std::string event_text(const ReplayedFault& f) {
  std::string text =
      fmt::format("{},{},{},{},{}", f.at.value, f.component, f.node, f.kind, f.evicts_node);
  if (f.noticed != Noticed::at_once) text += fmt::format(",{}", name_of(noticed_names, f.noticed));
  if (f.slow_to < 1) text += fmt::format(",slow_to {}", f.slow_to);
  if (f.duration) text += fmt::format(",duration {}", f.duration->value);
  return text;
}

}  // namespace

void write_faults(const Faults& faults, const std::string& path, Written& out) {
  Figures figures(path, out);
  figures.put("job_per_day", fmt::format("{}", faults.job_per_day));
  if (faults.job_per_day > 0) figures.put_unless(0, "hangs", faults.hangs);
  figures.put(faults.calendar);
  if (faults.lemons.share > 0)
    figures.put("lemons", fmt::format("{},{}", faults.lemons.share, faults.lemons.factor));
  for (std::size_t i = 0; i < faults.classes.size(); ++i)
    Figures(fmt::format("{}.classes.{:04}", path, i), out).put(faults.classes[i]);
  for (std::size_t i = 0; i < faults.replay.size(); ++i)
    figures.put(fmt::format("replay.{:08}", i), event_text(faults.replay[i]));
  write_fabric_faults(faults.fabric, path + ".fabric", out);
}

}  // namespace qianka
