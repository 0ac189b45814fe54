// SPDX-License-Identifier: Apache-2.0
// The readers behind the kinds of `qianka import`. Each throws InputError with places in the file.
#pragma once
#include "sim/interchange/import.hpp"

namespace qianka {

/// Nodes and their wiring.
Imported read_nccl_topo(const SourceText& source, const ImportRequest& request);
Imported read_topo_matrix(const SourceText& source, const ImportRequest& request);
Imported read_rank_table(const SourceText& source, const ImportRequest& request);

/// Fabrics: nodes, switches and what joins them.
Imported read_graphml(const SourceText& source, const ImportRequest& request);
Imported read_edges(const SourceText& source, const ImportRequest& request);
Imported read_ibnetdiscover(const SourceText& source, const ImportRequest& request);
Imported read_slurm_topology(const SourceText& source, const ImportRequest& request);

/// Models and jobs.
Imported read_hf_config(const SourceText& source, const ImportRequest& request);
Imported read_megatron(const SourceText& source, const ImportRequest& request);

/// Faults that happened.
Imported read_fault_log(const SourceText& source, const ImportRequest& request);
Imported read_slurm_records(const SourceText& source, const ImportRequest& request);

}  // namespace qianka
