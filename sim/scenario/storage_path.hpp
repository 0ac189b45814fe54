// SPDX-License-Identifier: Apache-2.0
// What a checkpoint meets on its way: the node's front-end NICs, the tier above them, the NICs and
// media of the storage's servers. The least of them limits.
#pragma once
#include "sim/scenario/cluster_spec.hpp"

namespace qianka {

/// The cluster with its front-end network and storage nodes worked into `storage_link` and the
/// storage's aggregate rates; as it was when it has neither. Infeasible when an adapter's rate is
/// unknown.
ClusterSpec with_storage_path(ClusterSpec cluster);

}  // namespace qianka
