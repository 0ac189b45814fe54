#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One-machine Slurm for tests: no systemd, no /etc edits, everything under one folder, loopback only.
# Debian 12: apt-get install --no-install-recommends slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge
# A job that is requeued waits until the credentials of its first run have expired: 10 s here, by default two minutes.
# Use: one-node-slurm.sh up DIR [CPUS] | down DIR      then: export SLURM_CONF=DIR/slurm.conf
set -euo pipefail
cmd=${1:?up or down}; D=$(realpath -m "${2:?folder}"); H=$(hostname -s); N=${3:-$(nproc)}
if [ "$cmd" = down ]; then
  for p in slurmctld slurmd munge/munged; do [ -s "$D/$p.pid" ] && kill "$(cat "$D/$p.pid")" 2>/dev/null || true; sleep 0.3; done
  exit 0
fi
mkdir -p "$D"/{munge/sock,state,spool,log}; chmod 755 "$D" "$D/munge" "$D/munge/sock"
[ -s "$D/munge/key" ] || { dd if=/dev/urandom of="$D/munge/key" bs=128 count=1 status=none; chmod 400 "$D/munge/key"; }
munged --force --key-file="$D/munge/key" --socket="$D/munge/sock/munge.socket" --pid-file="$D/munge/munged.pid" \
       --log-file="$D/log/munged.log" --seed-file="$D/munge/seed" --num-threads=2
cat > "$D/slurm.conf" <<C
ClusterName=sweep
SlurmctldHost=$H(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$D/munge/sock/munge.socket,cred_expire=10
CredType=cred/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool
SlurmctldPidFile=$D/slurmctld.pid
SlurmdPidFile=$D/slurmd.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$D/jobcomp.log
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1,default_queue_depth=1000
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
MaxArraySize=10001
MaxJobCount=20000
KillWait=5
NodeName=$H NodeHostname=$H NodeAddr=127.0.0.1 CPUs=$N Boards=1 SocketsPerBoard=1 CoresPerSocket=$N ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN
PartitionName=sweep Nodes=$H Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
C
export SLURM_CONF="$D/slurm.conf"
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF" -N "$H"
for i in $(seq 80); do sinfo -h -o %T 2>/dev/null | grep -q idle && exit 0; sleep 0.25; done
tail -n 20 "$D"/log/slurmctld.log "$D"/log/slurmd.log; exit 1
