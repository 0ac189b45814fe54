// SPDX-License-Identifier: Apache-2.0
// The command line as a user meets it: the real binary, its exit codes, and what goes to which
// stream.
#include "support/json_keys.hpp"
#include "support/spawn.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string small = QIANKA_SOURCE_DIR "/scenarios/06-failure-and-restart.yaml";

/// A file of this test's own, gone when it ends.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("qianka-" + std::to_string(getpid()) + "-" + name)) {
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

void expect_usage_error(const std::vector<std::string>& arguments, const std::string& complaint) {
  const Spawned ended = spawn(arguments);
  EXPECT_EQ(ended.code, 2) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr(complaint));
}

TEST(CommandLine, help_goes_to_standard_output_and_has_examples) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"--help"},
                                             {"run", "--help"},
                                             {"check", "-h"},
                                             {"list", "--help"},
                                             {"show", "--help"},
                                             {"calibrate", "--help"},
                                             {"fit-faults", "--help"},
                                             {"schema", "--help"}}) {
    const Spawned ended = spawn(command);
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.err, "");
    EXPECT_THAT(ended.out,
                HasSubstr("Examples:\n  qianka " + (command.size() > 1 ? command[0] : "")));
  }
}

TEST(CommandLine, tells_its_version) {
  const Spawned ended = spawn({"--version"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "qianka " QIANKA_VERSION "\n");
}

TEST(CommandLine, usage_errors_end_with_2_and_say_what_was_meant) {
  expect_usage_error({}, "Usage: qianka");
  expect_usage_error({"rnu"}, "error: unknown command 'rnu'\n  hint: did you mean 'run'?\n");
  expect_usage_error({"my.yaml"}, "did you mean 'qianka run my.yaml'?");
  expect_usage_error({"--versoin"}, "did you mean '--version'?");
  expect_usage_error({"run"}, "FILE is required");
  expect_usage_error({"run", small, "--sed", "3"},
                     "unknown option '--sed' of 'qianka run'\n  hint: did you mean '--set'?");
  expect_usage_error({"run", small, "--seed", "-3"}, "a seed is a whole number");
  expect_usage_error({"run", small, "--set", "seed"}, "--set needs PATH=VALUE, got 'seed'");
  expect_usage_error({"list", "modles"}, "did you mean 'models'?");
  expect_usage_error({"list", "models", "parts"}, "'parts' is one word too many");
  expect_usage_error({"show", "part"}, "NAME is required");
  expect_usage_error({"show", "prat", "x"}, "did you mean 'part'?");
}

TEST(CommandLine, a_name_that_is_not_there_gets_a_suggestion) {
  expect_usage_error({"show", "part", "h100-sxm5-80bg"}, "h100-sxm5-80gb");
  expect_usage_error({"run", "no-such-scenario"}, "no-such-scenario");
  expect_usage_error({"check", "/no/such/file.yaml"}, "/no/such/file.yaml");
}

TEST(CommandLine, says_so_when_its_data_is_not_there) {
  setenv("QIANKA_DATA", "/no/such/folder", 1);
  expect_usage_error({"list"}, "no topologies/ and scenarios/ in '/no/such/folder'");
  unsetenv("QIANKA_DATA");
}

TEST(Run, prints_the_report_and_nothing_else) {
  const Spawned ended = spawn({"run", small});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, StartsWith("qianka " QIANKA_VERSION ": 06-failure-and-restart, seed "));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("\nStep: "), HasSubstr("\nDefinitions\n"),
                               HasSubstr("\nEngine settings\n")));
}

TEST(Run, finds_a_scenario_by_its_name) {
  EXPECT_EQ(spawn({"run", "06-failure-and-restart"}).out, spawn({"run", small}).out);
}

TEST(Run, twice_gives_the_same_bytes) {
  EXPECT_EQ(spawn({"run", small}).out, spawn({"run", small}).out);
}

TEST(Run, logs_to_standard_error_only_when_asked) {
  const Spawned loud = spawn({"run", small, "-v"});
  EXPECT_THAT(loud.err, HasSubstr("info: "));
  EXPECT_THAT(loud.out, Not(HasSubstr("info: ")));
  EXPECT_EQ(spawn({"run", small, "-q"}).err, "");
}

TEST(Run, json_of_one_file_is_an_object_and_of_two_an_array) {
  const Spawned one = spawn({"run", small, "--json"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(ordered_json::parse(one.out)["qianka"]["scenario"], "06-failure-and-restart");
  const ordered_json two = ordered_json::parse(spawn({"run", small, small, "--json"}).out);
  ASSERT_TRUE(two.is_array());
  EXPECT_EQ(two.size(), 2U);
}

TEST(Run, seed_and_set_replace_values_of_the_file) {
  const Spawned ended = spawn({"run", small, "--json", "--explain-sources", "--seed", "7", "--set",
                               "job.parallel.micro_batch=1"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  const ordered_json json = ordered_json::parse(ended.out);
  EXPECT_EQ(json["qianka"]["seed"], 7);
  EXPECT_EQ(json["job"]["micro_batch"], 1);
  EXPECT_GT(json["sources"].size(), 20U);
}

TEST(Run, explains_sources_in_the_text_as_well) {
  const std::string text = spawn({"run", small, "--explain-sources"}).out;
  EXPECT_THAT(text, HasSubstr("\nSources\n"));
  EXPECT_THAT(text, HasSubstr("job.model.layers"));
}

TEST(Run, bad_input_does_not_keep_the_other_files_from_running) {
  const TemporaryFile bad("bad.yaml", "cluster: {use: dgx-a100-superpod, nodes: 1}\njbo: {}\n");
  const Spawned ended = spawn({"run", bad.path(), small});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr(bad.path() + ":2:1: error: "), HasSubstr("did you mean 'job'?")));
  EXPECT_THAT(ended.out, StartsWith("qianka " QIANKA_VERSION ": 06-failure-and-restart"));
}

TEST(Run, what_cannot_be_ends_with_3) {
  // 24 layers of hidden size 2304 on one card, with a batch that no card holds.
  const Spawned ended = spawn({"run", small, "--set", "job.parallel.micro_batch=16"});
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, StartsWith("error: "));
}

TEST(Run, a_full_disk_is_an_error_and_a_closed_pipe_is_none) {
  const int full = open("/dev/full", O_WRONLY);
  const Spawned ended = spawn({"--version"}, full);
  close(full);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("error: cannot write standard output: No space left on device"));
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  const Spawned quiet = spawn({"--help"}, ends[1]);
  close(ends[1]);
  EXPECT_EQ(quiet.code, 0);
  EXPECT_EQ(quiet.err, "");
}

TEST(Run, an_interrupt_ends_with_130) {
  const auto printed =
      std::filesystem::temp_directory_path() / ("qianka-interrupted-" + std::to_string(getpid()));
  std::ofstream{printed};
  const pid_t child = fork();
  if (child == 0) {
    // The same file many times: long enough to be interrupted.
    std::vector<std::string> arguments(2000, small);
    arguments.insert(arguments.begin(), {binary_under_test(), "run"});
    std::vector<char*> words;
    for (std::string& word : arguments) words.push_back(word.data());
    words.push_back(nullptr);
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(open(printed.c_str(), O_WRONLY), STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execv(words[0], words.data());
    _exit(127);
  }
  int status = 0;
  pid_t ended = 0;
  while (ended == 0 && std::filesystem::file_size(printed) == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ended = waitpid(child, &status, WNOHANG);
  }
  ASSERT_EQ(ended, 0) << "it ended before anybody interrupted it";
  kill(child, SIGINT);
  waitpid(child, &status, 0);
  std::filesystem::remove(printed);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
}

TEST(Check, says_ok_with_the_digest_or_everything_that_is_wrong) {
  const Spawned good = spawn({"check", small});
  EXPECT_EQ(good.code, 0) << good.err;
  EXPECT_THAT(good.out, testing::MatchesRegex(small + ": ok \\(digest [0-9a-f]+\\)\n"));
  const TemporaryFile bad("bad.yaml",
                          "cluster: {use: dgx-a100-superpod, nodes: 1}\njbo: {}\nsede: 1\n");
  const Spawned ended = spawn({"check", bad.path(), small});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.out, StartsWith(small + ": ok "));
  EXPECT_THAT(ended.err, AllOf(HasSubstr(bad.path() + ":2:1: error: "),
                               HasSubstr(bad.path() + ":3:1: error: ")));
}

std::set<std::string> keys_of(const Spawned& ended) {
  std::set<std::string> keys;
  collect_keys(ordered_json::parse(ended.out), "", keys);
  return keys;
}

TEST(Check, json_has_the_documented_keys) {
  const TemporaryFile bad("bad.yaml", "cluster: {use: dgx-a100-superpod, nodes: 1}\njbo: {}\n");
  const Spawned ended = spawn({"check", bad.path(), "--json"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.err, "");
  EXPECT_EQ(keys_of(ended), documented_keys("check"));
  const ordered_json good = ordered_json::parse(spawn({"check", small, "--json"}).out);
  EXPECT_TRUE(good["ok"].get<bool>());
  EXPECT_TRUE(good["diagnostics"].empty());
}

TEST(List, has_every_kind_and_the_documented_keys) {
  const Spawned all = spawn({"list"});
  ASSERT_EQ(all.code, 0) << all.err;
  for (const char* name : {"h100-sxm5-80gb", "llama3-roce-24k", "llama3-405b", "megatron-core",
                           "llama3-table-5", "llama3-405b-54-days", "published/sc21-1.7b"}) {
    EXPECT_THAT(all.out, HasSubstr(name));
  }
  EXPECT_EQ(keys_of(spawn({"list", "--json"})), documented_keys("list"));
  EXPECT_THAT(spawn({"list", "stacks"}).out, Not(HasSubstr("h100")));
}

TEST(Show, has_values_with_units_and_sources) {
  const Spawned part = spawn({"show", "part", "connectx-7-400g"});
  ASSERT_EQ(part.code, 0) << part.err;
  EXPECT_THAT(part.out,
              AllOf(HasSubstr("400 Gbps"), HasSubstr("unknown"), HasSubstr("user manual")));
  for (const auto& [kind, name] :
       std::vector<std::pair<std::string, std::string>>{{"model", "gpt3-175b"},
                                                        {"stack", "megatron-core"},
                                                        {"faults", "llama3-table-5"},
                                                        {"policy", "manual-2021"},
                                                        {"scenario", small}}) {
    const Spawned ended = spawn({"show", kind, name});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_GT(ended.out.size(), 200U);
  }
}

TEST(Show, a_topology_is_built_and_has_the_documented_keys) {
  const Spawned text = spawn({"show", "topology", "dgx-h100-rail"});
  ASSERT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("bill of materials"), HasSubstr("leaf switch"),
                              HasSubstr("scale-up")));
  const Spawned dot = spawn({"show", "topology", "dgx-h100-rail", "--dot"});
  EXPECT_THAT(dot.out, HasSubstr("graph"));
  std::set<std::string> documented = documented_keys("show");
  documented.erase("topology");
  EXPECT_EQ(keys_of(spawn({"show", "topology", "dgx-h100-rail", "--json"})), documented);
  expect_usage_error({"show", "part", "connectx-7-400g", "--dot"}, "--dot");
}

TEST(Schema, is_json_and_its_reference_is_markdown) {
  const ordered_json schema = ordered_json::parse(spawn({"schema"}).out);
  EXPECT_THAT(schema["$schema"].get<std::string>(), HasSubstr("draft-07"));
  EXPECT_THAT(spawn({"schema", "--markdown"}).out, HasSubstr("# "));
}

}  // namespace
}  // namespace qianka
