// SPDX-License-Identifier: Apache-2.0
// What a step is simulated without, where no scenario could say so: to ask what it costs.
#pragma once

namespace qianka {

struct StepLifts {
  bool stages_wait = true;    // off: no pass waits for what another stage sends
  bool stages_differ = true;  // off: every stage's passes take what they take on the average stage
  bool any() const { return !stages_wait || !stages_differ; }
};

}  // namespace qianka
