// SPDX-License-Identifier: Apache-2.0
// The merged bytes of a sweep do not depend on workers, shards, kills or restarts; a point that
// cannot be is a result. These laws run the real binary, so they stand with its other tests.
#include "support/sweep_folder_of.hpp"

#include <algorithm>
#include <csignal>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace qianka {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Started, and left alone.
pid_t start(std::vector<std::string> arguments, const std::string& errors = "/dev/null") {
  arguments.insert(arguments.begin(), binary_under_test());
  std::vector<char*> words;
  for (std::string& word : arguments) words.push_back(word.data());
  words.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    if (std::freopen("/dev/null", "w", stdout) == nullptr) _exit(126);
    if (std::freopen(errors.c_str(), "w", stderr) == nullptr) _exit(126);
    execv(words[0], words.data());
    _exit(127);
  }
  return child;
}

int end_with(pid_t process, int signal) {
  kill(process, signal);
  int status = 0;
  waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// A child that ended stays for end_with.
bool is_alive(pid_t process) {
  siginfo_t state{};
  waitid(P_PID, static_cast<id_t>(process), &state, WEXITED | WNOHANG | WNOWAIT);
  return state.si_pid == 0;
}

std::string undisturbed() {
  const SweepFolderOf sweep(small_sweep);
  const Spawned run = sweep.run({"-j", "1"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("24 of 24 points"));
  return sweep.merged();
}

TEST(SweepLaws, neither_workers_nor_shards_show) {
  const std::string expected = undisturbed();
  {
    const SweepFolderOf sweep(small_sweep);
    EXPECT_EQ(sweep.run({"-j", "3"}).code, 0);
    EXPECT_TRUE(sweep.merged() == expected) << "3 workers";
  }
  for (const int shards : {2, 5}) {
    const SweepFolderOf sweep(small_sweep);
    for (int k = shards; k > 0; --k) {
      EXPECT_EQ(sweep.merge().code, k == shards ? 2 : 1) << "not whole yet";
      const Spawned run = sweep.run({"--shard", fmt::format("{}/{}", k, shards)});
      EXPECT_EQ(run.code, 0) << run.err;
    }
    EXPECT_EQ(sweep.merge().code, 0);
    EXPECT_TRUE(sweep.merged() == expected) << shards << " shards";
  }
}

TEST(SweepLaws, neither_kills_nor_torn_lines_show) {
  const std::string expected = undisturbed();
  const SweepFolderOf sweep(small_sweep);
  const auto points = sweep.folder() / "points.1-of-1.jsonl";
  for (int kept = 4; kept <= 20; kept += 4) {
    const pid_t process = start(sweep.words({"-j", "2"}));
    while (std::ranges::count(bytes_of(points), '\n') < kept && is_alive(process)) usleep(1000);
    ASSERT_EQ(end_with(process, SIGKILL), 128 + SIGKILL) << "it ended by itself";
  }
  std::ofstream(points, std::ios::app) << "{\"sweep\":\"0123\",\"poi";
  const Spawned last = sweep.run();
  EXPECT_EQ(last.code, 0) << last.err;
  EXPECT_THAT(last.err, HasSubstr("a torn last line was cut off"));
  EXPECT_TRUE(sweep.merged() == expected);
  const std::string lines = bytes_of(points);
  EXPECT_EQ(std::ranges::count(lines, '\n'), 24) << "each point was run once";
}

TEST(SweepLaws, an_interrupt_keeps_everything_and_says_how_to_go_on) {
  const std::string expected = undisturbed();
  const SweepFolderOf sweep(small_sweep);
  const std::string errors = sweep.plan_file().string() + ".err";
  const pid_t process = start(sweep.words({"-j", "1"}), errors);
  while (bytes_of(sweep.folder() / "points.1-of-1.jsonl").empty() && is_alive(process))
    usleep(1000);
  EXPECT_EQ(end_with(process, SIGINT), 130);
  EXPECT_THAT(bytes_of(errors),
              HasSubstr("of 24 points are kept. To go on:\n  qianka sweep run -o"));
  const Spawned rest = spawn({"sweep", "run", "-o", sweep.folder(), "-q"});
  EXPECT_EQ(rest.code, 0) << rest.err;
  EXPECT_TRUE(sweep.merged() == expected);
}

TEST(SweepLaws, a_point_is_the_run_of_the_same_values) {
  const SweepFolderOf sweep(small_sweep);
  ASSERT_EQ(sweep.run().code, 0);
  const std::string csv = bytes_of(sweep.folder() / "points.csv");
  const std::size_t row = csv.find("\n20,2 h,1,") + 1;  // its process ran other clusters before
  const std::string restart = csv.substr(row + 9, csv.find(',', row + 9) - row - 9);
  const Spawned run =
      spawn({"run", "06-failure-and-restart", "--set", "job.train_for=10 days", "--set",
             "faults={classes: [{component: gpu, rate: 0.05 per node-day, evicts_node: true}]}",
             "--set", "checkpoint.every=2 h", "--set", "cluster.spares=1", "--set",
             "recovery.restart=" + restart, "--seeds", "4", "--json"});
  ASSERT_EQ(run.code, 0) << run.err;
  const auto json = nlohmann::json::parse(run.out);
  const std::string figures = csv.substr(csv.find(",ok,,4,", row) + 7);
  double step = 0, goodput = 0;
  ASSERT_EQ(std::sscanf(figures.c_str(), "%lf,%*f,%*f,%lf", &step, &goodput), 2);
  EXPECT_EQ(fmt::format("{:.9g}", step),
            fmt::format("{:.9g}", json["step"]["time_s"].get<double>()));
  EXPECT_EQ(fmt::format("{:.9g}", goodput),
            fmt::format("{:.9g}", json["replicas"]["goodput"]["mean"].get<double>()));
}

TEST(SweepLaws, what_cannot_be_is_a_result) {
  // A micro-batch of 5 does not divide the batch; every 100th point's process is ended.
  const SweepFolderOf sweep(
      "scenario: 06-failure-and-restart\n"
      "crash_every: 100\n"
      "list:\n" +
      [] {
        std::string rows;
        for (int i = 0; i < 100; ++i)
          rows += fmt::format("  - {{checkpoint.every: {} min, job.parallel.micro_batch: {}}}\n",
                              i + 10, i % 33 == 5 ? 5 : 1);
        return rows;
      }());
  const Spawned run = sweep.run({"-j", "2"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("100 of 100 points"));
  EXPECT_THAT(run.out, HasSubstr("1 crashed, 3 infeasible"));
  EXPECT_THAT(run.out, HasSubstr("its process was ended by signal 9"));
  const std::string csv = bytes_of(sweep.folder() / "points.csv");
  EXPECT_THAT(csv, HasSubstr("\n99,109 min,1,crashed,its process was ended by signal 9,0,"));
  EXPECT_THAT(csv, Not(HasSubstr("/")));  // no path of this machine in a reason
  const Spawned again = sweep.run();
  EXPECT_EQ(again.out, run.out);
}

TEST(SweepLaws, replicas_end_when_the_mean_is_known) {
  std::string plan = small_sweep;
  plan.replace(plan.find("seeds: 4"), 8,
               "seeds: {count: 4, most: 12, until: {figure: goodput, half_width: 0.004}}");
  const SweepFolderOf one(plan), other(plan);
  EXPECT_EQ(one.run({"-j", "1"}).code, 0);
  EXPECT_EQ(other.run({"-j", "2"}).code, 0);
  EXPECT_TRUE(one.merged() == other.merged());
  const std::string csv = bytes_of(one.folder() / "points.csv");
  const bool some_at_once = csv.find(",ok,,4,") != std::string::npos;
  const bool some_later =
      csv.find(",ok,,8,") != std::string::npos || csv.find(",ok,,12,") != std::string::npos;
  EXPECT_TRUE(some_at_once && some_later) << csv;
}

}  // namespace
}  // namespace qianka
