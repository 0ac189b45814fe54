// SPDX-License-Identifier: Apache-2.0
// What a save and a load take: every node's share as a flow over the node's way out (its storage
// link, or NIC 0) and the storage's aggregate rate, all nodes at once. Tiers between are not
// crossed.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/topology.hpp"

namespace qianka {

/// Bytes: the stack's checkpoint bytes per parameter, split evenly over the job's nodes (each part
/// is written once and read once; replicas get theirs by broadcast on the way). A synchronous save
/// stalls the job for all of the write; an asynchronous one for the copy from card to host over
/// PCIe. Times the scenario states win over simulated ones.
CheckpointTimes checkpoint_times(const Scenario& scenario, const Topology& topology);

}  // namespace qianka
