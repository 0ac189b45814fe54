// SPDX-License-Identifier: Apache-2.0
// qianka sweep as a user types it: messages about bad plans, reports, merges, jobs of Slurm.
#include "support/json_keys.hpp"
#include "support/sweep_folder_of.hpp"

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path gallery = fs::path(QIANKA_SOURCE_DIR) / "tests/sweep/errors";

/// tests/sweep/errors: a bad plan, and all that is printed to standard error. With QIANKA_ACCEPT=1
/// what is printed becomes the expected text: ./dev accept
TEST(SweepCommand, bad_plans_are_told_where_they_are_bad) {
  fs::current_path(gallery);
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(gallery)) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string name = entry.path().filename().string();
    const fs::path folder = fs::temp_directory_path() / fmt::format("no-sweep-{}", getpid());
    const Spawned run = spawn({"sweep", "run", name, "-o", folder});
    EXPECT_EQ(run.code, 2) << name;
    if (std::getenv("QIANKA_ACCEPT") != nullptr)
      std::ofstream(fs::path(entry.path()).replace_extension(".txt")) << run.err;
    EXPECT_EQ(run.err, bytes_of(fs::path(entry.path()).replace_extension(".txt"))) << name;
    EXPECT_FALSE(fs::exists(folder)) << "nothing is begun";
    ++seen;
  }
  EXPECT_GE(seen, 4);
}

TEST(SweepCommand, a_folder_is_of_one_plan) {
  const SweepFolderOf sweep(small_sweep);
  EXPECT_EQ(spawn({"sweep", "run", "-o", sweep.folder()}).code, 2);
  EXPECT_EQ(sweep.run().code, 0);
  std::ofstream(sweep.plan_file(), std::ios::app) << "# another\n";
  const Spawned other = sweep.run();
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.err, HasSubstr("is of another plan"));
  EXPECT_EQ(spawn({"sweep", "run", "-o", sweep.folder(), "-q"}).code, 0);
  EXPECT_EQ(sweep.run({"--anew"}).code, 0);
}

TEST(SweepCommand, tells_in_json_what_its_page_says) {
  const SweepFolderOf sweep(small_sweep);
  ASSERT_EQ(sweep.run().code, 0);
  const Spawned report = spawn({"sweep", "report", sweep.folder(), "--json", "--pareto",
                                "goodput,cluster.spares", "--curve", "checkpoint.every"});
  ASSERT_EQ(report.code, 0) << report.err;
  std::set<std::string> keys;
  collect_keys(nlohmann::ordered_json::parse(report.out), "", keys);
  EXPECT_EQ(keys, documented_keys("sweep report"));
}

TEST(SweepCommand, the_report_has_the_same_columns_in_chinese) {
  const SweepFolderOf sweep(small_sweep);
  ASSERT_EQ(sweep.run().code, 0);
  const auto best = [&](const char* language) {
    const Spawned report = spawn({"--lang", language, "sweep", "report", sweep.folder()});
    EXPECT_EQ(report.code, 0) << report.err;
    const std::size_t at = report.out.find("checkpoint.every  ");
    return at == std::string::npos ? "" : report.out.substr(at, report.out.find('\n', at) - at);
  };
  EXPECT_THAT(best("en"), HasSubstr("failures"));
  EXPECT_EQ(best("zh"), best("en"));
}

TEST(SweepCommand, reports_effects_fronts_and_curves) {
  const SweepFolderOf sweep(small_sweep);
  ASSERT_EQ(sweep.run().code, 0);
  const Spawned report =
      spawn({"sweep", "report", sweep.folder(), "--top", "3", "--pareto", "goodput,cluster.spares",
             "--curve", "checkpoint.every,cluster.spares"});
  EXPECT_EQ(report.code, 0) << report.err;
  for (const char* part : {"24 points, 24 ok", "Best by goodput", "Main effects on goodput",
                           "of the variance between points", "Pareto front of goodput, cluster",
                           "Response of goodput to checkpoint.every, cluster.spares = 1"})
    EXPECT_THAT(report.out, HasSubstr(part));
  const Spawned json = spawn({"sweep", "report", sweep.folder(), "--pareto",
                              "goodput,cluster.spares", "--curve", "checkpoint.every", "--json"});
  EXPECT_EQ(json.code, 0) << json.err;
  std::set<std::string> keys;
  collect_keys(nlohmann::ordered_json::parse(json.out), "", keys);
  EXPECT_EQ(keys, documented_keys("sweep report"));
  const Spawned csv = spawn({"sweep", "report", sweep.folder(), "--csv"});
  EXPECT_THAT(csv.out, HasSubstr("\neffect,cluster.spares,,0,12,0."));
  const Spawned wrong = spawn({"sweep", "report", sweep.folder(), "--figure", "godput"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean 'goodput'?"));
}

TEST(SweepCommand, shards_are_numbered_from_one) {
  const SweepFolderOf sweep(small_sweep);
  for (const char* shard : {"0/4", "5/4", "1", "a/4", "1/4x", "env/4"})
    EXPECT_EQ(sweep.run({"--shard", shard}).code, 2) << shard;
  setenv("SLURM_ARRAY_TASK_ID", "4", 1);
  EXPECT_THAT(sweep.run({"--shard", "env/4"}).out, HasSubstr("shard 4/4: 6 points, 0 of them"));
  unsetenv("SLURM_ARRAY_TASK_ID");
  setenv("JOB_COMPLETION_INDEX", "0", 1);
  EXPECT_THAT(sweep.run({"--shard", "env/4"}).out, HasSubstr("shard 1/4: 6 points, 0 of them"));
  const Spawned merge = sweep.merge();
  EXPECT_EQ(merge.code, 1);
  EXPECT_THAT(merge.err, HasSubstr("points without a result: "));
  EXPECT_EQ(spawn({"sweep", "merge", sweep.folder(), "--partial"}).code, 0);
}

TEST(SweepCommand, shows_the_jobs_of_slurm) {
  const SweepFolderOf sweep(small_sweep);
  const Spawned shown =
      spawn({"sweep", "submit", "slurm", sweep.folder(), "--plan", sweep.plan_file(), "--shards",
             "8", "--partition", "cpu", "-j", "4", "--sbatch=--account=x", "--print"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  for (const char* part :
       {"#SBATCH --array=1-8\n", "#SBATCH --cpus-per-task=4\n", "#SBATCH --partition=cpu\n",
        "#SBATCH --account=x\n", "--requeue\n", "--shard env/8 -j 4\n", " sweep merge /"})
    EXPECT_THAT(shown.out, HasSubstr(part));
  EXPECT_FALSE(fs::exists(sweep.folder()));
}

TEST(SweepCommand, a_task_of_slurm_that_is_killed_and_requeued_does_not_show) {
  if (geteuid() != 0 || std::system("command -v slurmd slurmctld munged sbatch >/dev/null") != 0)
    GTEST_SKIP() << "needs root and slurmctld, slurmd, slurm-client, munge: tests/sweep/slurm.sh";
  std::string plan = small_sweep;
  plan.replace(plan.find("seeds: 4"), 8, "seeds: 2000");
  const SweepFolderOf here(plan), there(plan);
  EXPECT_EQ(here.run().code, 0);
  const std::string script = (gallery / "../slurm.sh").lexically_normal().string();
  EXPECT_EQ(std::system(fmt::format("bash {} {} {} {}", script, binary_under_test(),
                                    there.plan_file().string(), there.folder().string())
                            .c_str()),
            0);
  EXPECT_TRUE(here.merged() == there.merged());
}

}  // namespace
}  // namespace qianka
