// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/step_plan.hpp"

#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"
#include "sim/workload/operators.hpp"

#include <algorithm>

#include <boost/math/distributions/normal.hpp>

namespace qianka {

namespace {

struct Planner {
  const Job& job;
  const KernelModel kernels;
  const TensorTime& tensor_time;
  LayerCost layer, embedding, head;
  double group_jitter, replica_jitter;

  Planner(const Job& job_, const Accelerator& accelerator, const TensorTime& tensor_time_)
      : job(job_), kernels(accelerator, job_.stack, job_.precision), tensor_time(tensor_time_) {
    layer = layer_cost(job, kernels), embedding = embedding_cost(job, kernels),
    head = head_cost(job, kernels);
    const double t = job.parallel.tensor, d = job.parallel.data;
    group_jitter = job.stack.rank_jitter * expected_maximum(t);
    replica_jitter = job.stack.rank_jitter * (expected_maximum(t * d) - expected_maximum(t));
  }

  Seconds collectives(const PassCost& pass) const {
    if (pass.gathers + pass.scatters + pass.reduces == 0) return {0};
    const Bytes size = activation_bytes(job);
    Seconds sum{0};
    if (pass.gathers > 0) sum += pass.gathers * tensor_time(CollectiveKind::all_gather, size);
    if (pass.scatters > 0) sum += pass.scatters * tensor_time(CollectiveKind::reduce_scatter, size);
    if (pass.reduces > 0) sum += pass.reduces * tensor_time(CollectiveKind::all_reduce, size);
    const int launches = pass.gathers + pass.scatters + pass.reduces;
    return sum * (1 - job.stack.tensor_overlap) + launches * job.stack.collective_launch;
  }

  /// The device cannot be faster than the host that feeds it: a pass is never shorter than its
  /// launches.
  PassTime pass(const PassCost& cost, int times, const PassCost& end, const PassCost& again) const {
    PassTime time;
    time.compute = cost.compute * times + end.compute;
    time.recompute = again.compute * times;
    time.tensor_comm = collectives(cost) * times + collectives(end) + collectives(again) * times;
    const int launches = (cost.kernels + again.kernels) * times + end.kernels;
    const Seconds busy = time.compute + time.recompute + time.tensor_comm;
    time.host = std::max(launches * job.stack.kernel_launch - busy, Seconds{0}) +
                job.stack.microbatch_overhead;
    time.jitter = (time.compute + time.recompute) * group_jitter;
    return time;
  }

  ChunkPlan chunk(int layers, const LayerCost& end, double parameters) const {
    ChunkPlan plan{.forward = pass(layer.forward, layers, end.forward, {}),
                   .backward = pass(layer.backward, layers, end.backward, layer.recompute),
                   .parameters = parameters};
    plan.backward.compute += kernels.traffic({job.stack.accumulate_bytes * parameters});
    return plan;
  }
};

LayerCost sum(LayerCost a, const LayerCost& b) {
  for (auto [into, from] :
       {std::pair{&a.forward, &b.forward}, std::pair{&a.backward, &b.backward}}) {
    into->compute += from->compute, into->kernels += from->kernels;
    into->gathers += from->gathers, into->scatters += from->scatters,
        into->reduces += from->reduces;
  }
  return a;
}

StagePlan plan_stage(const Planner& planner, int stage, const std::vector<int>& layers) {
  const Job& job = planner.job;
  const int stages = job.parallel.pipeline, chunks = job.parallel.interleave;
  const double table =
      static_cast<double>(job.model.vocabulary) * job.model.hidden / job.parallel.tensor;
  const double held = stage_parameters(job, stage) / job.parallel.tensor;
  int all = 0;
  for (const int count : layers) all += count;
  const double ends =
      ((stage == 0 ? 1 : 0) +
       (stage == stages - 1 && (stages > 1 || !job.model.tied_embeddings) ? 1 : 0)) *
      table;
  const double per_layer = all > 0 ? (held - ends) / all : 0;
  StagePlan plan;
  Seconds busy{0};
  for (int c = 0; c < chunks; ++c) {
    const bool first = stage == 0 && c == 0, last = stage == stages - 1 && c == chunks - 1;
    LayerCost end;
    double parameters = per_layer * layers[static_cast<std::size_t>(c)];
    if (first) end = planner.embedding, parameters += table;
    if (last)
      end = sum(end, planner.head),
      parameters += stages > 1 || !job.model.tied_embeddings ? table : 0;
    plan.chunks.push_back(planner.chunk(layers[static_cast<std::size_t>(c)], end, parameters));
    const ChunkPlan& made = plan.chunks.back();
    busy += made.forward.compute + made.backward.compute + made.backward.recompute;
  }
  const int batches = job.global_batch / (job.parallel.data * job.parallel.micro_batch);
  plan.straggle = busy * batches * planner.replica_jitter;
  const double owned = job.parallel.sharding == Sharding::none ? held : held / job.parallel.data;
  plan.optimizer = planner.kernels.traffic({job.stack.optimizer_traffic * owned});
  return plan;
}

}  // namespace

double expected_maximum(double n) {
  if (n <= 1) return 0;
  return boost::math::quantile(boost::math::normal(), (n - 0.375) / (n + 0.25));
}

StepPlan plan_step(const Job& job, const Accelerator& accelerator, const TensorTime& tensor_time) {
  const Planner planner(job, accelerator, tensor_time);
  const auto layers = layers_of_chunks(job);
  const StackSpec& stack = job.stack;
  StepPlan plan{
      .shape = job.parallel,
      .batches = job.global_batch / (job.parallel.data * job.parallel.micro_batch),
      .stages = {},
      .send = activation_bytes(job) *
              (job.parallel.sequence_parallel || stack.scatter_gather ? 1 : job.parallel.tensor),
      .blocking_sends = !stack.pipeline_overlap,
      .overlap_gradients = stack.gradient_overlap == GradientOverlap::backward,
      .buckets = stack.gradient_overlap == GradientOverlap::backward
                     ? std::max(1, stack.gradient_buckets)
                     : 1,
      .sharded = job.parallel.sharding != Sharding::none,
      .overlap_parameters = stack.parameter_overlap,
      .gradient_bytes = stack.gradient_wire_bytes,
      .parameter_bytes = stack.parameter_wire_bytes,
      .collective_launch = stack.collective_launch,
      .overhead = stack.step_overhead};
  for (int stage = 0; stage < job.parallel.pipeline; ++stage)
    plan.stages.push_back(plan_stage(planner, stage, layers[static_cast<std::size_t>(stage)]));
  return plan;
}

}  // namespace qianka
