// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_slurm.hpp"

#include "sim/units/shell_word.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

std::string header(const SlurmJob& job, const std::string& name, const std::string& log) {
  std::string text = "#!/bin/sh\n";
  const auto option = [&](const std::string& words) { text += "#SBATCH " + words + "\n"; };
  option("--job-name=" + name);
  option(fmt::format("--output=\"{}\"", (job.folder / log).string()));
  option("--open-mode=append");  // a task that is requeued goes on with its file
  option("--requeue");
  if (!job.partition.empty()) option("--partition=" + job.partition);
  for (const std::string& words : job.more) option(words);
  return text;
}

}  // namespace

std::string slurm_array_script(const SlurmJob& job) {
  std::string text = header(job, "qianka-sweep", "slurm-%a.log");
  text +=
      fmt::format("#SBATCH --array=1-{}\n#SBATCH --cpus-per-task={}\n", job.shards, job.workers);
  if (!job.time.empty()) text += fmt::format("#SBATCH --time={}\n", job.time);
  // exec: signals of Slurm reach the sweep itself. What is done already is not done again.
  return text + fmt::format("exec {} sweep run -o {} --shard env/{} -j {}\n",
                            shell_word(job.program.string()), shell_word(job.folder.string()),
                            job.shards, job.workers);
}

std::string slurm_merge_script(const SlurmJob& job) {
  return header(job, "qianka-merge", "slurm-merge.log") +
         fmt::format("exec {} sweep merge {}\n", shell_word(job.program.string()),
                     shell_word(job.folder.string()));
}

}  // namespace qianka
