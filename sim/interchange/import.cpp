// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/import.hpp"

#include "sim/interchange/readers.hpp"
#include "sim/language/language.hpp"

#include <array>
#include <utility>

namespace qianka {
namespace {

constexpr std::array kinds{
    ImportKind{"nccl-topo", marked("NCCL topology XML (NCCL_TOPO_DUMP_FILE)"), PartKind::cluster,
               read_nccl_topo},
    ImportKind{"topo-matrix", marked("text of nvidia-smi topo -m or npu-smi info -t topo"),
               PartKind::cluster, read_topo_matrix},
    ImportKind{"ranktable", marked("Ascend rank table, JSON"), PartKind::cluster, read_rank_table},
    ImportKind{"graphml", marked("a network as GraphML"), PartKind::cluster, read_graphml},
    ImportKind{"edges", marked("a network as a list of links: from,to,rate"), PartKind::cluster,
               read_edges},
    ImportKind{"ibnetdiscover", marked("text of ibnetdiscover"), PartKind::cluster,
               read_ibnetdiscover},
    ImportKind{"slurm-topology", marked("topology.conf of Slurm"), PartKind::cluster,
               read_slurm_topology},
    ImportKind{"hf-config", marked("config.json of a Hugging Face model"), PartKind::model,
               read_hf_config},
    ImportKind{"megatron", marked("launch script of Megatron or MindSpeed"), PartKind::scenario,
               read_megatron},
    ImportKind{"fault-log", marked("a hand-made list of events of a run, CSV"), PartKind::faults,
               read_fault_log},
    ImportKind{
        "slurm-records",
        marked("sacct -P, sacctmgr show event -P, slurmctld.log, one or several in one file"),
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
