// SPDX-License-Identifier: Apache-2.0
// `qianka import` as a user meets it: the files of tests/import, each with all that is printed of
// it. With QIANKA_ACCEPT=1 what it prints becomes the expected text: ./dev accept
#include "support/spawn.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Words = std::vector<std::string>;

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class ImportCommand : public testing::Test {
 protected:
  ImportCommand() { fs::current_path(fs::path(QIANKA_SOURCE_DIR) / "tests/import"); }
  ~ImportCommand() override { fs::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) const {
    fs::create_directories(folder_);
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }

  fs::path folder_ = fs::temp_directory_path() / ("qianka-import-" + std::to_string(getpid()));
};

/// Name of the expected text, and the arguments behind `qianka import`.
const std::vector<std::pair<std::string, Words>> cases{
    {"nvswitch", {"nccl-topo", "nvswitch.xml", "--cluster", "dgx-h100-rail", "--nodes", "4", "-v"}},
    {"nvswitch-link-down", {"nccl-topo", "nvswitch-link-down.xml"}},
    {"virtual-switch", {"nccl-topo", "virtual-switch.xml"}},
    {"hybrid-cube-mesh", {"nccl-topo", "hybrid-cube-mesh.xml"}},
    {"xgmi-mesh", {"nccl-topo", "xgmi-mesh.xml"}},
    {"skeleton", {"nccl-topo", "skeleton.xml"}},
    {"skeleton-named",
     {"nccl-topo", "skeleton.xml", "--gpu", "a100-sxm4-80gb", "--nic", "connectx-6-hdr"}},
    {"declared-otherwise", {"nccl-topo", "declared-otherwise.xml"}},
    {"declared-otherwise-catalogue",
     {"nccl-topo", "declared-otherwise.xml", "--trust", "catalogue"}},
    {"nvidia-smi-switch", {"topo-matrix", "nvidia-smi-switch.txt", "--gpu", "h100-sxm5-80gb"}},
    {"nvidia-smi-link-down", {"topo-matrix", "nvidia-smi-link-down.txt", "--gpu", "gb200"}},
    {"nvidia-smi-pcie", {"topo-matrix", "nvidia-smi-pcie.txt", "--gpu", "l40s"}},
    {"npu-smi-mesh", {"topo-matrix", "npu-smi-mesh.txt", "--gpu", "ascend-910b3"}},
    {"npu-smi-two-dies", {"topo-matrix", "npu-smi-two-dies.txt", "--gpu", "ascend-910c-die"}},
    {"ranks-1.0",
     {"ranktable", "ranks-1.0.json", "--gpu", "ascend-910b2", "--nic", "ascend-roce-200g"}},
    {"ranks-1.2", {"ranktable", "ranks-1.2.json", "--cluster", "cloudmatrix-384"}},
    {"leaf-spine", {"slurm-topology", "leaf-spine.conf", "--node", "dgx-h100-rail"}},
    {"scontrol-blocks", {"slurm-topology", "scontrol-blocks.conf", "--rate", "400Gbps"}},
    {"discover", {"ibnetdiscover", "discover.ib", "--node", "dgx-h100-rail", "-v"}},
    {"ports", {"ibnetdiscover", "ports.ib", "--gpu", "h100-sxm5-80gb"}},
    {"oldest", {"ibnetdiscover", "oldest.ib", "--rate", "20Gbps"}},
    {"rails", {"edges", "rails.csv", "--gpu", "h100-sxm5-80gb", "--nic", "connectx-7-400g"}},
    {"two-switches", {"edges", "two-switches.edges"}},
    {"server-ring", {"edges", "server-ring.csv"}},
    {"wide-area", {"graphml", "wide-area.graphml"}},
    {"data-centre", {"graphml", "data-centre.graphml"}},
    {"dense-config", {"hf-config", "dense-config.json", "-v"}},
    {"experts-config", {"hf-config", "experts-config.json", "--sequence", "4096"}},
    {"pictures-config", {"hf-config", "pictures-config.json"}},
    {"megatron", {"megatron", "megatron.sh", "--cluster", "dgx-h100-rail", "-v"}},
    {"mindspeed", {"megatron", "mindspeed.sh"}},
    {"does-not-divide", {"megatron", "does-not-divide.sh"}},
    {"bloom176b_events", {"fault-log", "bloom176b_events.csv", "--nodes", "48", "-v"}},
    {"glm130b_events", {"fault-log", "glm130b_events.csv", "--nodes", "96"}},
    {"opt175b_events", {"fault-log", "opt175b_events.csv", "--nodes", "124", "-v"}},
    {"slurm-records", {"slurm-records", "slurm-records.txt", "-v"}},
    {"slurmctld", {"slurm-records", "slurmctld.log"}},
};

TEST_F(ImportCommand, prints_what_is_expected_of_every_file) {
  for (const auto& [name, words] : cases) {
    Words arguments{"import"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const Spawned ended = spawn(arguments);
    const std::string text = fmt::format("$ qianka {}\n{}{}exit: {}\n", fmt::join(arguments, " "),
                                         ended.err, ended.out, ended.code);
    if (std::getenv("QIANKA_ACCEPT") != nullptr) std::ofstream(name + ".expected") << text;
    EXPECT_EQ(text, read(name + ".expected")) << name;
  }
}

TEST_F(ImportCommand, what_it_writes_passes_check) {
  for (const auto& [name, words] : cases) {
    Words arguments{"import"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const std::string out = file("out.yaml", "");
    arguments.insert(arguments.end(), {"-o", out});
    const Spawned ended = spawn(arguments);
    EXPECT_EQ(ended.out, "");
    if (ended.code != 0) continue;
    EXPECT_THAT(ended.err, HasSubstr("written: " + out));
    const Spawned checked = spawn({"check", out});
    EXPECT_EQ(checked.code, 0) << name << "\n" << checked.err;
    EXPECT_THAT(checked.out, HasSubstr(out + ": ok ("));
  }
}

TEST_F(ImportCommand, a_cluster_a_model_and_a_job_run_together) {
  const std::string cluster = (folder_ / "node.yaml").string();
  const std::string model = (folder_ / "model.yaml").string();
  const std::string job = (folder_ / "job.yaml").string();
  fs::create_directories(folder_);
  ASSERT_EQ(spawn({"import", "nccl-topo", "nvswitch.xml", "--cluster", "dgx-h100-rail", "-o",
                   cluster, "--nodes", "8"})
                .code,
            0);
  ASSERT_EQ(spawn({"import", "hf-config", "dense-config.json", "-o", model}).code, 0);
  ASSERT_EQ(spawn({"import", "megatron", "megatron.sh", "-o", job}).code, 0);
  const Spawned ended = spawn({"run", job, "--set", "cluster=" + cluster, "--set",
                               "job.model=" + model, "--set", "job.steps=1", "--json"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("\"time_s\""));
}

TEST_F(ImportCommand, mistakes_on_the_command_line_end_with_2) {
  const Spawned kind = spawn({"import", "ncll-topo", "nvswitch.xml"});
  EXPECT_EQ(kind.code, 2);
  EXPECT_THAT(kind.err,
              HasSubstr("no kind of file 'ncll-topo'\n  hint: did you mean 'nccl-topo'?"));
  const Spawned gpu = spawn({"import", "nccl-topo", "skeleton.xml", "--gpu", "a100-sxm4-80g"});
  EXPECT_EQ(gpu.code, 2);
  EXPECT_THAT(gpu.err, HasSubstr("did you mean 'a100-sxm4-80gb'?"));
  EXPECT_EQ(spawn({"import", "nccl-topo", "nowhere.xml"}).code, 2);
  EXPECT_EQ(spawn({"import", "nccl-topo", "."}).code, 2);
  EXPECT_EQ(spawn({"import", "nccl-topo", "nvswitch.xml", "-o", "/dev/null/x.yaml"}).code, 1);
}

/// The real files lie beside the project, and are not part of it.
TEST_F(ImportCommand, real_files_are_read) {
  const fs::path data = fs::path(QIANKA_SOURCE_DIR) / "../shared/data";
  if (!fs::exists(data / "nccl-topo")) GTEST_SKIP() << "no ../shared/data/nccl-topo here";
  const std::vector<std::pair<Words, std::string>> files{
      {{"nccl-topo", "nccl-topo/oci-h100-topo.xml"}, "8 x H100 SXM5 80GB, crossbar, 16 network"},
      {{"nccl-topo", "nccl-topo/aws-p4d-24xl-topo.xml"}, "8 x A100 SXM4 40GB, crossbar, 4 network"},
      {{"nccl-topo", "nccl-topo/azure-ndv4-topo.xml", "--gpu", "a100-sxm4-40gb"},
       "8 x A100 SXM4 40GB, crossbar, 8 network"},
      {{"nccl-topo", "nccl-topo/azure-ncv4-topo.xml"}, "4 x A100 PCIe 80GB, pcie"},
      {{"nccl-topo", "nccl-topo/rccl-8p-940-topo.xml"}, "8 x MI300X, mesh, 8 network"},
      {{"topo-matrix", "npu-topo/npu-smi-topo-910b3-8p.txt", "--gpu", "ascend-910b3"},
       "8 x Ascend 910B3, mesh"},
  };
  for (auto [words, found] : files) {
    words[1] = (data / words[1]).string();
    words.insert(words.begin(), "import");
    const Spawned ended = spawn(words);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(found));
  }
  const Spawned graph =
      spawn({"import", "nccl-topo", (data / "nccl-topo/azure-ncv4-graph.xml").string()});
  EXPECT_EQ(graph.code, 2);
  EXPECT_THAT(graph.err, HasSubstr(":1:1: error: this is a graph of NCCL"));
}

TEST_F(ImportCommand, a_nvlink_taken_out_of_a_real_dump_is_found_and_named) {
  const fs::path dump = fs::path(QIANKA_SOURCE_DIR) / "../shared/data/nccl-topo/oci-h100-topo.xml";
  if (!fs::exists(dump)) GTEST_SKIP() << "no ../shared/data/nccl-topo here";
  std::string text = read(dump);
  const std::size_t gpu = text.find("<gpu dev=\"5\"");
  const std::size_t count = text.find("count=\"5\"", gpu);
  ASSERT_NE(count, std::string::npos);
  text[count + 7] = '4';
  const Spawned ended = spawn({"import", "nccl-topo", file("dump.xml", text)});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.err, HasSubstr("dump.xml:109:11: warning: GPU 5 has 17 NVLinks, the other 7 "
                                   "have 18"));
}

}  // namespace
}  // namespace qianka
