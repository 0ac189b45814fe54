// SPDX-License-Identifier: Apache-2.0
#include "sim/steps_ahead.hpp"

#include "sim/campaign/replica.hpp"
#include "sim/engine/raw_bytes.hpp"
#include "sim/engine/workers.hpp"
#include "sim/units/require.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace qianka {
namespace {

// A rehearsal is right up to the first state that it does not know. Where steps are much longer
// than the ideal one, or the fabric is cut, the weeks after that turn out differently, and what was
// found for them is in vain: what the second rehearsal does not see, the campaign asks for itself.
constexpr int rehearsals = 2;

std::string to_text(const StateStep& step) {
  return to_bytes(std::vector{step.time}) + (step.exact ? 'e' : 'r') + step.cut.in(Language::en) +
         '\0' + step.cut.in(Language::zh);
}

StateStep from_text(const std::string& text) {
  constexpr std::size_t begin = sizeof(Seconds);
  const std::size_t between = text.find('\0', begin);
  require(between != std::string::npos, "a step's answer is whole");
  return {.time = from_bytes<Seconds>(text.substr(0, begin)).front(),
          .exact = text[begin] == 'e',
          .cut = {text.substr(begin + 1, between - begin - 1), text.substr(between + 1)}};
}

}  // namespace

const StateStep& StepsAhead::in(const ClusterState& state) {
  const auto known = known_.find(state);
  return known != known_.end() ? known->second : known_.emplace(state, find_(state)).first->second;
}

void StepsAhead::find_for(const CampaignInput& input, int workers) {
  if (workers < 2) return;
  std::set<ClusterState> seen;
  for (int i = 0; i < rehearsals; ++i) {
    std::vector<ClusterState> asked;
    CampaignInput rehearsal = input;
    rehearsal.watch = {};
    rehearsal.step_time = [&](const ClusterState& state) {
      const auto known = known_.find(state);
      if (known != known_.end()) return known->second.time;
      if (seen.insert(state).second) asked.push_back(state);
      return input.ideal_step;
    };
    run_replica(rehearsal);
    if (asked.size() < 2) return;
    // What a worker dies over stays unknown: the campaign asks, and hears why.
    const auto found = run_in_workers(asked.size(), workers,
                                      [&](std::size_t n) { return to_text(find_(asked[n])); });
    for (std::size_t n = 0; n < asked.size(); ++n)
      if (found[n]) known_.emplace(asked[n], from_text(*found[n]));
  }
}

}  // namespace qianka
