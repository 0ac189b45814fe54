#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# slurm.sh QIANKA PLAN DIR: submits the sweep to a Slurm of its own in four shards, kills a task and has it begun
# anew, and waits for the merge. What goes wrong ends it with 1.
set -euo pipefail
qianka=$1 plan=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
slurm=$(mktemp -d)
trap 'bash "$here/one-node-slurm.sh" down "$slurm"; rm -rf "$slurm"' EXIT
bash "$here/one-node-slurm.sh" up "$slurm" 2
export SLURM_CONF=$slurm/slurm.conf
"$qianka" sweep submit slurm "$folder" --plan "$plan" --shards 4 --partition sweep
# A task that has results, and not all of them.
for _ in $(seq 600); do
  begun=$(find "$folder" -name 'points.*.jsonl' -size +0 | head -1)
  [ -z "$begun" ] || break
  sleep 0.1
done
shard=${begun##*points.}
task=$(squeue -h -r -t R -o '%i' | grep "_${shard%%-*}\$" | head -1)
echo "task $task has $(wc -l <"$begun") points when it is killed and requeued"
scontrol requeue "$task"
for _ in $(seq 400); do
  [ -n "$(squeue -h)" ] || break
  sleep 0.5
done
cat "$folder/slurm-merge.log"
