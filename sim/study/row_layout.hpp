// SPDX-License-Identifier: Apache-2.0
// The sizes of a row that must go together: replicas, batch, stages, nodes, a padded vocabulary.
#pragma once
#include "sim/scenario/cluster_spec.hpp"
#include "sim/scenario/model_spec.hpp"
#include "sim/study/measurement.hpp"
#include "sim/study/row_text.hpp"

#include <string>
#include <vector>

namespace qianka {

struct LayoutResult {
  std::string refusal;             // why these sizes cannot be; "" when they can
  std::vector<std::string> notes;  // what was rounded or filled in
};

/// Completes `text`, whose keys come from the row's columns, the rules and a combination of open
/// choices. Keys without a dot are ours and are taken out: pad_vocabulary (multiple of so many x
/// tensor), recompute_layers (of a stage), micro_batches (of a replica and step). A batch that does
/// not divide is rounded by up to 2 %, unless the micro-batch is a choice of ours.
LayoutResult lay_out(const Measurement& row, const ModelSpec& model, const ClusterSpec& cluster,
                     RowText& text);

}  // namespace qianka
