// SPDX-License-Identifier: Apache-2.0
// A sweep as jobs of Slurm: an array with a task a shard, and a job that merges when all have
// ended.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace qianka {

struct SlurmJob {
  std::filesystem::path program, folder;  // whole paths, as the nodes see them
  int shards = 1, workers = 1;            // workers: processes, and processors, of a task
  std::string partition, time;            // "" = Slurm's own
  std::vector<std::string> more;          // options as sbatch knows them: --account=x
};

std::string slurm_array_script(const SlurmJob& job);
std::string slurm_merge_script(const SlurmJob& job);

}  // namespace qianka
