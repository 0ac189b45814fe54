// SPDX-License-Identifier: Apache-2.0
// The steps that a campaign asks for are simulations that know nothing of each other, but it asks
// for one after the other. A rehearsal of the weeks, with the ideal step in place of what is not
// known yet, says beforehand which they will be; they are found in several processes at once.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/fabric_states.hpp"

#include <functional>
#include <map>

namespace qianka {

class StepsAhead {
 public:
  using Find = std::function<StateStep(const ClusterState&)>;
  /// `find` depends on nothing but the state.
  explicit StepsAhead(Find find) : find_(std::move(find)) {}

  /// What this campaign will most likely ask for. One worker: nothing is done ahead.
  void find_for(const CampaignInput& input, int workers);
  /// Found now, unless it is known.
  const StateStep& in(const ClusterState& state);
  [[nodiscard]] const std::map<ClusterState, StateStep>& known() const { return known_; }

 private:
  Find find_;
  std::map<ClusterState, StateStep> known_;
};

}  // namespace qianka
