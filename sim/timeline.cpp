// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline.hpp"

#include "sim/campaign/checkpoint_plan.hpp"
#include "sim/campaign/replica.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/fabric_states.hpp"
#include "sim/units/require.hpp"
#include "sim/weeks.hpp"
#include "sim/workload/held_weights.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <utility>

namespace qianka {
namespace {

class TimelineBuilder {
 public:
  explicit TimelineBuilder(ExecutedStep step) : step_(std::move(step)) { find_link_times(); }

  StepTimeline build() {
    const Parallel& shape = step_.plan.shape;
    made_.time = step_.spans.back().end;
    made_.stages = shape.pipeline;
    made_.chunks = static_cast<int>(step_.plan.stages.front().chunks.size());
    made_.micro_batches = step_.plan.batches;
    made_.tensor = shape.tensor, made_.context = shape.context, made_.expert = shape.expert;
    made_.both_ends = shape.schedule == Schedule::dualpipe;
    made_.unit_by_unit = step_.plan.gather_units;
    made_.replica_class = step_.replica_class;
    replicas_ = 1 + *std::ranges::max_element(step_.replica_class);
    for (std::uint32_t i = 0; i < step_.program.ops.size(); ++i)
      made_.operations.push_back(operation(i));
    wire();
    mark_critical_path();
    return std::move(made_);
  }

 private:
  static constexpr std::uint32_t none = TimelineOperation::none;

  /// How long each operation's bytes occupy the link on which they take longest, by first flow:
  /// operations share flows.
  void find_link_times() {
    const Program& program = step_.program;
    for (const Op& op : program.ops) {
      if (op.flows == 0 || link_time_.contains(op.first_flow)) continue;
      std::map<std::uint32_t, Bytes> over;
      for (std::uint32_t use = op.first_flow; use < op.first_flow + op.flows; ++use) {
        const ProgramFlow& flow = program.flows[program.op_flows[use]];
        for (const std::uint32_t link : flow.route) over[link] += flow.bytes;
      }
      Seconds longest{0};
      for (const auto& [link, bytes] : over)
        longest = std::max(longest, bytes / program.link_capacity[link]);
      link_time_[op.first_flow] = longest;
    }
  }

  /// Streams are numbered as step_program.hpp says.
  Lane lane_of(const Op& op) const {
    const auto stages = static_cast<std::uint32_t>(made_.stages);
    const std::uint32_t first_exchange = 3 * static_cast<std::uint32_t>(replicas_) * stages;
    if (op.kind == OpKind::optimizer) return Lane::compute;  // once all exchanges are done
    if (op.stream < first_exchange)
      return std::array{Lane::compute, Lane::send_up, Lane::send_down}.at(op.stream % 3);
    if (op.stream < first_exchange + stages) return Lane::exchange;
    return op.stream < first_exchange + 2 * stages ? Lane::across : Lane::everyone;
  }

  Work work_of(const Op& op, Lane lane) const {
    switch (op.kind) {
      case OpKind::forward:
        return Work::forward;
      case OpKind::backward:
        return Work::backward;
      case OpKind::weight:
        return Work::weight_gradient;
      case OpKind::send_forward:
        return Work::send_forward;
      case OpKind::send_backward:
        return Work::send_backward;
      case OpKind::reduce_gradients:
        return step_.plan.sharded && lane == Lane::exchange ? Work::reduce_scatter
                                                            : Work::all_reduce;
      case OpKind::gather_parameters:
        return step_.plan.broadcast_parameters ? Work::broadcast : Work::all_gather;
      case OpKind::optimizer:
        return Work::optimizer;
      case OpKind::host:
        return Work::host;
      case OpKind::synchronise:
        return lane == Lane::everyone ? Work::gradient_norm : Work::catch_up;
    }
    throw Bug("unknown operation");
  }

  static bool is_pass(const Op& op) {
    return op.kind == OpKind::forward || op.kind == OpKind::backward || op.kind == OpKind::weight;
  }

  TimelineOperation operation(std::uint32_t index) {
    const Op& op = step_.program.ops[index];
    const Lane lane = lane_of(op);
    const bool send = op.kind == OpKind::send_forward || op.kind == OpKind::send_backward;
    const bool of_replica = is_pass(op) || send || work_of(op, lane) == Work::catch_up;
    TimelineOperation made{
        .work = work_of(op, lane),
        .lane = lane,
        .stage = op.stage,
        .chunk = op.chunk,
        .replica = of_replica ? static_cast<int>(op.replica) : -1,
        .micro_batch = is_pass(op) || send ? static_cast<int>(op.micro_batch) : -1,
        .start = step_.spans[index].start,
        .end = step_.spans[index].end,
        .bytes = op.bytes,
        .after = {}};
    const auto flows = link_time_.find(op.first_flow);
    if (op.flows > 0 && made.duration().value > 0) made.link_load = flows->second / made.duration();
    if (is_pass(op)) made.parts = parts_of(op);
    made.group = group_of(lane);
    return made;
  }

  /// With expert parallelism dense weights and experts have groups of unlike sizes.
  int group_of(Lane lane) const {
    const Parallel& shape = step_.plan.shape;
    if (shape.expert > 1) return 0;
    if (lane == Lane::exchange) return shard_replicas(shape) * shape.context;
    return lane == Lane::across ? stage_holders(shape) / shard_replicas(shape) : 0;
  }

  const PassTime& pass_of(const Op& op, const ChunkPlan& chunk) const {
    if (made_.unit_by_unit) {
      const UnitPlan& unit = chunk.units.at(op.chunk);
      return op.kind == OpKind::forward ? unit.forward : unit.backward;
    }
    if (op.kind == OpKind::weight) return chunk.weight;
    return op.kind == OpKind::forward ? chunk.forward : chunk.backward;
  }

  /// The last pass of a chunk may be slowed by gradients that leave beside it, and cut into pieces.
  std::uint32_t parts_of(const Op& op) {
    const auto [known, fresh] = known_parts_.try_emplace(
        {op.kind, op.stage, op.chunk, op.duration.value}, made_.parts.size());
    if (!fresh) return known->second;
    const StagePlan& stage = step_.plan.stages.at(op.stage);
    const ChunkPlan& chunk = made_.unit_by_unit ? stage.chunks.front() : stage.chunks.at(op.chunk);
    PassTime time = pass_of(op, chunk);
    double share = 1;
    if (op.duration != time.total()) {
      time.slowed += chunk.slowed;
      share = op.duration / time.total();
      time = time * share;
    }
    made_.parts.push_back({.compute = time.compute,
                           .recompute = time.recompute,
                           .slowed = time.slowed,
                           .jitter = time.jitter,
                           .tensor_comm = time.tensor_comm,
                           .context_comm = time.context_comm,
                           .expert_comm = time.expert_comm,
                           .host = time.host,
                           .collectives = collectives_of(op, share)});
    return known->second;
  }

  /// Weight gradients need none.
  std::vector<PassCollective> collectives_of(const Op& op, double share) const {
    std::vector<PassCollective> all;
    if (op.kind == OpKind::weight) return all;
    const ChunkComms& comms = step_.comms.at(op.stage).at(op.chunk);
    for (const PassCommSum& sum : op.kind == OpKind::forward ? comms.forward : comms.backward) {
      using Among = PassCollective::Among;
      const Among among = sum.group == CommGroup::tensor    ? Among::tensor
                          : sum.group == CommGroup::context ? Among::context
                                                            : Among::expert;
      all.push_back(
          {among, collective_name(sum.kind), sum.size, sum.count * share, sum.exposed * share});
    }
    return all;
  }

  /// What each operation waits for; who waits for a send is its receiver.
  void wire() {
    const Program& program = step_.program;
    std::vector<std::uint32_t> last(program.streams, none);
    for (std::uint32_t i = 0; i < program.ops.size(); ++i) {
      const Op& op = program.ops[i];
      TimelineOperation& made = made_.operations[i];
      const std::span<const std::uint32_t> inputs(program.op_inputs.data() + op.first_input,
                                                  op.inputs);
      made.after.assign(inputs.begin(), inputs.end());
      for (const std::uint32_t input : inputs)
        if (made_.operations[input].work == Work::send_forward ||
            made_.operations[input].work == Work::send_backward)
          made_.operations[input].receiver = op.stage;
      const std::uint32_t previous = std::exchange(last[op.stream], i);
      if (previous != none) made.after.push_back(previous);
      std::ranges::sort(made.after);
      const auto twice = std::ranges::unique(made.after);
      made.after.erase(twice.begin(), twice.end());
    }
  }

  /// From the end of the step back to 0, always to what ended last.
  void mark_critical_path() {
    auto at = static_cast<std::uint32_t>(made_.operations.size() - 1);
    while (true) {
      made_.operations[at].critical = true;
      made_.critical_path.push_back(at);
      const std::vector<std::uint32_t>& after = made_.operations[at].after;
      if (after.empty()) break;
      at = *std::ranges::max_element(after, {},
                                     [&](std::uint32_t i) { return made_.operations[i].end; });
    }
    std::ranges::reverse(made_.critical_path);
  }

  ExecutedStep step_;
  StepTimeline made_;
  int replicas_ = 1;
  std::map<std::uint32_t, Seconds> link_time_;
  std::map<std::tuple<OpKind, int, int, double>, std::uint32_t> known_parts_;
};

std::vector<RankRole> ranks_of(const Parallel& shape, const Placement& placement,
                               int cards_per_node) {
  std::vector<RankRole> ranks(static_cast<std::size_t>(cards(shape)));
  for (int replica = 0; replica < shape.data; ++replica)
    for (int stage = 0; stage < shape.pipeline; ++stage)
      for (int context = 0; context < shape.context; ++context)
        for (int tensor = 0; tensor < shape.tensor; ++tensor) {
          const auto card =
              static_cast<int>(index_of(placement.card(tensor, stage, replica, context)));
          // Rank r is card r: the job has its nodes in order.
          ranks.at(static_cast<std::size_t>(card)) = {
              stage, replica, tensor, context, card / cards_per_node, card % cards_per_node};
        }
  return ranks;
}

std::vector<std::vector<Bytes>> kept_by_chunks(const Job& job) {
  std::vector<std::vector<Bytes>> kept;
  for (const std::vector<ChunkWeights>& chunks : weights_of_chunks(job)) {
    kept.emplace_back();
    for (const ChunkWeights& chunk : chunks)
      kept.back().push_back(kept_by_layers(job, chunk.layers) * (1 - offloaded_share(job)));
  }
  return kept;
}

}  // namespace

StepTimeline timeline_of(const Scenario& scenario) {
  check_feasible(scenario);
  const Topology topology = fabric_in(scenario, fabric_of_step(scenario));
  const Placement placement(scenario.job, topology.cards_per_node());
  StepTimeline timeline = TimelineBuilder(execute_step(scenario, topology, placement)).build();
  timeline.ranks = ranks_of(scenario.job.parallel, placement, topology.cards_per_node());
  timeline.kept = kept_by_chunks(scenario.job);
  return timeline;
}

JobLog log_of(const Scenario& scenario, const Results& run) {
  const Summary& summary = run.summary;
  require(summary.campaign.has_value(), "the job trains for a time");
  FabricStates fabric(scenario);
  const Topology topology = fabric_in(scenario, 0);
  Scenario planned = scenario;
  if (summary.checkpoint_plan) save_every(planned.checkpoint, summary.checkpoint_plan->best.every);
  CampaignInput input = campaign_input(scenario, topology, summary.step, fabric);
  input.scenario = &planned;
  input.step_time = [&run](const ClusterState& state) { return run.steps.at(state); };
  JobLog log;
  input.watch = [&log](const JobMoment& moment) { log.push_back(moment); };
  require(run_replica(input).wall_ns == summary.campaign->wall_ns, "the log is of this campaign");
  return log;
}

}  // namespace qianka
