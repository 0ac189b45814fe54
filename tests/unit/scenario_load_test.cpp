// SPDX-License-Identifier: Apache-2.0
#include "sim/input/diagnostics.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// 16 cards in two nodes, written in place; `more` is added at the end, still inside `job`.
std::string text_with(const std::string& more = "") {
  return R"(cluster:
  nodes: 2
  node:
    accelerator: {name: Test card, peak: {bf16: 300 TFLOPS}, memory_reported: 80 GiB}
job:
  model: {layers: 24, hidden: 2048, heads: 16, vocabulary: 51200, sequence: 2048}
  stack: {name: Test stack}
  global_batch: 64
  parallel: {tensor: 8, data: 2}
)" + more;
}

using Overrides = std::vector<Override>;

/// What goes wrong, as shown; "" if nothing does.
std::string complaint(const std::string& text, const Overrides& overrides = {}) {
  try {
    parse_scenario(text, "s.yaml", overrides);
    return "";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

std::string source_of(const Scenario& scenario, const std::string& path) {
  for (const SourcedValue& value : scenario.provenance) {
    if (value.path == path) return value.value + " | " + value.source + " | " + value.where;
  }
  return "none";
}

TEST(Scenario, what_is_left_out_follows_from_the_rest) {
  const Scenario s = parse_scenario(text_with());
  EXPECT_EQ(s.name, "scenario");
  EXPECT_EQ(s.job.sequence, 2048);
  EXPECT_EQ(s.job.model.kv_heads, 16);
  EXPECT_EQ(s.job.model.head_size, 128);
  EXPECT_EQ(s.job.model.ffn, 8192);
  EXPECT_EQ(s.checkpoint.mode, CheckpointMode::none);
  EXPECT_TRUE(s.faults.classes.empty());
  EXPECT_EQ(s.recovery.detect, Seconds{30});  // ByteRobust; the source stands in the table
  EXPECT_EQ(s.recovery.repair_median.value, 10.5 * 3600);
  EXPECT_EQ(s.seed, 1U);
  EXPECT_EQ(s.cluster.node.accelerator.id, "Test card");
}

TEST(Scenario, the_least_number_of_nodes_is_taken) {
  const Scenario s = parse_scenario(text_with(), "s.yaml", {{"cluster.nodes", ""}});
  EXPECT_EQ(s.cluster.nodes, 2);
  // A catalogue file says how many nodes there are, not how many the job has.
  const Scenario other = parse_scenario(text_with(), "s.yaml", {{"cluster", "llama3-roce-24k"}});
  EXPECT_EQ(other.cluster.nodes, 2);
}

TEST(Scenario, names_can_be_amended_in_place) {
  const Scenario s =
      parse_scenario(text_with(), "s.yaml",
                     {{"job.model", "{use: llama2-7b, layers: 8}"},
                      {"cluster.node.nic", "{use: connectx-7-400g, efficiency: 0.5}"}});
  EXPECT_EQ(s.job.model.id, "llama2-7b");
  EXPECT_EQ(s.job.model.layers, 8);
  EXPECT_EQ(s.job.model.hidden, 4096);
  EXPECT_EQ(s.cluster.node.nic.rate->value, 50e9);
  EXPECT_EQ(s.cluster.node.nic.efficiency, 0.5);
}

TEST(Scenario, parts_of_a_named_cluster_can_be_amended) {
  const Scenario s = parse_scenario(
      text_with(), "s.yaml",
      {{"cluster", "dgx-a100-superpod"}, {"cluster.node.accelerator.memory_reported", "40 GiB"}});
  EXPECT_EQ(s.cluster.node.accelerator.memory_reported->value, 40.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(s.cluster.node.accelerator.peak.bf16->value, 312e12);
  EXPECT_NE(s.cluster.node.accelerator.id, "");
}

TEST(Scenario, every_figure_says_where_it_comes_from) {
  const Scenario s = parse_scenario(text_with(), "s.yaml",
                                    {{"job.model", "llama2-7b"}, {"job.parallel.tensor", "8"}});
  EXPECT_EQ(source_of(s, "cluster.nodes"), "2 | scenario | s.yaml:2");
  EXPECT_EQ(source_of(s, "job.parallel.tensor"), "8 | scenario | --set job.parallel.tensor=8");
  EXPECT_EQ(source_of(s, "job.parallel.context"), "1 | default | ");
  EXPECT_EQ(source_of(s, "recovery.detect").rfind("30 s | default: ByteRobust", 0), 0U);
  EXPECT_NE(source_of(s, "job.model.layers").find("scenarios/models/llama2-7b.yaml:"),
            std::string::npos);
}

TEST(Scenario, a_layer_split_is_a_word_or_a_list) {
  const auto split = [](const std::string& value) {
    return parse_scenario(
               text_with(), "s.yaml",
               {{"job.parallel", "{tensor: 8, pipeline: 2, layers_per_stage: " + value + "}"}})
        .job.parallel;
  };
  EXPECT_EQ(split("even").layer_split, LayerSplit::even);
  EXPECT_EQ(split("embedding-counts").layer_split, LayerSplit::embedding_counts);
  EXPECT_EQ(split("[13, 11]").layer_split, LayerSplit::list);
  EXPECT_EQ(split("[13, 11]").layers_per_stage, (std::vector<int>{13, 11}));
}

TEST(Scenario, fault_classes_have_counts_or_rates) {
  const Scenario s = parse_scenario(text_with(R"(faults:
  observed: {nodes: 100, days: 10}
  distribution: weibull
  shape: 0.8
  job_per_day: 0.3
  classes:
    - {component: gpu, cause: Faulty GPU, count: 5}
    - {component: nic, rate: 0.73 per node-year, distribution: exponential, evicts_node: false}
)"));
  ASSERT_EQ(s.faults.classes.size(), 2U);
  EXPECT_EQ(s.faults.classes[0].per_node_day, 5.0 / 1000);
  EXPECT_EQ(s.faults.classes[0].distribution, Distribution::weibull);
  EXPECT_EQ(s.faults.classes[0].shape, 0.8);
  EXPECT_DOUBLE_EQ(s.faults.classes[1].per_node_day, 0.73 / 365.25);
  EXPECT_EQ(s.faults.classes[1].cause, "nic");
  EXPECT_FALSE(s.faults.classes[1].evicts_node);
  EXPECT_EQ(s.faults.job_per_day, 0.3);
}

/// A folder that is gone when the test is over.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "qianka-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

TEST(Scenario, replayed_faults_lie_beside_the_scenario_and_are_sorted) {
  const Folder folder;
  folder.write(
      "log.csv",
      "time_s,component,node,kind,evicts_node\n7200,nic,,flap,false\n3600,gpu,3,Xid 79,\n");
  const auto file = folder.write("mine.yaml", text_with("faults: {replay: log.csv}\n"));
  const Scenario s = load_scenario(file);
  EXPECT_EQ(s.name, "mine");
  ASSERT_EQ(s.faults.replay.size(), 2U);
  EXPECT_EQ(s.faults.replay[0].at.value, 3600);
  EXPECT_EQ(s.faults.replay[0].node, 3);
  EXPECT_TRUE(s.faults.replay[0].evicts_node);
  EXPECT_EQ(s.faults.replay[1].node, -1);
  EXPECT_FALSE(s.faults.replay[1].evicts_node);
}

TEST(Scenario, the_digest_does_not_depend_on_how_or_where_the_file_is_written) {
  const std::string digest = parse_scenario(text_with()).digest;
  EXPECT_EQ(digest.size(), 16U);
  EXPECT_EQ(
      parse_scenario("# a comment\n" + text_with("seed: 1\nquestion: Why?\n"), "/elsewhere/x.yaml")
          .digest,
      digest);
  EXPECT_EQ(
      parse_scenario(text_with(), "s.yaml", {{"job.parallel", "{data: 2, tensor: 8, context: 1}"}})
          .digest,
      digest);
  EXPECT_EQ(parse_scenario(text_with("recovery: {detect: 0.5 min}\n")).digest, digest);
  EXPECT_NE(parse_scenario(text_with("seed: 2\n")).digest, digest);
  EXPECT_NE(parse_scenario(text_with("recovery: {detect: 31 s}\n")).digest, digest);
  EXPECT_NE(
      parse_scenario(text_with("faults: {classes: [{component: gpu, rate: 1e-3 per node-day}]}\n"))
          .digest,
      digest);
}

TEST(Scenario, overrides_are_blamed_by_their_own_text) {
  EXPECT_EQ(
      complaint(text_with(), {{"job.parallel.tensor", "eight"}}),
      "--set job.parallel.tensor=eight: error: 'tensor' must be a whole number, but is 'eight'");
  EXPECT_EQ(complaint(text_with(), {{"job.paralel.tensor", "4"}}),
            "--set job.paralel.tensor=4: error: unknown key 'paralel' in job\n"
            "  hint: did you mean 'parallel'?");
  EXPECT_EQ(complaint(text_with(), {{"seed.x", "4"}}),
            "--set seed.x=4: error: 'seed' must be a whole number, but is a map");
}

TEST(Scenario, a_file_that_is_not_there_is_said) {
  try {
    load_scenario("no-such-scenario.yaml");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "no-such-scenario.yaml: error: there is no such file");
  }
}

TEST(PeakRate, an_unknown_peak_is_not_guessed) {
  Accelerator v100;
  v100.name = "V100";
  v100.peak.fp16 = FlopRate{125e12};
  EXPECT_EQ(peak_rate(v100, Precision::fp16).value, 125e12);
  try {
    static_cast<void>(peak_rate(v100, Precision::bf16));
    FAIL();
  } catch (const Infeasible& error) {
    EXPECT_STREQ(error.what(), "this run needs the bf16 peak of V100, which is unknown");
  }
}

}  // namespace
}  // namespace qianka
