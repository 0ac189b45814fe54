// SPDX-License-Identifier: Apache-2.0
// What a save and a load take: every node's share as a flow over the node's way out (its storage
// link, or NIC 0) and the storage's aggregate rate, all nodes at once; not less than the storage's
// request slots allow. Tiers between are not crossed. Copies in memory cross the compute fabric.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/topology.hpp"

namespace qianka {

/// Bytes: the stack's checkpoint bytes per parameter, by `shares` over the job's nodes. A
/// synchronous save stalls the job for all of the write; an asynchronous one for the copy from card
/// to host over PCIe. Times the scenario states win over simulated ones.
CheckpointTimes checkpoint_times(const Scenario& scenario, const Topology& topology);

}  // namespace qianka
