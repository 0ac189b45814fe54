// SPDX-License-Identifier: Apache-2.0
// There and back: a cluster of known links is simulated, what its tests would print is written down
// with noise, and calibration must find the links again, each inside its interval.
#include "sim/study/calibration.hpp"

#include "sim/engine/step_simulation.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/collective_model.hpp"
#include "sim/study/hccl_test_reader.hpp"
#include "sim/study/link_warnings.hpp"
#include "sim/study/nccl_tests_reader.hpp"
#include "sim/workload/layout.hpp"
#include "support/test_outputs.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using State = Estimate::State;
using testing::Contains;
using testing::HasSubstr;

ClusterSpec h100_with(double scale_up, Seconds hop, double transport, Seconds message) {
  ClusterSpec cluster = load_cluster("dgx-h100-rail");
  cluster.node.scale_up_efficiency = scale_up;
  cluster.node.scale_up_latency = hop;
  cluster.fabric.transport_efficiency = transport;
  cluster.fabric.message_latency = message;
  return cluster;
}

/// What a test would take on this cluster: the simulation's time, scattered.
class Machine {
 public:
  Machine(ClusterSpec cluster, double noise) : cluster_(std::move(cluster)), noise_(0, noise) {}

  TimeOf time_of(const std::string& test, int hosts, int cards, double slower = 1) {
    MeasuredRun run;
    run.kind = *collective_of_test(test);
    run.nodes = hosts;
    for (int rank = 0; rank < hosts * cards; ++rank)
      run.ranks.push_back({"", rank / cards, rank % cards});
    return [this, run, slower](double bytes) {
      const MeasuredPoint point{0, {bytes}, {0}};
      const std::vector<PointOf> points{{&run, &point}};
      const double drawn = noise_(engine_);
      return simulate_points(cluster_, points)[0].value * slower * std::exp(drawn);
    };
  }
  /// A run as nccl-tests would print it and qianka read it.
  MeasuredRun nccl(const std::string& test, int hosts, int cards, double least, double most,
                   double slower = 1) {
    std::vector<Diagnostic> problems;
    const auto runs = read_nccl_tests(
        nccl_tests_output(test, hosts, cards, least, most, time_of(test, hosts, cards, slower)),
        test + ".txt", problems);
    EXPECT_EQ(runs.size(), 1U);
    return runs.at(0);
  }

 private:
  ClusterSpec cluster_;
  boost::random::mt19937_64 engine_{1};
  boost::random::normal_distribution<double> noise_;
};

constexpr double kib = 1024, mib = kib * kib, gib = mib * kib;

const LinkFigure& figure(const CollectiveFit& fit, const std::string& key) {
  for (const LinkFigure& figure : fit.figures)
    if (figure.key == key) return figure;
  throw Bug("no such figure");
}

void expect_found(const CollectiveFit& fit, const std::string& key, double truth, double within) {
  const LinkFigure& found = figure(fit, key);
  ASSERT_EQ(found.estimate.state, State::fitted) << key;
  EXPECT_NEAR(found.estimate.value / truth, 1, within) << key;
  ASSERT_TRUE(found.estimate.interval) << key;
  EXPECT_LE(found.estimate.interval->low, truth) << key;
  EXPECT_GE(found.estimate.interval->high, truth) << key;
}

TEST(Calibration, finds_the_links_of_a_crossbar_and_a_fabric_again) {
  using namespace literals;
  Machine machine(h100_with(0.74, 1.6_us, 0.71, 9.0_us), 0.02);
  const std::vector<MeasuredRun> runs{
      machine.nccl("all_reduce", 1, 8, 8, gib), machine.nccl("all_gather", 1, 8, kib, gib),
      machine.nccl("all_reduce", 2, 8, 8, 4 * gib),
      machine.nccl("reduce_scatter", 4, 8, kib, 4 * gib), machine.nccl("sendrecv", 2, 1, kib, gib)};
  const CollectiveFit fit = fit_collectives(load_cluster("dgx-h100-rail"), runs);
  expect_found(fit, "node.scale_up_efficiency", 0.74, 0.02);
  expect_found(fit, "node.scale_up_latency", 1.6e-6, 0.02);
  expect_found(fit, "fabric.transport_efficiency", 0.71, 0.02);
  expect_found(fit, "fabric.message_latency", 9e-6, 0.04);
  // 2 % of noise, five times over at the worst of some 200 points.
  for (const RunFit& run : fit.runs) {
    EXPECT_NEAR(run.plateau, 1, 0.02);
    EXPECT_NEAR(run.worst, 1, 0.1);
  }
  EXPECT_THAT(link_warnings(fit), testing::IsEmpty());
}

TEST(Calibration, finds_the_links_of_a_mesh_in_hccl_test_output) {
  using namespace literals;
  ClusterSpec truth = load_cluster("atlas-900-a2-910b");
  truth.node.scale_up_efficiency = 0.58;
  truth.node.scale_up_latency = 14.0_us;
  Machine machine(truth, 0.02);
  std::vector<Diagnostic> problems;
  const auto runs = read_hccl_test(
      hccl_test_output("all_reduce", 1, 8, 8 * kib, gib, machine.time_of("all_reduce", 1, 8)) +
          hccl_test_output("alltoall", 1, 8, 8 * kib, gib, machine.time_of("alltoall", 1, 8)),
      "hccl.log", problems);
  ASSERT_EQ(runs.size(), 2U);
  const CollectiveFit fit = fit_collectives(load_cluster("atlas-900-a2-910b"), runs);
  expect_found(fit, "node.scale_up_efficiency", 0.58, 0.02);
  expect_found(fit, "node.scale_up_latency", 14e-6, 0.03);
  EXPECT_FALSE(figure(fit, "fabric.transport_efficiency").found());
}

TEST(Calibration, large_sizes_alone_leave_the_latency_as_it_was) {
  using namespace literals;
  Machine machine(h100_with(0.74, 1.6_us, 0.71, 9.0_us), 0.01);
  const CollectiveFit fit = fit_collectives(load_cluster("dgx-h100-rail"),
                                            {machine.nccl("all_reduce", 1, 8, gib, 8 * gib)});
  EXPECT_EQ(figure(fit, "node.scale_up_latency").estimate.state, State::not_felt);
  EXPECT_DOUBLE_EQ(fit.cluster.node.scale_up_latency.value, 3e-6);  // the catalogue's
  EXPECT_NEAR(*fit.cluster.node.scale_up_efficiency, 0.74, 0.01);
}

/// Switches that add make small and large messages faster than cards that pass them on.
TEST(Calibration, what_the_model_cannot_be_is_said_and_not_bent) {
  const auto run = [](const std::string& test, int hosts, const TimeOf& time_of) {
    std::vector<Diagnostic> problems;
    return read_nccl_tests(nccl_tests_output(test, hosts, 8, 8, 4 * gib, time_of), "x.txt",
                           problems)
        .at(0);
  };
  // 256 ranks in 15 us: up and down a tree, 24 hops, would leave 0.6 us to each.
  const MeasuredRun sharp =
      run("all_reduce", 32, [](double bytes) { return 1.5e-5 + bytes * 1.99 / 330e9; });
  // 480 GB/s over links of 450.
  const MeasuredRun nvls =
      run("all_reduce", 1, [](double bytes) { return 2e-5 + bytes * 1.75 / 480e9; });
  const std::vector<MeasuredRun> runs{sharp, nvls};
  const CollectiveFit fit = fit_collectives(load_cluster("dgx-h100-rail"), runs);
  EXPECT_EQ(figure(fit, "fabric.message_latency").estimate.state, State::too_low);
  EXPECT_DOUBLE_EQ(fit.cluster.fabric.message_latency.value, 5e-6);  // the catalogue's
  EXPECT_EQ(figure(fit, "node.scale_up_efficiency").estimate.state, State::at_most);
  EXPECT_THAT(link_warnings(fit),
              Contains(HasSubstr("node.scale_up_efficiency: faster than the nominal rate")));
}

TEST(Calibration, warns_of_links_that_are_slow_or_get_slower) {
  Machine machine(load_cluster("dgx-h100-rail"), 0.005);
  const std::vector<MeasuredRun> runs{machine.nccl("all_reduce", 1, 8, kib, gib, 1.6),
                                      machine.nccl("sendrecv", 2, 1, kib, gib),
                                      machine.nccl("sendrecv", 2, 1, kib, gib),
                                      machine.nccl("sendrecv", 2, 1, kib, gib, 1.7),
                                      machine.nccl("all_gather", 2, 8, kib, gib),
                                      machine.nccl("all_gather", 8, 8, kib, gib, 1.3)};
  const CollectiveFit fit = fit_collectives(load_cluster("dgx-h100-rail"), runs);
  const auto warnings = link_warnings(fit);
  EXPECT_THAT(warnings, Contains(testing::ContainsRegex(
                            "all_reduce.txt:15: all_reduce_perf, node-0: 229 GB/s at large sizes, "
                            "62.. % of the 36. GB/s that the catalogue's links give")));
  EXPECT_THAT(warnings,
              Contains(testing::ContainsRegex("58.. % of what the same test reaches elsewhere; "
                                              "left out of the fit")));
  EXPECT_THAT(warnings, Contains(testing::ContainsRegex("all_gather_perf, node-0, .*: bandwidth "
                                                        "falls from .* on 2 nodes to .* on 8")));
  EXPECT_LT(fit.runs[3].of_peers, 0.6);
}

TEST(Calibration, finds_the_realised_speed_of_a_stack_again) {
  std::vector<TimedStep> steps;
  boost::random::mt19937_64 engine(1);
  boost::random::normal_distribution<double> noise(0, 0.01);
  for (const std::string name : {"01-one-gpu", "03-tensor-parallel", "05-pipeline"}) {
    const auto path = "scenarios/" + name + ".yaml";
    const auto scenario = std::make_shared<const Scenario>(load_scenario(path));
    Scenario truth = *scenario;
    truth.job.stack.realised["h100-sxm5-80gb"] = 1.5;
    const Topology topology = build_topology(truth.cluster);
    const Placement placement(truth.job, topology.cards_per_node());
    const Seconds time = simulate_step(truth, topology, placement, false).time;
    for (int i = 0; i < 4; ++i)
      steps.push_back({"steps.csv", i, scenario, path, time * std::exp(noise(engine))});
  }
  const auto fits = fit_stacks({}, steps);
  ASSERT_EQ(fits.size(), 1U);
  EXPECT_EQ(fits[0].stack, "megatron-core");
  EXPECT_EQ(fits[0].accelerator, "h100-sxm5-80gb");
  EXPECT_NEAR(fits[0].estimate.value, 1.5, 0.02);
  EXPECT_LE(fits[0].estimate.interval->low, 1.5);
  EXPECT_GE(fits[0].estimate.interval->high, 1.5);
  EXPECT_EQ(fits[0].scenarios, 3);
}

/// A folder of this test's own, gone when it ends.
class TemporaryFolder {
 public:
  TemporaryFolder() { std::filesystem::create_directories(path); }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("qianka-calibrated-{}", getpid());
};

TEST(Calibration, what_is_written_can_be_used_by_path) {
  const TemporaryFolder folder;
  const auto file = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder.path / name) << text;
    return (folder.path / name).string();
  };
  const std::vector<std::string> files{"tests/calibrate/all_reduce-1x8.txt",
                                       "tests/calibrate/steps.csv"};
  const Calibration found = calibrate("dgx-h100-rail", files, folder.path.string());
  ASSERT_EQ(found.written.size(), 2U);
  for (const CalibratedFile& written : found.written) file(written.name, written.text);
  const std::string text =
      "cluster: {use: dgx-h100-rail-calibrated.yaml, nodes: 2}\njob:\n  model: llama2-7b\n"
      "  stack: megatron-core-calibrated.yaml\n  precision: bf16\n  global_batch: 64\n"
      "  parallel: {tensor: 2, data: 8}\n";
  const Scenario scenario = load_scenario(file("scenario.yaml", text));
  const Scenario before =
      load_scenario(file("before.yaml", text), {{"job.stack", "megatron-core"}});
  EXPECT_EQ(scenario.cluster.id, "dgx-h100-rail-calibrated");
  EXPECT_EQ(scenario.cluster.node.scale_up_efficiency,
            found.links.cluster.node.scale_up_efficiency);
  EXPECT_EQ(scenario.cluster.node.scale_up_latency, found.links.cluster.node.scale_up_latency);
  EXPECT_EQ(scenario.cluster.node.cards, 8);  // from the catalogue below
  EXPECT_EQ(realised_factor(scenario.job.stack, "h100-sxm5-80gb"),
            found.stacks.at(0).estimate.value);
  EXPECT_EQ(realised_factor(scenario.job.stack, "a100-sxm4-80gb"),
            realised_factor(before.job.stack, "a100-sxm4-80gb"));
  // What was written is a cluster again, and calibrating it once more changes nothing to speak of.
  const std::string again = (folder.path / found.written[0].name).string();
  const Calibration twice = calibrate(again, {files[0]}, folder.path.string());
  EXPECT_NEAR(*twice.links.cluster.node.scale_up_efficiency,
              *found.links.cluster.node.scale_up_efficiency, 2e-4);
  EXPECT_THAT(twice.written.at(0).text, HasSubstr("use: \"dgx-h100-rail-calibrated.yaml\"\n"));
}

}  // namespace
}  // namespace qianka
