// SPDX-License-Identifier: Apache-2.0
// Bad files are refused with a place, whatever is in them; no reader crashes on any bytes.
#include "sim/interchange/import.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;

const ImportKind& kind(std::string_view name) {
  for (const ImportKind& each : import_kinds())
    if (each.name == name) return each;
  throw std::runtime_error("no such kind");
}

/// What is wrong with the text, rendered; "ok" when nothing is.
std::string answer(std::string_view name, const std::string& text,
                   const ImportRequest& request = {}) {
  try {
    kind(name).read({text, "f"}, request);
    return "ok";
  } catch (const InputError& error) {
    return error.what();
  } catch (const InfeasibleInput& error) {
    return error.what();
  }
}

struct Refusal {
  std::string kind, text, first_line;
};

TEST(ImportErrors, every_refusal_names_its_place) {
  const std::string gpt =
      "python pretrain.py --num-layers 4 --hidden-size 64 "
      "--num-attention-heads 4 --seq-length 8 --vocab-size 9 ";
  const std::vector<Refusal> refusals{
      {"fault-log", "a,b\n1,2\n", "f:1:1: error: these columns are none of an event list"},
      {"fault-log", "date,kind,component\n2022-05-07,hw_fial,gpu\n",
       "f:2:12: error: no kind of event 'hw_fial'"},
      {"fault-log", "date,kind,component\n2022-02-30,hang,gpu\n",
       "f:2:1: error: '2022-02-30' is no date"},
      {"fault-log", "date,kind,component,nodes\n2022-05-07,hw_fail,gpu,two\n",
       "f:2:24: error: expected a number, but found 'two'"},
      {"fault-log", "window,start,end,restarts\na,2022-05-07,2022-05-06,3\n",
       "f:2:14: error: the window ends before it begins"},
      {"slurm-records", "hello\n", "f:1:1: error: no Slurm records in this file"},
      {"slurm-records", "NodeName|State\nn1|DOWN\n",
       "f:2:1: error: this table has no column timestart"},
      {"slurm-records", "NodeName|TimeStart|State\nn1|yesterday|DOWN\n",
       "f:2:4: error: 'yesterday' is no time"},
      {"slurm-records", "JobID|End|State\n1|2024-05-01T00:00:00\n",
       "f:2:1: error: 2 cells, but the header has 3"},
      {"nccl-topo", "", "f:1:1: error: the file is empty"},
      {"nccl-topo", "hello", "f:1:1: error: there is no XML in this file"},
      {"nccl-topo", "\x1F\x8B\x08 packed", "f:1:1: error: this file is compressed by gzip"},
      {"nccl-topo", std::string("<a>\0</a>", 8), "f:1:4: error: a zero byte: this is no text"},
      {"nccl-topo", "<system version=\"1\">\n  <cpu>\n",
       "f:2:8: error: a tag is not closed where it should be"},
      {"nccl-topo", "<system version=\"1\">\n <cpu numaid=1/>\n</system>",
       "f:2:14: error: an attribute is not well-formed"},
      {"nccl-topo", "<graphs version=\"1\"/>",
       "f:1:1: error: this is a graph of NCCL (NCCL_GRAPH_DUMP_FILE), not a topology"},
      {"nccl-topo", "\n<machine/>",
       "f:2:1: error: the outermost element is <machine>, not <system>"},
      {"nccl-topo", "<system version=\"1\"><cpu/></system>",
       "f:1:1: error: there is no GPU in this file"},
      {"nccl-topo",
       "<system version=\"1\"><cpu><pci><gpu dev=\"0\">\n<nvlink target=\"a\" "
       "count=\"-1\"/></gpu></pci></cpu></system>",
       "f:2:1: error: a count of -1 links"},
      {"topo-matrix", "hello\n", "f:1:1: error: there is no topology matrix in this text"},
      {"topo-matrix", "GPU0 GPU1\nGPU0 X\n",
       "f:2:7: error: the row of GPU0 has 1 cells, the header 2"},
      {"topo-matrix", "GPU0 GPU1\nGPU0 X NV1\n", "f:1:1: error: the row of GPU1 is missing"},
      {"topo-matrix", "GPU0 GPU1\nGPU0 X FOO\n",
       "f:2:8: error: 'FOO' is no relation of two devices"},
      {"topo-matrix", "GPU0 GPU0\n", "f:1:6: error: 'GPU0' heads two columns"},
      {"topo-matrix", " GPU0 GPU1\nGPU0 X OK\n",
       "f:2:8: error: this matrix says who may reach whom (topo -p2p)"},
      {"ranktable", "[]", "f:1:1: error: a rank table is a map, this is a list"},
      {"ranktable", "{\"version\": \"1.0\"}",
       "f:1:1: error: there is no 'server_list' in this file"},
      {"ranktable", "{\"server_list\": 3}", "f:1:17: error: 'server_list' is a list, this is '3'"},
      {"ranktable", "{\"status\": \"initializing\", \"server_list\": []}",
       "f:1:12: error: no server in the table has devices"},
      {"ranktable", "{\"server_list\": [{\"server_id\": \"a\"}]}",
       "f:1:18: error: server 'a' has no 'device'"},
      {"ranktable", "{\"server_list\": [{\"device\": [{\"rank_id\": \"x\"}]}]}",
       "f:1:42: error: 'x' is no rank"},
      {"hf-config", "{\"a\": 1", "f:1:1: error: this { is never closed"},
      {"hf-config", "{\"a\": [1, 2", "f:1:7: error: this [ is never closed"},
      {"hf-config", "{\"a\": /* x", "f:1:7: error: this comment is never closed"},
      {"hf-config", "{\"a\": \"b\n\"}", "f:1:7: error: this quote is never closed"},
      {"hf-config", "{\"a\": \"b\\\"}", "f:1:7: error: this quote is never closed"},
      {"hf-config", "{\"a\": b}", "f:1:7: error: 'b' is no value of JSON"},
      {"hf-config", "{\"a\": trailing}", "f:1:7: error: 'trailing' is no value of JSON"},
      {"hf-config", "{\"a\" 1}",
       "f:1:6: error: this is not JSON: syntax error while parsing object separator - "
       "unexpected number literal; expected ':'"},
      {"hf-config", "{\"a\": 1} 2",
       "f:1:10: error: this is not JSON: syntax error while parsing value - "
       "unexpected number literal; expected end of input"},
      {"hf-config", "{\"a\": 1 \"b\": 2}",
       "f:1:9: error: this is not JSON: syntax error while parsing object - "
       "unexpected string literal; expected '}'"},
      {"hf-config", "{\"a\": 1e999}",
       "f:1:7: error: this is not JSON: number overflow parsing '1e999'"},
      {"hf-config", std::string(500, '['),
       "f:1:201: error: more than 200 brackets inside each other"},
      {"hf-config", "{\"model_type\": \"llama\"}",
       "f:1:1: error: 'num_hidden_layers' is missing: the number of layers (model type 'llama')"},
      {"hf-config", "{\"num_hidden_layers\": 1.5}",
       "f:1:23: error: 'num_hidden_layers' is a whole number, this is '1.5'"},
      {"hf-config", "{\"num_hidden_layers\": 0}", "f:1:23: error: 'num_hidden_layers' is 0"},
      {"hf-config", "{\"is_encoder_decoder\": true, \"model_type\": \"t5\"}",
       "f:1:2: error: 't5' is an encoder with a decoder"},
      {"megatron", "echo hello\n",
       "f:1:1: error: there are no arguments of Megatron in this script"},
      {"megatron", "A=\"--num-layers 2\n", "f:1:3: error: this \" is never closed"},
      {"megatron", "python a.py --num-layers 2 --hidden-size $H --seq-length 3\n",
       "f:1:42: error: --hidden-size is $H, which the script never sets"},
      {"megatron", "python a.py --num-layers 2 --hidden-size big --seq-length 3\n",
       "f:1:42: error: --hidden-size takes a whole number, found 'big'"},
      {"megatron", gpt, "f:1:35: error: how many cards run this is not in the script"},
      {"megatron", gpt + "--nproc_per_node 8 --tensor-model-parallel-size 3",
       "f:1:52: error: 4 heads / TP 3 is not whole"},
      {"megatron", gpt + "--nproc_per_node 8 --global-batch-size 12",
       "f:1:125: error: global batch 12 / (micro batch 1 x DP 8) is not whole"},
  };
  for (const Refusal& refusal : refusals) {
    const std::string whole = answer(refusal.kind, refusal.text);
    EXPECT_EQ(whole.substr(0, whole.find('\n')), refusal.first_line) << refusal.text.substr(0, 80);
  }
}

TEST(ImportErrors, text_in_utf_16_is_read) {
  const std::string text = "GPU0 GPU1\nGPU0 X NV12\nGPU1 NV12 X\n";
  std::string wide = "\xFF\xFE";
  for (const char c : text) wide += std::string{c, '\0'};
  EXPECT_EQ(answer("topo-matrix", wide), "ok");
  EXPECT_EQ(answer("topo-matrix", "\xEF\xBB\xBF" + text), "ok");
}

TEST(ImportErrors, a_variable_that_doubles_itself_does_not_fill_the_memory) {
  std::string script = "A=--num-layers\n";
  for (int i = 0; i < 200; ++i) script += "A=\"$A $A\"\nB+=($A $A \"${B[@]}\")\n";
  EXPECT_NE(answer("megatron", script + "python a.py $A ${B[@]}\n"), "ok");
}

TEST(ImportErrors, deep_nesting_is_refused_not_followed) {
  std::string xml = "<system version=\"1\">";
  for (int i = 0; i < 100000; ++i) xml += "<pci>";
  EXPECT_NE(answer("nccl-topo", xml), "ok");
  for (int i = 0; i < 100000; ++i) xml += "</pci>";
  EXPECT_THAT(answer("nccl-topo", xml + "</system>"),
              testing::HasSubstr("more than 128 elements inside each other"));
  std::string script = "python a.py --num-layers ";
  for (int i = 0; i < 1000; ++i) script += "${A:-";
  EXPECT_NE(answer("megatron", script), "ok");
  for (int i = 0; i < 1000; ++i) script += "}";
  EXPECT_NE(answer("megatron", script), "ok");
}

/// Small and the same everywhere; what it draws does not matter.
std::uint32_t next(std::uint32_t& state) {
  state = state * 1664525U + 1013904223U;
  return state >> 8;
}

std::string_view kind_of_file(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name.ends_with(".xml")) return "nccl-topo";
  if (name.ends_with(".sh")) return "megatron";
  if (name.ends_with("config.json")) return "hf-config";
  if (name.ends_with(".json")) return "ranktable";
  if (name.ends_with(".conf")) return "slurm-topology";
  if (name.ends_with(".ib")) return "ibnetdiscover";
  if (name.ends_with(".csv") || name.ends_with(".edges")) return "edges";
  if (name.ends_with(".graphml")) return "graphml";
  return name.ends_with(".txt") ? "topo-matrix" : "";
}

TEST(ImportErrors, mutilated_files_are_read_or_refused) {
  std::size_t read = 0, refused = 0;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(QIANKA_SOURCE_DIR) / "tests/import"))
    if (!kind_of_file(entry.path()).empty()) files.push_back(entry.path());
  std::ranges::sort(files);
  ImportRequest request;
  request.vocabulary = 32000;  // spares a search in the catalogue
  const auto attempt = [&](std::string_view name, const std::string& text) {
    (answer(name, text, request) == "ok" ? read : refused) += 1;
  };
  std::uint32_t state = 1;
  for (const fs::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(stream), {}};
    const std::string_view name = kind_of_file(file);
    for (std::size_t i = 1; i <= 40; ++i) attempt(name, whole.substr(0, whole.size() * i / 41));
    for (int i = 0; i < 60; ++i) {
      std::string changed = whole;
      for (int k = 0; k < 1 + i % 4; ++k) {
        const std::size_t at = next(state) % changed.size();
        const std::uint32_t how = next(state) % 4;
        if (how == 0) changed[at] = static_cast<char>(next(state) % 256);
        if (how == 1) changed.erase(at, next(state) % 20);
        if (how == 2) changed.insert(at, changed.substr(next(state) % changed.size(), 15));
        if (how == 3) changed.insert(at, "\"({[$9999999999<");
      }
      attempt(name, changed);
    }
  }
  EXPECT_GT(read, 100U);
  EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace qianka
