// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/checkpoint_format.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/names.hpp"

#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// "100 steps" or "1 step"; nothing when it is no such thing. Zero and what is too large are -1.
std::optional<std::int64_t> steps_in(const std::string& text) {
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return std::nullopt;
  const std::string unit = text.substr(space + 1);
  if (unit != "step" && unit != "steps") return std::nullopt;
  std::int64_t steps = 0;
  const char* const end = text.data() + space;
  const auto [stop, wrong] = std::from_chars(text.data(), end, steps);
  constexpr std::int64_t most = 1'000'000'000;
  return wrong == std::errc() && stop == end && steps >= 1 && steps <= most ? steps : -1;
}

std::string steps_text(std::int64_t steps) {
  return fmt::format("{} {}", steps, steps == 1 ? "step" : "steps");
}

/// A time, or a number of steps.
Scalar<SaveInterval> interval() {
  const Scalar<Seconds> time = time_of(positive);
  ScalarInfo info = time.info;
  info.type = "time or steps";
  info.example = "30 min";
  info.units.insert(info.units.end(), {"step", "steps"});
  const auto with_steps = [](const auto& show) {
    return [show](const SaveInterval& every) {
      return every.steps > 0 ? steps_text(every.steps) : show(every.time);
    };
  };
  return {info,
          [time](const Value& value, const ScalarInfo& i,
                 Reader& reader) -> std::optional<SaveInterval> {
            const bool plain = value.kind == Value::Kind::scalar && !value.quoted;
            const auto steps = plain ? steps_in(value.text) : std::nullopt;
            if (steps && *steps < 0) {
              reader.error(value.at, say("'{}' is no number of steps", value.text),
                           tr("for example '100 steps'"));
              return std::nullopt;
            }
            if (steps) {
              reader.note(value, true);
              return SaveInterval{.time = {}, .steps = *steps};
            }
            const auto read = time.read(value, i, reader);
            return read ? std::optional(SaveInterval{.time = *read, .steps = 0}) : std::nullopt;
          },
          with_steps(time.shown), with_steps(time.exact)};
}

/// every: a time, steps, or auto.
void add_every(Table<Checkpoint>& t) {
  const Scalar<SaveInterval> scalar = interval();
  FieldInfo field =
      scalar_field("every", scalar.info,
                   "Training time between two saves, '100 steps', or auto: what keeps most of the "
                   "wall clock for training; due with a mode.");
  field.scalar.type = "time, steps or auto";
  field.scalar.numeric = false;  // auto is no number
  t.add(std::move(field),
        {.read =
             [scalar](const Value& value, Checkpoint& into, Reader& reader) {
               if (value.kind == Value::Kind::scalar && value.text == "auto" && !value.quoted) {
                 into.automatic = true;
                 return;
               }
               const auto every = scalar.read(value, scalar.info, reader);
               if (!every) return;
               into.every = every->time;
               if (every->steps > 0) into.every_steps = every->steps;
             },
         .write =
             [scalar](const Checkpoint& from, const std::string& path, Written& out) {
               const SaveInterval every{.time = from.every, .steps = from.every_steps.value_or(0)};
               out.values[path] = from.automatic.value_or(false)
                                      ? "auto"
                                      : (out.exact ? scalar.exact : scalar.shown)(every);
             },
         .absent = {}});
  t.default_is("");
}

const Table<MemoryCopies>& memory_table() {
  static const Table<MemoryCopies> table = [] {
    using M = MemoryCopies;
    Table<M> t("memory",
               "Copies in the hosts' memory, at home and at other nodes: lost when all that hold "
               "one are lost together.");
    t.add("every", &M::every, interval(),
          "Training between two copies; stretched when a copy takes longer than that.");
    t.add("peers", &M::peers, whole({1, true, 1024}), "Other nodes that hold a node's copy.")
        .cited("GEMINI (Wang et al., SOSP 2023): two copies, one of them at home");
    t.add("group", &M::group, choice<PeerGroup>(peer_group_names),
          "neighbours: nodes that follow each other keep each other's copies. apart: nodes as far "
          "from each other as can be, so that a leaf's loss leaves one.");
    t.add("stall", &M::stall, time_of(),
          "Time that a copy stops the training, in place of the way to host memory.");
    t.add("copy_time", &M::copy_time, time_of(),
          "Time until the peers have it, in place of what the fabric gives.");
    t.add("load_time", &M::load_time, time_of(), "Time to load, in place of the same.");
    return t;
  }();
  return table;
}

const Table<LastWords>& last_words_table() {
  static const Table<LastWords> table = [] {
    using L = LastWords;
    Table<L> t(
        "last_words",
        "At a failure that is noticed, replicas that are alive save the step they have done; "
        "not possible when all that hold a part are lost.");
    t.add("save_time", &L::save_time, time_of(),
          "Time of that save, in place of what the storage gives one replica.");
    t.add("copies", &L::copies, whole({1, true, 1024}),
          "Copies that the stack keeps of each part that replicas share out (a replicated "
          "distributed optimizer); left out, those of the layout.");
    return t;
  }();
  return table;
}

void check_checkpoint(Checkpoint& checkpoint, const Value& map, Reader& reader) {
  if (map.find("mode") == nullptr) return;
  const bool saves = checkpoint.mode != CheckpointMode::none;
  if (map.find("every") == nullptr && saves) {
    reader.error(map.at, tr("checkpoint needs 'every'"), tr("for example 'every: 30 min'"));
  }
  const Entry* stall = map.find("stall");
  if (stall != nullptr && checkpoint.mode == CheckpointMode::synchronous) {
    reader.error(stall->at,
                 tr("'stall' is given, but mode is 'sync': training waits for all of a save"),
                 tr("say how long a save takes with 'save_time', or choose 'mode: async'"));
  }
  const Entry* slowdown = map.find("step_slowdown");
  if (slowdown != nullptr && checkpoint.mode == CheckpointMode::synchronous) {
    reader.error(slowdown->at,
                 tr("'step_slowdown' is given, but mode is 'sync': no step runs beside "
                    "a write"));
  }
  const Entry* share = map.find("storage_share");
  if (share != nullptr && checkpoint.to == CheckpointPlace::local_nvme) {
    reader.error(share->at,
                 tr("'storage_share' is given, but the nodes' own NVMe is shared with "
                    "nobody"),
                 tr("leave it out, or save 'to: shared-storage'"));
  }
}

Table<Checkpoint> make_checkpoint_table() {
  using C = Checkpoint;
  Table<C> t("checkpoint", "Saving the state of the training, to resume from after a failure.");
  t.add("mode", &C::mode, choice<CheckpointMode>(checkpoint_names),
        "sync: training waits until all is saved. async: until it is copied to host memory.")
      .required();
  add_every(t);
  t.add("to", &C::to, choice<CheckpointPlace>(checkpoint_place_names),
        "Where to: the cluster's storage, or each node's own NVMe, which is lost with the node.");
  t.add("contents", &C::contents, choice<CheckpointContents>(checkpoint_contents_names),
        "What: all of the training's state, or the weights alone.")
      .default_is("training-state");
  t.add("shares", &C::shares, choice<CheckpointShares>(checkpoint_shares_names),
        "Who writes. even: every card an equal part. held: each what no other before it holds: "
        "without sharding the first replica alone.")
      .default_is("even");
  t.add(
       "readers", &C::readers, choice<CheckpointReaders>(checkpoint_readers_names),
       "Who reads. all: every card all it needs. one-per-group: what replicas have in common once, "
       "and then it goes from one to the next over the fabric.")
      .default_is("each part once; its way to the replicas is free");
  t.add("keep", &C::keep, whole(), "Newest complete checkpoints that are kept.").default_is("all");
  t.add("save_time", &C::save_time, time_of(),
        "Time until a save is complete, in place of what bytes, fabric and storage give.");
  t.add("load_time", &C::load_time, time_of(), "Time to load, in place of the same.");
  t.add("stall", &C::stall, time_of(),
        "Time that an async save stops the training, in place of the copy to host memory.");
  t.add("storage_share", &C::storage_share, fraction(positive_share),
        "Share of the storage's rates and slots that other jobs leave to this one.")
      .default_is("1");
  t.add("step_slowdown", &C::step_slowdown, number(),
        "How much longer steps take while a save is written beside them: 0.05 is 5 %.")
      .default_is("0");
  t.section("memory", &C::memory, memory_table(), "Copies in memory, besides those in storage.");
  t.section("last_words", &C::last_words, last_words_table(), "A save when a failure is noticed.");
  t.then(check_checkpoint);
  return t;
}

}  // namespace

const Table<Checkpoint>& checkpoint_table() {
  static const Table<Checkpoint> table = make_checkpoint_table();
  return table;
}

}  // namespace qianka
