// SPDX-License-Identifier: Apache-2.0
// The keys of `checkpoint`.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/checkpoint_spec.hpp"

namespace qianka {

const Table<Checkpoint>& checkpoint_table();

}  // namespace qianka
