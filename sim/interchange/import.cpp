// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/import.hpp"

#include "sim/interchange/readers.hpp"

#include <array>
#include <utility>

namespace qianka {
namespace {

constexpr std::array kinds{
    ImportKind{"nccl-topo", "NCCL topology XML (NCCL_TOPO_DUMP_FILE)", PartKind::cluster,
               read_nccl_topo},
    ImportKind{"topo-matrix", "text of nvidia-smi topo -m or npu-smi info -t topo",
               PartKind::cluster, read_topo_matrix},
    ImportKind{"ranktable", "Ascend rank table, JSON", PartKind::cluster, read_rank_table},
    ImportKind{"graphml", "a network as GraphML", PartKind::cluster, read_graphml},
    ImportKind{"edges", "a network as a list of links: from,to,rate", PartKind::cluster,
               read_edges},
    ImportKind{"ibnetdiscover", "text of ibnetdiscover", PartKind::cluster, read_ibnetdiscover},
    ImportKind{"slurm-topology", "topology.conf of Slurm", PartKind::cluster, read_slurm_topology},
    ImportKind{"hf-config", "config.json of a Hugging Face model", PartKind::model, read_hf_config},
    ImportKind{"megatron", "launch script of Megatron or MindSpeed", PartKind::scenario,
               read_megatron},
    ImportKind{"fault-log", "a hand-made list of events of a run, CSV", PartKind::faults,
               read_fault_log},
    ImportKind{"slurm-records",
               "sacct -P, sacctmgr show event -P, slurmctld.log, one or several in one file",
               PartKind::faults, read_slurm_records},
};

}  // namespace

std::span<const ImportKind> import_kinds() { return kinds; }

Imported import_file(const ImportKind& kind, const std::string& path,
                     const ImportRequest& request) {
  Imported imported = kind.read(read_source(path), request);
  std::vector<Diagnostic> problems = part_problems(imported.yaml, "result of " + path, kind.result);
  if (!problems.empty()) throw InputError(std::move(problems));
  return imported;
}

}  // namespace qianka
