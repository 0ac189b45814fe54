// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fault_shapes_format.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/names.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr NameTable<TakesText::Group, 4> group_names{
    {{"node", TakesText::Group::node},
     {"leaf", TakesText::Group::leaf},
     {"rack", TakesText::Group::rack},
     {"power-domain", TakesText::Group::power_domain}}};

const Table<TakesText>& block_table() {
  static const Table<TakesText> table = [] {
    Table<TakesText> t("block", "Nodes numbered in a row that fall together.",
                       {.group = TakesText::Group::block, .nodes = 0});
    t.add("nodes", &TakesText::nodes, whole(), "Nodes of a block.").required();
    return t;
  }();
  return table;
}

}  // namespace

const Table<CalendarPeriod>& calendar_table() {
  static const Table<CalendarPeriod> table = [] {
    Table<CalendarPeriod> t("period", "Rates from some time of the run on.");
    t.add("from", &CalendarPeriod::from, time_of(), "Since the start of the run.").required();
    t.add("factor", &CalendarPeriod::factor, number(), "Times the rate that is written; 0: none.")
        .required();
    return t;
  }();
  return table;
}

const Table<Bursts>& bursts_table() {
  static const Table<Bursts> table = [] {
    Table<Bursts> t("bursts", "Faults that bring others within minutes. The rate counts them all.");
    t.add("share", &Bursts::share, fraction(), "Of first faults: how many have followers.")
        .required();
    t.add("followers", &Bursts::followers, number(from_one),
          "How many then, in the mean; each strikes a node of its own.");
    t.add("within", &Bursts::within, time_of(positive), "They come evenly over this time.")
        .cited("qianka reliability study: faults of Titan within 5 min of each other are merged");
    return t;
  }();
  return table;
}

const Table<Lemons>& lemons_table() {
  static const Table<Lemons> table = [] {
    Table<Lemons> t("lemons",
                    "Nodes that fail oftener than the rest, wherever they sit. Rates stay means "
                    "over all nodes; which nodes are lemons is drawn.");
    t.add("share", &Lemons::share, fraction(), "Of all nodes.").required();
    t.add("factor", &Lemons::factor, number(from_one), "Times the rate of a healthy node.")
        .required();
    return t;
  }();
  return table;
}

void add_takes(Table<FaultClassText>& table) {
  const Scalar<TakesText::Group> word = choice<TakesText::Group>(group_names);
  ScalarInfo info = word.info;
  info.example = "{nodes: 32}";
  info.json = ScalarInfo::Json::map;  // or the words
  FieldInfo field = scalar_field(
      "takes", info,
      "Whom one event strikes: the node; all nodes of its leaf, of its rack (nodes_per_rack), of "
      "its power domain (nodes_per_power_domain); or {nodes: N}, a block of so many.");
  table.add(std::move(field),
            {.read =
                 [word](const Value& value, FaultClassText& into, Reader& reader) {
                   if (value.kind == Value::Kind::map) {
                     into.takes = block_table().read(value, reader);
                   } else if (const auto group = word.read(value, word.info, reader)) {
                     into.takes = {.group = *group, .nodes = 0};
                   }
                 },
             .write =
                 [word](const FaultClassText& from, const std::string& path, Written& out) {
                   out.values[path] = from.takes.group == TakesText::Group::block
                                          ? fmt::format("{{nodes: {}}}", from.takes.nodes)
                                          : word.shown(from.takes.group);
                 },
             .absent = {}});
}

void check_calendar(const std::vector<CalendarPeriod>& periods,
                    const std::optional<Seconds>& repeats, const Value& map, Reader& reader) {
  const Entry* entry = map.find("calendar");
  if (entry == nullptr) {
    if (const Entry* alone = map.find("calendar_repeats")) {
      reader.error(
          alone->at, tr("'calendar_repeats' needs 'calendar'"),
          tr("say what repeats: 'calendar: [{from: 0 h, factor: 1}, {from: 12 h, factor: 2}]'"));
    }
    return;
  }
  const std::vector<Value>& items = entry->value.items;
  for (std::size_t i = 0; i < periods.size() && i < items.size(); ++i) {
    if (i > 0 && periods[i].from <= periods[i - 1].from) {
      reader.error(items[i].at, tr("a period begins no later than the one before it"),
                   tr("periods stand in order of time"));
    }
    if (repeats && periods[i].from >= *repeats) {
      reader.error(items[i].at, tr("a period begins after the calendar has begun anew"),
                   tr("'calendar_repeats' must be more than every 'from'"));
    }
  }
}

}  // namespace qianka
