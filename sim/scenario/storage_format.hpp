// SPDX-License-Identifier: Apache-2.0
// The field tables of prices, of the front-end network and of the storage's servers.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/cluster_spec.hpp"

namespace qianka {

/// No price is part of a run: none is in its digest.
const Table<Price>& price_table();
const Table<FrontEnd>& front_end_table();
const Table<StorageNodes>& storage_nodes_table();
void check_storage_nodes(ClusterSpec& cluster, const Value& map, Reader& reader);

}  // namespace qianka
