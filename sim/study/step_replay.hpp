// SPDX-License-Identifier: Apache-2.0
// Recorded steps run again on paper, with other durations: what would the step have taken without
// its stragglers? Every operation begins when the one before it on its rank has ended, and a pass
// when its micro-batch has come from the neighbouring stage; an exchange begins when all its
// members are there, and then takes what it took the one who came last. Transfers between stages
// are not recorded and free. The method of Lin et al., "Understanding Stragglers in Large Model
// Training Using What-if Analysis", OSDI 2025.
#pragma once
#include "sim/study/step_recording.hpp"

#include <functional>
#include <string>
#include <vector>

#include <boost/graph/adjacency_list.hpp>

namespace qianka {

class StepReplay {
 public:
  /// Infeasible when operations wait for one another in a circle, or for one that is not recorded.
  explicit StepReplay(StepRecording recording);

  const StepRecording& recording() const { return recording_; }
  /// Mean over the steps, with a duration for each operation.
  Seconds mean_step(const std::vector<Seconds>& durations) const;
  /// As recorded, less what exchanges waited for their members.
  const std::vector<Seconds>& as_recorded() const { return recorded_; }
  /// As recorded, but of the operations for which `even` holds the mean of their kind.
  std::vector<Seconds> evened(const std::function<bool(const RecordedOperation&)>& even) const;
  /// Mean over the steps of the time from the first start to the last end in the record: with
  /// pauses between operations, which the replay does not have.
  Seconds wall() const;

 private:
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;

  void link();
  void find_exchange_times(const std::vector<std::vector<std::size_t>>& exchanges);

  StepRecording recording_;
  Graph after_;  // an edge from each operation to those that wait for it; then one vertex for each
                 // exchange, when all its members are there
  std::vector<std::size_t> order_;  // vertices, each behind those it waits for
  std::vector<Seconds> recorded_, mean_;
};

/// One question to a recording, with its answer.
struct ReplayAnswer {
  std::string what;
  Seconds fixed;    // the step with these operations at the mean of their kind
  Seconds alone;    // the step with all others at the mean of their kind
  double slowdown;  // alone / the step with everything at the mean: what these alone cost
};

struct ReplayReport {
  int steps = 0, data = 0, stages = 0;
  Seconds wall, replayed, ideal;  // ideal: every operation at the mean of its kind
  double slowdown = 1;            // replayed / ideal
  std::vector<ReplayAnswer> kinds = {}, by_stage = {}, by_data_rank = {};
  std::vector<ReplayAnswer> by_worker = {};  // the slowest ten
};

ReplayReport replay_report(const StepReplay& replay);

}  // namespace qianka
