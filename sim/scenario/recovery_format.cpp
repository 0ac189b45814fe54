// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/recovery_format.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/time_spread_format.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace qianka {
namespace {

/// What a run assumes of recovery when the scenario is silent.
Recovery usual_recovery() {
  Recovery usual{.detect = Seconds{30},
                 .localise = Seconds{120},
                 .restart = Seconds{70},
                 .cold_start = Seconds{380},
                 .spares = Spares::warm,
                 .repair_median = {37800},
                 .repair_sigma = 1.9};
  usual.detect_hang = Seconds{600};
  usual.detect_silent = Seconds{8 * 3600};
  usual.detect_slow = Seconds{24 * 3600};
  usual.strikes_again = Seconds{600};
  usual.shop.fails_again = TimeSpread({{.mean = Seconds{152 * 3600}}});
  usual.shop.check = Seconds{600};
  usual.shop.group = TimeSpread({{.mean = Seconds{247 * 60}}});
  return usual;
}

const Table<OverEviction>& over_eviction_table() {
  static const Table<OverEviction> table = [] {
    using O = OverEviction;
    Table<O> t("over-eviction", "Good nodes that leave with the faulty one.");
    t.add("share", &O::share, fraction(), "Of the localisations that end in an eviction.");
    t.add("nodes", &O::nodes, whole(not_negative),
          "Good nodes that leave each time: the places beside the faulty one, which share a group "
          "with it.");
    return t;
  }();
  return table;
}

void check_decision(const Decision&, const Value& map, Reader& reader) {
  const Entry* action = map.find("do");
  if (action == nullptr) return;
  const std::string& word = action->value.text;
  const bool in_place = word == name_of(remedy_names, Remedy::retry) ||
                        word == name_of(remedy_names, Remedy::restart_process);
  const bool moves =
      word == name_of(remedy_names, Remedy::evict) || word == name_of(remedy_names, Remedy::stay);
  if (in_place && map.find("time") == nullptr)
    reader.error(map.at, tr("a remedy in place needs 'time'"), tr("for example 'time: 30 s'"));
  for (const char* key : {"time", "success"}) {
    const Entry* entry = map.find(key);
    if (moves && entry != nullptr)
      reader.error(
          entry->at, say("'{}' goes with 'do: retry' and 'do: restart-process'", key),
          tr("to evict or to restart takes what 'localise', 'restart' and the others say"));
  }
}

const Table<Decision>& decision_table() {
  static const Table<Decision> table = [] {
    using D = Decision;
    Table<D> t("decision",
               "What is done about a failure. The rows that fit are gone through in order, before "
               "anybody looks for the node.");
    t.add("components", &D::components, text_list(), "Classes of component; left out: all.")
        .default_is("");
    t.add("noticed", &D::noticed, choice<Noticed>(noticed_names),
          "How it shows; left out: however.");
    t.add("do", &D::action, choice<Remedy>(remedy_names),
          "retry: the operation again, the job stays in memory. restart-process: processes start "
          "again where they are. evict: the node leaves. stay: the job restarts with the nodes it "
          "has.")
        .required();
    add_spread(t, "time", &D::time, "How long the remedy in place takes, whether it helps or not.");
    t.add("success", &D::success, fraction(),
          "Share of the failures that it heals; the others go to the next row.");
    t.then(check_decision);
    return t;
  }();
  return table;
}

const Table<TakeNodes>& take_table() {
  static const Table<TakeNodes> table = [] {
    using N = TakeNodes;
    Table<N> t("take", "Spares that work for another job until they are wanted.");
    t.add("nodes", &N::nodes, whole(not_negative), "So many of the cluster's spares.");
    add_spread(t, "time", &N::time, "Until the other job has given them up.");
    return t;
  }();
  return table;
}

const Table<Shrink>& shrink_table() {
  static const Table<Shrink> table = [] {
    Table<Shrink> t("shrink",
                    "When no node is to be had, the job goes on without the data-parallel replicas "
                    "that lack one, and grows back when one is.");
    add_spread(t, "time", &Shrink::time,
               "To shrink, and to grow back, in place of schedule, restart and groups.");
    return t;
  }();
  return table;
}

const Table<AutomaticRepair>& automatic_table() {
  static const Table<AutomaticRepair> table = [] {
    using A = AutomaticRepair;
    Table<A> t("automatic repair", "Reset, reboot, diagnosis: the first stage of the repair.");
    add_spread(t, "time", &A::time, "How long it takes, whether it helps or not.");
    t.add("success", &A::success, fraction(), "Share of the nodes that need no hand after it.");
    return t;
  }();
  return table;
}

void add_shop(Table<Recovery>& t) {
  const auto shop = [](auto& recovery) -> auto& { return recovery.shop; };
  t.section(
      "automatic", [shop](auto& r) -> auto& { return shop(r).automatic; }, automatic_table(),
      "A first stage without hands; left out: there is none.");
  add_spread(
      t, "check", [shop](auto& r) -> auto& { return shop(r).check; },
      "How long a good node that had to leave is away.")
      .cited(
          "Aegis (Dong et al. 2025): checks of a host before it is handed out take under 10 min");
  add_spread(
      t, "group", [shop](auto& r) -> auto& { return shop(r).group; },
      "Until a leaf, a rack or a block is back that took its nodes along; these are then checked.")
      .cited("Schroeder and Gibson 2006, LANL: repair of network failures, mean 247 min");
  t.add(
      "technicians", [shop](auto& r) -> auto& { return shop(r).technicians; }, whole(not_negative),
      "Manual repairs at once; 0 is no limit.");
  t.add(
      "failed", [shop](auto& r) -> auto& { return shop(r).failed; }, fraction(),
      "Share of the nodes that come back as bad as they left.");
  add_spread(
      t, "fails_again", [shop](auto& r) -> auto& { return shop(r).fails_again; },
      "Such a node: time in training until it fails again.")
      .cited(
          "SuperBench (Xiong et al. 2024): the time between incidents of a node falls to 152 h at "
          "its twentieth");
  t.add(
      "retire_after", [shop](auto& r) -> auto& { return shop(r).retire_after; },
      whole(not_negative), "After so many repairs the next fault scraps the node; 0 is never.");
}

const Table<Recovery>& repair_table() {
  static const Table<Recovery> table = [] {
    using R = Recovery;
    Table<R> t("repair", "What becomes of a node that left the job.", usual_recovery());
    t.add("median", &R::repair_median, time_of(),
          "Lognormal time of the manual repair: its median; 0 is at once.")
        .cited(
            "SuperBench (Xiong et al. 2024): published quantiles of incident duration fit a median "
            "of 10.5 h");
    t.add("sigma", &R::repair_sigma, number(), "Sigma of the logarithm of the time.")
        .cited("Schroeder and Gibson 2006, LANL: mean 355 min and median 54 min give 1.94");
    t.add(spread_field("manual", "In place of median and sigma: any spread."),
          {.read =
               [](const Value& value, R& into, Reader& reader) {
                 if (auto spread = read_spread(value, reader)) into.shop.manual = *spread;
               },
           .write =
               [](const R& from, const std::string& path, Written& out) {
                 if (from.shop.manual) write_spread(*from.shop.manual, path, out);
               },
           .absent = {}});
    add_shop(t);
    return t;
  }();
  return table;
}

void add_noticing(Table<Recovery>& t) {
  using R = Recovery;
  add_spread(t, "detect", &R::detect, "Until a failure that reports itself is noticed.")
      .cited(
          "ByteRobust (Wan et al. 2025): 2 to 60 s with inspection, 30 s for a lost NIC or port");
  add_spread(t, "detect_hang", &R::detect_hang,
             "Until a hang is: a time-out, a heartbeat, or somebody who looks.")
      .cited("ByteRobust (Wan et al. 2025): collectives time out after 600 s by default");
  add_spread(t, "detect_silent", &R::detect_silent,
             "Until silent corruption is; what was saved meanwhile is as wrong.")
      .cited("ByteRobust (Wan et al. 2025): finding a silent corruption took over 8 h");
  add_spread(t, "detect_slow", &R::detect_slow, "Until a slow node is, which then leaves.")
      .cited("judgement: nobody publishes it");
  add_spread(t, "localise", &R::localise, "Until it is known which node to take out.")
      .cited("ByteRobust (Wan et al. 2025): 2 to 15 min for explicit failures; the lower end");
  t.add("wrong", &R::wrong, fraction(),
        "Share of the evictions that take out another node: the fault strikes again.");
  add_spread(t, "strikes_again", &R::strikes_again,
             "After such a mistake: from training on until the fault is back.")
      .cited("Aegis (Dong et al. 2025): 73 % of failed tasks fail in their first 10 min");
  t.section("over_evict", &R::over_evict, over_eviction_table(),
            "Good nodes that leave with the faulty one.");
  t.list("decide", &R::decide, decision_table(),
         "What is done; left out, or when no row helps: the fault's class says whether its node "
         "leaves.");
}

void add_nodes(Table<Recovery>& t) {
  using R = Recovery;
  t.add("spares", &R::spares, choice<Spares>(spares_names),
        "State of the spares: hot (processes stand by), warm, cold, or none are used and the job "
        "waits for the repair.");
  t.add("ready", &R::ready, whole(not_negative),
        "So many spares at once are hot or warm, made up from the others between failures; the "
        "others are cold. Left out: all.");
  t.section("take", &R::take, take_table(), "When no spare is left: nodes of another job.");
  t.section("shrink", &R::shrink, shrink_table(),
            "When no node is left at all: fewer replicas. Left out: the job waits.");
  t.add("state_from_peers", &R::state_from_peers, yes_no(),
        "The other data-parallel replicas keep the state: a lost node costs the step under way, "
        "and nothing is loaded.");
}

void check_recovery(const Recovery& recovery, const Value& map, Reader& reader) {
  const Entry* ready = map.find("ready");
  if (ready == nullptr || recovery.spares == Spares::hot || recovery.spares == Spares::warm) return;
  reader.error(ready->at,
               say("'ready' goes with 'spares: hot' or 'spares: warm', but they are {}",
                   name_of(spares_names, recovery.spares)),
               tr("it is how many of the spares are in that state"));
}

}  // namespace

const Table<Recovery>& recovery_table() {
  static const Table<Recovery> table = [] {
    using R = Recovery;
    Table<R> t("recovery", "What happens between a failure and the next step: a policy.",
               usual_recovery());
    add_catalogue_keys(t);
    add_noticing(t);
    add_nodes(t);
    add_spread(t, "schedule", &R::schedule,
               "Until the scheduler has placed the job again; hot spares need none.");
    add_spread(t, "restart", &R::restart,
               "With a warm spare or in place: start processes; unless 'groups' and 'warm_up' say "
               "more, join groups and warm up as well. Loading comes on top.")
        .cited(
            "ByteRobust (Wan et al. 2025): warm standby restarts 10.87 times faster than the 768 s "
            "of a requeue of 16,384 GPUs");
    add_spread(t, "cold_start", &R::cold_start,
               "Added when the spare must boot and be scheduled first.")
        .cited("ByteRobust (Wan et al. 2025): requeue of 2,048 GPUs 454 s, less the warm 70 s");
    add_spread(t, "groups", &R::groups,
               "Until the communication groups stand, if not in 'restart'.");
    add_spread(t, "warm_up", &R::warm_up,
               "After loading: compiling, first steps, if not in 'restart'.");
    t.group("repair", repair_table(), "What becomes of a node that left the job.");
    t.then(check_recovery);
    return t;
  }();
  return table;
}

void write_recovery(const Recovery& recovery, const std::string& path, Written& out) {
  constexpr std::array<std::string_view, 7> first{".detect",      ".localise", ".restart",
                                                  ".cold_start",  ".spares",   ".repair.median",
                                                  ".repair.sigma"};
  Written own{out.exact, {}}, usual{out.exact, {}};
  recovery_table().write(recovery, path, own);
  recovery_table().write(recovery_table().defaults(), path, usual);
  for (const auto& [key, value] : own.values) {
    const auto as_usual = usual.values.find(key);
    const bool differs = as_usual == usual.values.end() || as_usual->second != value;
    const bool always = std::ranges::find(first, key.substr(path.size())) != first.end();
    if (differs || always) out.values[key] = value;
  }
}

}  // namespace qianka
