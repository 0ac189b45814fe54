// SPDX-License-Identifier: Apache-2.0
// How long saves and loads take, on two nodes of eight cards: 10 GB/s to the storage and 10 GB/s a
// NIC, storage of 100 GB/s, tensor 8 x data 2. A state of 160 GB, of which 32 GB are weights.
#include "sim/campaign/checkpoint_traffic.hpp"

#include "sim/campaign/checkpoint_layout.hpp"
#include "support/memory_copies.hpp"
#include "support/tiny_cluster.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

struct Saving {
  Scenario scenario = tiny_scenario({.tensor = 8, .data = 2}, 2);
  Checkpoint& checkpoint = scenario.checkpoint;

  Saving() {
    checkpoint.mode = CheckpointMode::asynchronous;
    const double count = parameters(scenario.job.model);
    scenario.job.stack.checkpoint_bytes = 160e9 / count;
    scenario.job.stack.weight_bytes = 32e9 / count;
    scenario.cluster.node.accelerator.pcie = Bandwidth{10e9};
  }
  Saving(const Saving&) = delete;
  Saving& operator=(const Saving&) = delete;

  CheckpointTimes times() const {
    return checkpoint_times(scenario, build_topology(scenario.cluster));
  }
};

TEST(CheckpointTraffic, evenly_every_node_writes_half) {
  // 80 GB at 10 GB/s; 10 GB a card over PCIe.
  const CheckpointTimes times = Saving().times();
  EXPECT_NEAR(times.bytes.value, 160e9, 1);
  EXPECT_NEAR(times.write.value, 8, 1e-6);
  EXPECT_NEAR(times.load.value, 8, 1e-6);
  EXPECT_NEAR(times.stall.value, 1, 1e-9);
}

TEST(CheckpointTraffic, weights_alone) {
  Saving saving;
  saving.checkpoint.contents = CheckpointContents::weights;
  EXPECT_NEAR(saving.times().bytes.value, 32e9, 1);
  EXPECT_NEAR(saving.times().write.value, 1.6, 1e-6);
}

TEST(CheckpointTraffic, held_by_sharding) {
  // Without sharding the first replica, on node 0, writes all: 16 s. With the optimizer shared out
  // (128 GB, half each) node 0 writes 32 + 64 GB; with all shared out, 80 GB each.
  for (const auto& [sharding, seconds] :
       {std::pair{Sharding::none, 16.0}, {Sharding::zero_1, 9.6}, {Sharding::zero_3, 8.0}}) {
    Saving saving;
    saving.checkpoint.shares = CheckpointShares::held;
    saving.scenario.job.parallel.sharding = sharding;
    EXPECT_NEAR(saving.times().write.value, seconds, 1e-6);
  }
}

TEST(CheckpointTraffic, all_read_or_one_of_each_group) {
  // All: both nodes read 160 GB: 16 s. One: node 0 reads 160 GB, and each card hands its 20 GB to
  // its counterpart over a NIC: 2 s more.
  Saving saving;
  saving.checkpoint.readers = CheckpointReaders::all;
  EXPECT_NEAR(saving.times().load.value, 16, 1e-6);
  saving.checkpoint.readers = CheckpointReaders::one_per_group;
  EXPECT_NEAR(saving.times().load.value, 18, 1e-6);
  // On a store that gives 10 GB/s to all clients together, one reader is what pays.
  saving.scenario.cluster.storage.read = Bandwidth{10e9};
  EXPECT_NEAR(saving.times().load.value, 18, 1e-6);
  saving.checkpoint.readers = CheckpointReaders::all;
  EXPECT_NEAR(saving.times().load.value, 32, 1e-6);
}

TEST(CheckpointTraffic, other_jobs_leave_a_share) {
  // 20 of 100 GB/s are no limit; 10 are.
  Saving saving;
  saving.checkpoint.storage_share = 0.2;
  EXPECT_NEAR(saving.times().write.value, 8, 1e-6);
  saving.checkpoint.storage_share = 0.1;
  EXPECT_NEAR(saving.times().write.value, 16, 1e-6);
}

TEST(CheckpointTraffic, request_slots_limit_what_bandwidth_does_not) {
  // 160 requests of 1 GB, four at once, half a second each: 20 s.
  Saving saving;
  saving.scenario.cluster.storage.slots = 4;
  saving.scenario.cluster.storage.request_size = Bytes{1e9};
  saving.scenario.cluster.storage.request_time = Seconds{0.5};
  EXPECT_NEAR(saving.times().write.value, 20, 1e-6);
  saving.scenario.cluster.storage.slots = 64;
  EXPECT_NEAR(saving.times().write.value, 8, 1e-6);
}

TEST(CheckpointTraffic, slots_without_a_request_time_are_refused) {
  Saving saving;
  saving.scenario.cluster.storage.slots = 4;
  EXPECT_THROW(saving.times(), Infeasible);
}

TEST(CheckpointTraffic, slots_are_seen_at_60_nodes_and_not_at_4) {
  // Lablup (arXiv 2605.09370): 128 request slots, 1.6 s a request, loads of 33 min at 60 nodes that
  // tests with 2 to 4 nodes did not show. The number of requests is not published: 33 min x 128 /
  // 1.6 s = 158,400 of them, 2,640 a node, whose size follows from the 150 GB/s that were seen.
  // What is shown is the law, not the figure: everybody reads, so requests grow with the nodes.
  const auto load = [](int nodes) {
    Saving saving;
    saving.scenario = tiny_scenario({.tensor = 8, .data = nodes}, nodes);
    saving.scenario.checkpoint.mode = CheckpointMode::synchronous;
    saving.scenario.checkpoint.readers = CheckpointReaders::all;
    const double of_node = 150e9 * 33 * 60 / 60;
    saving.scenario.job.stack.checkpoint_bytes = of_node / parameters(saving.scenario.job.model);
    saving.scenario.cluster.storage_link = Bandwidth{100e9};
    Storage& storage = saving.scenario.cluster.storage;
    storage.write = storage.read = Bandwidth{1500e9};
    storage.slots = 128;
    storage.request_size = Bytes{of_node / 2640};
    storage.request_time = Seconds{1.6};
    return saving.times().load;
  };
  EXPECT_NEAR(load(60) / Seconds{60}, 33, 0.01);
  EXPECT_NEAR(load(4) / Seconds{60}, 33 * 4 / 60.0, 0.01);
  EXPECT_NEAR(load(2) / Seconds{60}, 1.1, 0.01);
}

TEST(CheckpointTraffic, local_disks) {
  // 80 GB a node; 4 GB/s of writing, 8 of reading, and nobody else.
  Saving saving;
  saving.checkpoint.to = CheckpointPlace::local_nvme;
  EXPECT_THROW(saving.times(), Infeasible);  // nobody said how fast
  saving.scenario.cluster.node.nvme_write = Bandwidth{4e9};
  saving.scenario.cluster.node.nvme_read = Bandwidth{8e9};
  EXPECT_NEAR(saving.times().write.value, 20, 1e-6);
  EXPECT_NEAR(saving.times().load.value, 10, 1e-6);
}

TEST(CheckpointTraffic, copies_to_a_peer_cross_the_fabric) {
  // 10 GB a card: 1 s to the host, 1 s over its NIC; from the peer 1 s and 1 s.
  Saving saving;
  saving.checkpoint.memory = MemoryCopies{};
  const MemoryTimes times = saving.times().memory;
  EXPECT_NEAR(times.stall.value, 1, 1e-6);
  EXPECT_NEAR(times.copy.value, 1, 1e-6);
  EXPECT_NEAR(times.load_own.value, 1, 1e-6);
  EXPECT_NEAR(times.load_peer.value, 2, 1e-6);
}

TEST(CheckpointTraffic, copies_need_peers_and_room) {
  Saving saving;
  saving.checkpoint.memory = copies(each_step, 2);
  EXPECT_THROW(saving.times(), Infeasible);
  saving.checkpoint.memory->peers = 1;
  // Two copies of 80 GB, each twice: 320 GB.
  saving.scenario.cluster.node.host_memory = Bytes{319e9};
  EXPECT_THROW(saving.times(), Infeasible);
  saving.scenario.cluster.node.host_memory = Bytes{321e9};
  EXPECT_NO_THROW(saving.times());
}

TEST(CheckpointTraffic, last_words_are_one_replicas) {
  Saving saving;
  saving.checkpoint.last_words = LastWords{};
  EXPECT_NEAR(saving.times().last_words.value, 16, 1e-6);
  // A shared-out optimizer lies on one card only, unless the stack keeps it twice.
  saving.scenario.job.parallel.sharding = Sharding::zero_1;
  EXPECT_THROW(saving.times(), Infeasible);
  saving.checkpoint.last_words->copies = 2;
  EXPECT_NEAR(saving.times().last_words.value, 9.6, 1e-6);
}

TEST(CheckpointLayout, who_holds_the_same) {
  // Four nodes: tensor 8 x pipeline 2 x data 2. Innermost first: stages of replica 0 on nodes 0 and
  // 2 when data is inside, on 0 and 1 when the pipeline is.
  Scenario scenario = tiny_scenario({.tensor = 8, .pipeline = 2, .data = 2}, 4);
  scenario.job.stack.rank_order = RankOrder::tensor_data_pipeline;
  EXPECT_EQ(state_holders(scenario), (Holders{{0, 1}, {2, 3}}));
  scenario.job.stack.rank_order = RankOrder::tensor_pipeline_data;
  EXPECT_EQ(state_holders(scenario), (Holders{{0, 2}, {1, 3}}));
  scenario.job.parallel.sharding = Sharding::zero_1;
  EXPECT_EQ(state_holders(scenario), (Holders{{0}, {1}, {2}, {3}}));
  scenario.checkpoint.last_words = LastWords{.save_time = {}, .copies = 2};
  EXPECT_EQ(state_holders(scenario), (Holders{{0, 2}, {1, 3}}));
}

TEST(CheckpointTraffic, bloom_saves_its_state_in_40_seconds) {
  // 2.3 TB in 40 s (bigscience tr11-176B chronicles). The store's 57 GB/s are that very figure, so
  // this shows that size and nodes are right, no more.
  const Scenario scenario =
      load_scenario(QIANKA_SOURCE_DIR "/scenarios/bloom-176b.yaml",
                    {{"job.train_for", "1 day"}, {"checkpoint", "{mode: sync, every: 100 steps}"}});
  const CheckpointTimes times = checkpoint_times(
      [&] {
        Scenario writing = scenario;
        writing.checkpoint.load_time = Seconds{60};  // how fast it reads is not published
        return writing;
      }(),
      build_topology(scenario.cluster));
  EXPECT_NEAR(times.bytes.value / 2.3e12, 1, 0.1);
  EXPECT_NEAR(times.write.value / 40, 1, 0.1);
}

}  // namespace
}  // namespace qianka
