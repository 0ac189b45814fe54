// SPDX-License-Identifier: Apache-2.0
// The pencil answers of docs/lessons, and what the scenarios of the learning path promise in their
// first lines, against the real binary.
#include "support/spawn.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::ordered_json;

ordered_json run_scenario(const std::string& name, const std::vector<std::string>& sets = {}) {
  std::vector<std::string> arguments{"run", QIANKA_SOURCE_DIR "/scenarios/" + name + ".yaml",
                                     "--json"};
  for (const std::string& set : sets) arguments.insert(arguments.end(), {"--set", set});
  const Spawned ended = spawn(arguments);
  EXPECT_EQ(ended.code, 0) << ended.err;
  return ended.code == 0 ? ordered_json::parse(ended.out) : ordered_json();
}

double collective_time(const ordered_json& run, const std::string& name) {
  for (const ordered_json& record : run["step"]["collectives"]) {
    if (record["name"].get<std::string>().starts_with(name)) return record["time_s"];
  }
  ADD_FAILURE() << "no collective " << name;
  return 0;
}

// ---- Lesson 1
// ------------------------------------------------------------------------------------

constexpr double pencil = 1e-8;  // relative: nine digits are printed

double ring_time(const std::vector<std::string>& sets) {
  return collective_time(run_scenario("lessons/01-ring-all-reduce", sets),
                         "data all-reduce, all gradients");
}

TEST(Lesson1, four_cards_take_60_ms_and_30_us) {
  // 2 (n-1) = 6 rounds of 1 GB / (100 GB/s) = 10 ms, and 5 us each.
  EXPECT_NEAR(ring_time({}), 6 * (10e-3 + 5e-6), pencil * 0.06);
}

TEST(Lesson1, the_gradients_are_4_gb) {
  // 20 layers x 12 x 2000^2 + 20000 x 2000 = 10^9 weights, 4 bytes each.
  const ordered_json run = run_scenario("lessons/01-ring-all-reduce");
  const ordered_json ring = run["step"]["collectives"].back();
  EXPECT_EQ(ring["name"], "data all-reduce, all gradients");
  EXPECT_EQ(ring["bytes"], 4'000'000'000);
  EXPECT_NEAR(ring["bus_bandwidth_bytes_per_s"], 6e9 / 60.03e-3, 1e3);
}

TEST(Lesson1, eight_cards_take_7_6_of_it) {
  // 14 rounds of 0.5 GB / (100 GB/s) = 5 ms, and 5 us each.
  EXPECT_NEAR(ring_time({"cluster.node.cards=8", "job.parallel.data=8"}), 14 * (5e-3 + 5e-6),
              pencil * 0.07);
}

TEST(Lesson1, in_a_mesh_of_four_every_card_sends_to_every_other) {
  // 2 rounds of 1 GB / (100/3 GB/s) = 30 ms, and 5 us each.
  EXPECT_NEAR(ring_time({"cluster.node.scale_up=mesh"}), 2 * (30e-3 + 5e-6), pencil * 0.06);
}

TEST(Lesson1, part_of_it_hides_behind_the_backward_pass) {
  const auto exposed = [](const std::vector<std::string>& sets) {
    return run_scenario("lessons/01-ring-all-reduce", sets)["step"]["breakdown_s"]["data_comm"]
        .get<double>();
  };
  EXPECT_LT(exposed({}), 0.06);
  EXPECT_GT(exposed({}), 0.06 / 4);  // the last of four buckets has nothing to hide behind
  EXPECT_NEAR(exposed({"job.stack.gradient_overlap=none"}), 0.06003, 1e-8);
}

// ---- Lesson 2
// ------------------------------------------------------------------------------------

/// Bubble over work of a stage.
double bubble(const std::vector<std::string>& sets) {
  const ordered_json run = run_scenario("lessons/02-pipeline-bubble", sets);
  const ordered_json& parts = run["step"]["breakdown_s"];
  EXPECT_EQ(parts["host"], 0.0);
  return parts["pipeline_bubble"].get<double>() / parts["compute"].get<double>();
}

TEST(Lesson2, the_bubble_is_p_minus_1_over_v_m) {
  // p = 4: 3/8, 3/32, 3/16. Within 1 %: the first stage has the embedding besides, the last one the
  // head.
  EXPECT_NEAR(bubble({}), 3.0 / 8, 0.01 * 3 / 8);
  EXPECT_NEAR(bubble({"job.global_batch=32"}), 3.0 / 32, 0.01 * 3 / 32);
  EXPECT_NEAR(bubble({"job.parallel.interleave=2"}), 3.0 / 16, 0.01 * 3 / 16);
}

TEST(Lesson2, unequal_ends_make_it_374_in_place_of_375) {
  // What the page prints: 37.4 %.
  EXPECT_NEAR(bubble({}), 0.374, 0.0005);
}

// ---- Lesson 3
// ------------------------------------------------------------------------------------

/// The exact form, in minutes: M = 360, R = 10, a save of 5.
double ettr_by_hand(double every) {
  return every / (360 * std::exp(10.0 / 360) * std::expm1((every + 5) / 360));
}

double ettr(const std::vector<std::string>& sets) {
  return run_scenario("lessons/03-checkpoint-interval", sets)["campaign"]["ettr"];
}

std::string every(int minutes) { return "checkpoint.every=" + std::to_string(minutes) + "min"; }

TEST(Lesson3, the_table_is_right) {
  const std::vector<std::pair<int, double>> printed{
      {20, 0.751}, {40, 0.812}, {60, 0.819}, {90, 0.805}, {180, 0.724}};
  for (const auto& [minutes, share] : printed) {
    EXPECT_NEAR(ettr_by_hand(minutes), share, 0.0005) << minutes;
    // 4,000 failures and their lost work leave less than 1 % to chance.
    EXPECT_NEAR(ettr({every(minutes)}) / share, 1, 0.01) << minutes;
  }
}

TEST(Lesson3, an_hour_is_better_than_a_third_of_it_and_three_times_it) {
  EXPECT_GT(ettr({every(60)}), ettr({every(20)}) + 0.05);
  EXPECT_GT(ettr({every(60)}), ettr({every(180)}) + 0.05);
}

TEST(Lesson3, a_save_in_the_background_reaches_93_per_cent) {
  EXPECT_NEAR(ettr({"checkpoint.mode=async", "checkpoint.stall=10s", every(11)}), 0.93, 0.01);
}

TEST(Lesson3, failures_come_every_six_hours) {
  // 128 nodes x 0.03125 a day = 4 a day: 4000 +- 3 x sqrt(4000) in 1000 days.
  EXPECT_NEAR(run_scenario("lessons/03-checkpoint-interval")["campaign"]["failures"], 4000, 190);
}

// ---- The learning path
// --------------------------------------------------------------------------- Bands, not points:
// the constants of stacks move when they are measured better, the reasons do not.

double part(const ordered_json& run, const std::string& name) {
  return run["step"]["breakdown_s"][name];
}

TEST(LearningPath, one_gpu_reaches_40_to_50_per_cent) {
  const ordered_json run = run_scenario("01-one-gpu");
  EXPECT_GT(run["step"]["mfu"], 0.40);
  EXPECT_LT(run["step"]["mfu"], 0.50);
  EXPECT_EQ(run["step"]["collectives"].size(), 0U);
}

TEST(LearningPath, a_second_card_over_25_gb_s_brings_18_tenths) {
  const ordered_json run = run_scenario("02-two-gpus-one-link");
  EXPECT_NEAR(2 * run["parallel_efficiency"]["value"].get<double>(), 1.8, 0.1);
  // 1,312,817,152 weights x 4 bytes / (25 GB/s), and 2 rounds of 3 us.
  const double exchange = 1'312'817'152.0 * 4 / 25e9 + 2 * 3e-6;
  EXPECT_NEAR(collective_time(run, "data all-reduce, all gradients"), exchange, pencil);
  EXPECT_GT(part(run, "data_comm"), exchange / 2);
}

TEST(LearningPath, tensor_parallelism_costs_a_quarter) {
  const ordered_json run = run_scenario("03-tensor-parallel");
  EXPECT_GT(part(run, "tensor_comm") / run["step"]["time_s"].get<double>(), 0.25);
  const double one = collective_time(run, "tensor all-gather");
  EXPECT_NEAR(one, 0.12e-3, 0.01e-3);
  // Two all-reduces more a micro-batch, for embedding and head: twice two halves.
  EXPECT_NEAR(part(run, "tensor_comm"), (40 * 8 + 4) * 32 * one, 0.01);
}

TEST(LearningPath, a_mesh_gives_a_pair_one_link_of_seven) {
  const auto bandwidth = [](const std::string& kind, const std::vector<std::string>& sets) {
    const ordered_json run = run_scenario("04-mesh-against-crossbar", sets);
    for (const ordered_json& record : run["step"]["collectives"]) {
      if (record["name"].get<std::string>().starts_with(kind)) {
        return record["bus_bandwidth_bytes_per_s"].get<double>() * 1e-9;
      }
    }
    return 0.0;
  };
  const double reached = 196 * 0.643;
  EXPECT_NEAR(bandwidth("tensor", {}), reached / 7, 0.2);  // small messages: latency is felt
  // Of the four that exchange gradients each has three.
  EXPECT_NEAR(bandwidth("data", {}), reached / 7 * 3, 0.05);
  EXPECT_NEAR(bandwidth("data", {"cluster.node.scale_up=crossbar"}), reached, 0.1);
  const auto step = [](const std::vector<std::string>& sets) {
    return run_scenario("04-mesh-against-crossbar", sets)["step"]["time_s"].get<double>();
  };
  EXPECT_GT(step({}), 1.2 * step({"cluster.node.scale_up=crossbar"}));
}

TEST(LearningPath, a_pipeline_of_four_waits_9_per_cent_and_hides_its_sends) {
  const ordered_json run = run_scenario("05-pipeline");
  const double work = part(run, "compute") + part(run, "tensor_comm") + part(run, "jitter");
  EXPECT_NEAR(part(run, "pipeline_bubble") / work, 0.09, 0.005);
  EXPECT_LT(part(run, "pipeline_comm") / work, 0.002);
}

TEST(LearningPath, a_failed_node_costs_19_minutes) {
  const ordered_json weeks = run_scenario("06-failure-and-restart")["campaign"];
  EXPECT_EQ(weeks["failures"], 1);
  EXPECT_EQ(weeks["wall_s"], 86400.0);
  EXPECT_EQ(weeks["accounting_s"]["detection"], 30.0);
  EXPECT_EQ(weeks["accounting_s"]["localisation"], 120.0);
  EXPECT_EQ(weeks["accounting_s"]["restart"], 70.0);
  EXPECT_NEAR(weeks["accounting_s"]["load"], 8, 1);
  // Checkpoints wait for the end of a step: where the last one was moves with the step time.
  EXPECT_NEAR(weeks["lost_work_s"], 14.5 * 60, 60);
  EXPECT_NEAR(weeks["mean_recovery_s"], 18.5 * 60, 60);
  EXPECT_NEAR(1 - weeks["ettr"].get<double>(), 0.013, 0.001);
}

}  // namespace
}  // namespace qianka
