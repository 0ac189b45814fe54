// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/step_plan.hpp"

#include "sim/language/language.hpp"
#include "sim/workload/memory.hpp"
#include "sim/workload/pass_comms.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <boost/math/distributions/normal.hpp>

namespace qianka {

namespace {

class Planner {
 public:
  Planner(const Job& job, const Accelerator& accelerator, const CommTime& comm_time)
      : job_(job), accelerator_(accelerator), kernels_(accelerator, job), comm_time_(comm_time) {
    const Parallel& p = job.parallel;
    // Cards that wait for each other in a pass; expert groups lie among data and context ranks.
    const double together = 1.0 * p.tensor * std::max(p.context, p.expert);
    const double all = 1.0 * p.tensor * p.context * stage_holders(p);
    group_jitter_ = job.stack.rank_jitter * expected_maximum(together);
    replica_jitter_ =
        std::max(0.0, job.stack.rank_jitter * (expected_maximum(all) - expected_maximum(together)));
  }

  StagePlan stage(const std::vector<ChunkWeights>& chunks) const {
    StagePlan plan;
    Seconds busy{0};
    Held held;
    for (const ChunkWeights& own : chunks) {
      plan.chunks.push_back(chunk(own));
      const ChunkPlan& made = plan.chunks.back();
      busy += made.forward.compute + made.backward.compute + made.backward.recompute +
              made.weight.compute;
      held += made.parameters;
    }
    // In a pipeline the exchange runs beside the waiting of the cool-down as much as beside passes;
    // charging it to every pass on the way of the last micro-batch would count it once a stage.
    if (job_.stack.overlap_slowdown > 0 && !gathers_units(job_) && job_.parallel.pipeline == 1 &&
        job_.stack.gradient_overlap == GradientOverlap::backward)
      slow_last_pass(plan.chunks.front());
    const bool halved = job_.parallel.schedule == Schedule::dualpipe;
    plan.straggle = busy * (halved ? batches(job_) / 2 : batches(job_)) * replica_jitter_;
    const bool sharded = job_.parallel.sharding != Sharding::none;
    const double owned = sharded ? shared_out(job_, held) : held.all();
    plan.optimizer = kernels_.traffic({job_.stack.optimizer_traffic * owned});
    return plan;
  }

  static int batches(const Job& job) {
    return job.global_batch / (job.parallel.data * job.parallel.micro_batch);
  }

  static bool gathers_units(const Job& job) {
    return job.parallel.sharding == Sharding::zero_3 && job.parallel.pipeline == 1 &&
           job.parallel.data * job.parallel.context > 1;
  }

  static bool splits_backward(const Job& job) {
    return job.parallel.schedule == Schedule::zero_bubble ||
           job.parallel.schedule == Schedule::dualpipe;
  }

 private:
  Seconds& part(PassTime& time, CommGroup group) const {
    if (group == CommGroup::tensor) return time.tensor_comm;
    return group == CommGroup::context ? time.context_comm : time.expert_comm;
  }

  /// What of a pass's collectives is left when computation has hidden its part.
  void add_comms(PassTime& time, const PassCost& cost, int times) const {
    for (const PassComm& comm : cost.comms) {
      part(time, comm.group) += exposed_time(job_.stack, comm, comm_time_) * (comm.count * times);
    }
  }

  /// The device cannot be faster than the host that feeds it: a pass is never shorter than its
  /// launches.
  PassTime pass(const PassCost& cost, const PassCost& again, int times) const {
    PassTime time;
    time.compute = cost.compute * times;
    time.recompute = again.compute * times;
    add_comms(time, cost, times), add_comms(time, again, times);
    const Seconds launches = (cost.kernels + again.kernels) * times * job_.stack.kernel_launch;
    const Seconds busy = time.total();
    time.host = std::max(launches - busy, Seconds{0}) + (cost.serial + again.serial) * times;
    time.jitter = (time.compute + time.recompute) * group_jitter_;
    return time;
  }

  UnitPlan unit(const LayerCost& cost, int times, Held parameters) const {
    UnitPlan plan{.forward = pass(cost.forward, {}, times),
                  .backward = pass(cost.backward, cost.recompute, times),
                  .parameters = parameters};
    plan.backward.compute += kernels_.traffic({job_.stack.accumulate_bytes * parameters.all()});
    return plan;
  }

  const LayerCost& layer(int index) const {
    const bool again = index % job_.parallel.recompute_every == 0;
    const auto [known, fresh] = layers_.try_emplace(
        {experts_of(job_.model, index) != nullptr, windowed(job_.model, index), again});
    if (fresh) known->second = layer_cost(job_, kernels_, index);
    return known->second;
  }

  /// Runs of like layers become one unit, unless ZeRO-3 gathers them one by one.
  std::vector<UnitPlan> units(const ChunkWeights& own) const {
    std::vector<UnitPlan> all;
    if (own.first) all.push_back(unit(embedding_cost(job_, kernels_), 1, {.dense = own.embedding}));
    const LayerCost* open = nullptr;
    int run = 0;
    Held held;
    const auto close = [&] {
      if (run > 0) all.push_back(unit(*open, run, held));
      run = 0, held = {};
    };
    for (std::size_t i = 0; i < own.layers.size(); ++i) {
      const LayerCost& next = layer(own.layers[i]);
      if (&next != open || gathers_units(job_)) close();
      open = &next, ++run, held += own.held[i];
    }
    close();
    if (own.last) all.push_back(unit(head_cost(job_, kernels_), 1, {.dense = own.head}));
    return all;
  }

  ChunkPlan chunk(const ChunkWeights& own) const {
    ChunkPlan plan;
    plan.units = units(own);
    if (gathers_units(job_)) slow_units(plan.units);
    for (const UnitPlan& unit : plan.units)
      plan.forward += unit.forward, plan.backward += unit.backward,
          plan.parameters += unit.parameters;
    const Seconds copy = copy_to_host(own);
    const Seconds forward_host =
        job_.stack.microbatch_overhead + std::max(Seconds{0}, copy - plan.forward.total());
    const Seconds backward_host =
        job_.stack.microbatch_overhead + std::max(Seconds{0}, copy - plan.backward.total());
    plan.forward.host += forward_host;
    plan.backward.host += backward_host;
    if (splits_backward(job_)) split(plan, own);
    if (!gathers_units(job_)) return plan.units.clear(), plan;
    plan.units.front().forward.host += forward_host;
    plan.units.back().backward.host += backward_host;
    return plan;
  }

  /// Of what waits in the host's memory, one way. The layers that wait are spread evenly, so that
  /// their copies have the whole pass of the chunk to hide behind.
  Seconds copy_to_host(const ChunkWeights& own) const {
    if (job_.parallel.offload_layers == 0) return {0};
    return kept_by_layers(job_, own.layers) * offloaded_share(job_) /
           needed(accelerator_.pcie, accelerator_.id,
                  marked("pcie rate (job.parallel.offload_layers)"));
  }

  /// One collective over a card's weights, alone among its like.
  Seconds exchange(CollectiveKind kind, double bytes_each, Held held) const {
    if (job_.parallel.expert == 1) held = {.dense = held.all()};
    return comm_time_(CommGroup::data, kind, {bytes_each * held.dense}) +
           comm_time_(CommGroup::expert_data, kind, {bytes_each * held.experts});
  }

  /// Collectives take compute units and memory bandwidth from kernels beside them.
  Seconds slowed(Seconds compute, Seconds beside) const {
    return job_.stack.overlap_slowdown * std::min(compute, beside);
  }

  /// Beside a unit's forward pass the next is gathered; beside its backward pass the gradients of
  /// the unit before are scattered as well.
  void slow_units(std::vector<UnitPlan>& units) const {
    const StackSpec& stack = job_.stack;
    const auto gather = [&](const UnitPlan& unit) {
      return exchange(CollectiveKind::all_gather, stack.parameter_wire_bytes, unit.parameters);
    };
    for (std::size_t i = 0; i < units.size(); ++i) {
      Seconds forward{0}, backward{0};
      if (i + 1 < units.size())
        forward += gather(units[i + 1]),
            backward += exchange(CollectiveKind::reduce_scatter, stack.gradient_wire_bytes,
                                 units[i + 1].parameters);
      if (i > 0) backward += gather(units[i - 1]);
      UnitPlan& unit = units[i];
      unit.forward.slowed = slowed(unit.forward.compute, forward);
      unit.backward.slowed = slowed(unit.backward.compute + unit.backward.recompute, backward);
    }
  }

  /// With gradients leaving behind the last pass that makes them, each piece of it but the first
  /// has the bucket of the piece before beside it.
  void slow_last_pass(ChunkPlan& chunk) const {
    const int pieces = std::max(1, job_.stack.gradient_buckets);
    const CollectiveKind kind = job_.parallel.sharding == Sharding::none
                                    ? CollectiveKind::all_reduce
                                    : CollectiveKind::reduce_scatter;
    const PassTime& pass = splits_backward(job_) ? chunk.weight : chunk.backward;
    const Seconds piece = (pass.compute + pass.recompute) / pieces;
    const Seconds bucket =
        exchange(kind, job_.stack.gradient_wire_bytes, chunk.parameters * (1.0 / pieces));
    chunk.slowed = slowed(piece, bucket) * (pieces - 1);
  }

  /// Weight gradients, and adding them up, leave the backward pass for one of their own.
  void split(ChunkPlan& plan, const ChunkWeights& own) const {
    Seconds weight = kernels_.traffic({job_.stack.accumulate_bytes * plan.parameters.all()});
    for (const int index : own.layers) weight += layer(index).weight.compute;
    if (own.last) weight += head_cost(job_, kernels_).weight.compute;
    plan.weight.compute = weight;
    plan.weight.jitter = weight * group_jitter_;
    plan.backward.compute -= weight, plan.backward.jitter -= plan.weight.jitter;
  }

  const Job& job_;
  const Accelerator& accelerator_;
  const KernelModel kernels_;
  const CommTime& comm_time_;
  mutable std::map<std::array<bool, 3>, LayerCost> layers_;  // by experts, window, recomputed
  double group_jitter_, replica_jitter_;
};

}  // namespace

PassTime& PassTime::operator+=(const PassTime& other) {
  compute += other.compute, recompute += other.recompute, tensor_comm += other.tensor_comm;
  context_comm += other.context_comm, expert_comm += other.expert_comm;
  host += other.host, jitter += other.jitter, slowed += other.slowed;
  return *this;
}

PassTime operator*(PassTime time, double times) {
  return {time.compute * times,      time.recompute * times,   time.tensor_comm * times,
          time.context_comm * times, time.expert_comm * times, time.host * times,
          time.jitter * times,       time.slowed * times};
}

double expected_maximum(double n) {
  if (n <= 1) return 0;
  return boost::math::quantile(boost::math::normal(), (n - 0.375) / (n + 0.25));
}

Held exchanged_by_stage(const StepPlan& plan, int stage) {
  const auto& chunks = plan.stages[static_cast<std::size_t>(stage)].chunks;
  if (plan.shape.schedule == Schedule::dualpipe) return chunks.front().parameters;
  Held all;
  for (const ChunkPlan& chunk : chunks) all += chunk.parameters;
  return all;
}

StepPlan plan_step(const Job& job, const Accelerator& accelerator, const CommTime& comm_time) {
  const Planner planner(job, accelerator, comm_time);
  const StackSpec& stack = job.stack;
  const bool zero_3 = job.parallel.sharding == Sharding::zero_3;
  StepPlan plan{
      .shape = job.parallel,
      .batches = Planner::batches(job),
      .stages = {},
      .send = activation_bytes(job) * job.parallel.context *
              (job.parallel.sequence_parallel || stack.scatter_gather ? 1 : job.parallel.tensor),
      .blocking_sends = !stack.pipeline_overlap,
      .split_backward = Planner::splits_backward(job),
      .gather_units = Planner::gathers_units(job),
      .unit_gathers = stack.unit_gathers,
      .overlap_gradients = stack.gradient_overlap == GradientOverlap::backward,
      .buckets = stack.gradient_overlap == GradientOverlap::backward
                     ? std::max(1, stack.gradient_buckets)
                     : 1,
      .sharded = job.parallel.sharding != Sharding::none,
      // With a pipeline ZeRO-3 gathers each chunk once a step, before its first pass.
      .overlap_parameters = stack.parameter_overlap || zero_3,
      // ZeRO-3 gathers before use, not after the optimizer.
      .broadcast_parameters = stack.parameter_exchange == ParameterExchange::broadcast && !zero_3,
      .broadcast_overhead = stack.broadcast_overhead,
      .gradient_bytes = stack.gradient_wire_bytes,
      .parameter_bytes = stack.parameter_wire_bytes,
      .collective_launch = stack.collective_launch,
      .overhead = stack.step_overhead};
  const auto weights = weights_of_chunks(job);
  for (const auto& chunks : weights) plan.stages.push_back(planner.stage(chunks));
  return plan;
}

}  // namespace qianka
