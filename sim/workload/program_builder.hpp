// SPDX-License-Identifier: Apache-2.0
// Private to workload: puts the operations of a step on their streams, with inputs and flows.
#pragma once
#include "sim/workload/step_program.hpp"

#include <initializer_list>
#include <map>
#include <span>
#include <tuple>
#include <vector>

namespace qianka {

using OpList = std::vector<std::uint32_t>;  // indices of operations

class ProgramBuilder {
 public:
  static constexpr std::uint32_t none = ~0U;

  ProgramBuilder(const StepPlan& plan, const StepNetwork& network);

  std::uint32_t add(Op op, std::initializer_list<std::uint32_t> inputs = {});
  std::uint32_t add(Op op, const OpList& inputs);
  void wait(std::uint32_t op, std::uint32_t input) { waits_.push_back({op, input}); }
  /// Gives the operation the flows of a list, with its share of `bytes` each, `passes` times.
  void carry(Op& op, const StepNetwork::FlowList& flows, Bytes bytes, double passes,
             Seconds launch);
  Program take();

  const StepPlan& plan() const { return plan_; }
  const StepNetwork& network() const { return network_; }
  int replicas() const { return network_.replicas; }
  int stages() const { return plan_.shape.pipeline; }
  std::size_t unit(int replica, int stage) const {
    return static_cast<std::size_t>(replica * stages() + stage);
  }

  /// Stages whose cards hold the weights of `stage`: its own; with dualpipe the one as far from the
  /// other end as well.
  std::vector<int> holders(int stage) const;

  /// Of a replica and stage; the two after it are for sends forward and backward.
  std::uint32_t compute_stream(int replica, int stage) const {
    return static_cast<std::uint32_t>(3 * unit(replica, stage));
  }
  std::uint32_t exchange_stream(int stage) const {
    return compute_stream(replicas(), 0) + static_cast<std::uint32_t>(stage);
  }
  std::uint32_t across_stream(int stage) const { return exchange_stream(stages() + stage); }
  std::uint32_t common_stream() const { return exchange_stream(2 * stages()); }

 private:
  std::uint32_t add(const Op& op, std::span<const std::uint32_t> inputs);

  const StepPlan& plan_;
  const StepNetwork& network_;
  Program program_;
  struct Wait {
    std::uint32_t op, input;
  };
  std::vector<Wait> waits_;
  // Like operations share their flows: by list, bytes, passes and launch, the first that has them.
  std::map<std::tuple<const StepNetwork::FlowList*, double, double, double>, Op> carried_;
};

}  // namespace qianka
