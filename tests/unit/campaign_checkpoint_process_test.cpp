// SPDX-License-Identifier: Apache-2.0
// What a failure leaves to go on from, without a job around it.
#include "sim/campaign/checkpoint_process.hpp"
#include "support/memory_copies.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr Nanoseconds s = a_second;

/// Six nodes, steps of 10 s, saves that block every ten of them.
struct Saves {
  Scenario scenario;
  CampaignInput input;

  Saves() {
    scenario.cluster.nodes = 6;
    scenario.checkpoint.mode = CheckpointMode::synchronous;
    scenario.checkpoint.every = Seconds{100};
    input.scenario = &scenario;
    input.ideal_step = Seconds{10};
    input.checkpoint = {.write = Seconds{7},
                        .stall = Seconds{2},
                        .load = Seconds{15},
                        .bytes = Bytes{1e12},
                        .memory = {.stall = Seconds{1},
                                   .copy = Seconds{5},
                                   .load_own = Seconds{3},
                                   .load_peer = Seconds{4}},
                        .last_words = Seconds{25}};
  }
  Saves(const Saves&) = delete;
  Saves& operator=(const Saves&) = delete;

  /// After 10, 20, … steps, at 100 s, 200 s, …
  CheckpointProcess after(int saves) const {
    CheckpointProcess process(input);
    for (int i = 1; i <= saves; ++i) process.taken(10 * i, 100 * s * i);
    return process;
  }
};

TEST(CheckpointProcess, the_newest_is_what_a_failure_leaves) {
  Saves saves;
  CheckpointProcess process = saves.after(4);
  const Restore restore = process.fail({.at = 450 * s, .lost_places = {}, .steps = 45});
  EXPECT_EQ(restore.from, Origin::storage);
  EXPECT_EQ(restore.version.steps, 40);
  EXPECT_EQ(process.load_time(450 * s), 15 * s);
}

TEST(CheckpointProcess, an_interval_in_steps) {
  Saves saves;
  saves.scenario.checkpoint.every_steps = 250;
  EXPECT_EQ(CheckpointProcess(saves.input).steps_per_save(), 250);
}

TEST(CheckpointProcess, wrong_results_are_rolled_back_past) {
  // Wrong since 250 s, found at 450 s: those of 300 s and 400 s are as wrong, and are gone.
  Saves saves;
  CheckpointProcess process = saves.after(4);
  const Failure found{.at = 450 * s, .lost_places = {}, .steps = 45, .right_until = 250 * s};
  EXPECT_EQ(process.fail(found).version.steps, 20);
  EXPECT_EQ(process.fail({.at = 460 * s, .lost_places = {}, .alive = false}).version.steps, 20);
}

TEST(CheckpointProcess, what_was_not_kept_cannot_be_gone_back_to) {
  // Three are kept, of 200, 300 and 400 s: wrong since 150 s, nothing is left.
  Saves saves;
  saves.scenario.checkpoint.keep = 3;
  CheckpointProcess process = saves.after(4);
  const Restore restore =
      process.fail({.at = 450 * s, .lost_places = {}, .steps = 45, .right_until = 150 * s});
  EXPECT_EQ(restore.from, Origin::beginning);
  EXPECT_EQ(restore.version.steps, 0);
  EXPECT_FALSE(process.restored());
}

TEST(CheckpointProcess, a_local_disk_is_lost_with_its_node) {
  Saves saves;
  saves.scenario.checkpoint.to = CheckpointPlace::local_nvme;
  CheckpointProcess soft = saves.after(2), hard = saves.after(2);
  EXPECT_EQ(soft.fail({.at = 250 * s, .lost_places = {}, .steps = 25}).from, Origin::storage);
  EXPECT_EQ(hard.fail({.at = 250 * s, .lost_places = {3}, .steps = 25}).from, Origin::beginning);
}

struct InMemory : Saves {
  Progress progress{10 * s};

  InMemory() { scenario.checkpoint.memory = copies(each_two_steps); }

  /// 90 s of training: copies after 2, 4, 6 and 8 steps.
  CheckpointProcess trained() {
    CheckpointProcess process(input);
    progress.train(process.divide(0, 90 * s, progress, 10 * s).trained, 10 * s);
    return process;
  }
  Restore lose(CheckpointProcess& process, std::vector<int> places) const {
    return process.fail({.at = 90 * s, .lost_places = std::move(places), .steps = 8});
  }
};

TEST(CheckpointProcess, one_of_two_peers_is_enough) {
  InMemory memory;
  CheckpointProcess process = memory.trained();
  const Restore restore = memory.lose(process, {0});
  EXPECT_EQ(restore.from, Origin::memory);
  EXPECT_EQ(restore.version.steps, 8);
  EXPECT_EQ(process.load_time(90 * s), 4 * s);  // the new node gets it from its peer
}

TEST(CheckpointProcess, a_process_finds_its_own_copy) {
  InMemory memory;
  CheckpointProcess process = memory.trained();
  memory.lose(process, {});
  EXPECT_EQ(process.load_time(90 * s), 3 * s);
}

TEST(CheckpointProcess, both_peers_lost_is_all_lost) {
  // Neighbours keep each other's: 0 and 1. Apart, it is 0 and 3: 0 and 1 may both go.
  for (const auto& [group, pair, from] :
       {std::tuple{PeerGroup::neighbours, std::vector{0, 1}, Origin::beginning},
        {PeerGroup::neighbours, std::vector{1, 2}, Origin::memory},
        {PeerGroup::apart, std::vector{0, 1}, Origin::memory},
        {PeerGroup::apart, std::vector{0, 3}, Origin::beginning}}) {
    InMemory memory;
    memory.scenario.checkpoint.memory->group = group;
    CheckpointProcess process = memory.trained();
    EXPECT_EQ(memory.lose(process, pair).from, from) << pair[0] << " and " << pair[1];
  }
}

TEST(CheckpointProcess, peers_lost_one_after_the_other_while_the_job_is_down_are_both_lost) {
  InMemory memory;
  CheckpointProcess process = memory.trained();
  EXPECT_EQ(memory.lose(process, {0}).from, Origin::memory);
  EXPECT_EQ(memory.lose(process, {1}).from, Origin::beginning);
}

TEST(CheckpointProcess, a_replaced_node_has_its_copies_again_once_training_goes_on) {
  InMemory memory;
  CheckpointProcess process = memory.trained();
  memory.lose(process, {0});
  process.resumed([](int) { return false; });
  EXPECT_EQ(memory.lose(process, {1}).from, Origin::memory);
}

TEST(CheckpointProcess, two_peers_outlive_two_losses) {
  InMemory memory;
  memory.scenario.checkpoint.memory->peers = 2;
  CheckpointProcess process = memory.trained();
  EXPECT_EQ(memory.lose(process, {0, 1}).from, Origin::memory);
  EXPECT_EQ(memory.lose(process, {2}).from, Origin::beginning);
}

TEST(CheckpointProcess, two_levels_memory_often_storage_rarely) {
  InMemory memory;
  CheckpointProcess process = memory.trained();
  process.taken(5, 50 * s);
  EXPECT_EQ(memory.lose(process, {0}).version.steps, 8);  // memory is newer
  const Restore both = memory.lose(process, {1});         // and lost
  EXPECT_EQ(both.from, Origin::storage);
  EXPECT_EQ(both.version.steps, 5);
}

TEST(CheckpointProcess, a_copy_that_takes_long_stretches_the_interval) {
  // 35 s on the way, 10 s a step: every four steps.
  InMemory memory;
  memory.input.checkpoint.memory.copy = Seconds{35};
  CheckpointProcess process(memory.input);
  EXPECT_EQ(process.time_until(40, memory.progress, 10 * s), 409 * s);
}

struct Words : Saves {
  Words() {
    scenario.checkpoint.last_words = LastWords{};
    input.state_holders = {{0, 2, 4}, {1, 3, 5}};
  }
};

TEST(CheckpointProcess, last_words_lose_the_step_under_way_only) {
  Words words;
  CheckpointProcess process = words.after(1);
  const Restore restore = process.fail({.at = 195 * s, .lost_places = {0}, .steps = 19});
  EXPECT_EQ(restore.from, Origin::last_words);
  EXPECT_EQ(restore.version.steps, 19);
  process.noticed(225 * s);                       // complete at 250
  EXPECT_EQ(process.load_time(240 * s), 25 * s);  // 10 s to wait for
  EXPECT_EQ(process.load_time(300 * s), 15 * s);
}

TEST(CheckpointProcess, there_are_no_last_words_when_a_part_is_nowhere_else) {
  Words words;
  CheckpointProcess process = words.after(1);
  const Restore restore = process.fail({.at = 195 * s, .lost_places = {1, 3, 5}, .steps = 19});
  EXPECT_EQ(restore.from, Origin::storage);
  EXPECT_EQ(restore.version.steps, 10);
}

TEST(CheckpointProcess, nor_when_nobody_noticed_or_results_are_wrong) {
  Words words;
  CheckpointProcess silent = words.after(1), wrong = words.after(1);
  EXPECT_EQ(silent.fail({.at = 195 * s, .lost_places = {}, .noticed = false, .steps = 19}).from,
            Origin::storage);
  EXPECT_EQ(
      wrong.fail({.at = 195 * s, .lost_places = {}, .steps = 19, .right_until = 120 * s}).from,
      Origin::storage);
}

TEST(CheckpointProcess, last_words_can_be_cut_off) {
  // Complete at 250: struck at 249 they are gone, at 250 they are there.
  for (const auto& [again, steps] : {std::pair{249, 10}, {250, 19}}) {
    Words words;
    CheckpointProcess process = words.after(1);
    process.fail({.at = 195 * s, .lost_places = {0}, .steps = 19});
    process.noticed(225 * s);
    const Restore restore =
        process.fail({.at = again * s, .lost_places = {2}, .alive = false, .steps = 19});
    EXPECT_EQ(restore.from, Origin::storage);
    EXPECT_EQ(restore.version.steps, steps);
  }
}

TEST(CheckpointLayout, peers_are_next_to_each_other_or_apart) {
  const Holders next{{0, 1}, {2, 3, 4}}, apart{{0, 2, 4}, {1, 3}};
  EXPECT_EQ(memory_holders({}, 5), next);
  EXPECT_EQ(memory_holders(copies(each_step, 1, PeerGroup::apart), 5), apart);
}

}  // namespace
}  // namespace qianka
