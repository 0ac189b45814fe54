// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/held_weights.hpp"

#include "sim/workload/layout.hpp"

#include <algorithm>

namespace qianka {

namespace {

Held layer_on_card(const Job& job, int layer) {
  const double experts = expert_parameters(job.model, layer), t = job.parallel.tensor;
  return {.dense = (layer_parameters(job.model, layer) - experts) / t,
          .experts = experts / (t * job.parallel.expert)};
}

}  // namespace

Held ChunkWeights::sum() const {
  Held all{.dense = embedding + head};
  for (const Held& layer : held) all += layer;
  return all;
}

std::vector<std::vector<ChunkWeights>> weights_of_chunks(const Job& job) {
  const auto counts = layers_of_chunks(job);
  const int stages = job.parallel.pipeline, chunks = job.parallel.interleave;
  std::vector<std::vector<ChunkWeights>> weights(
      static_cast<std::size_t>(stages),
      std::vector<ChunkWeights>(static_cast<std::size_t>(chunks)));
  int layer = 0;
  for (int piece = 0; piece < stages * chunks; ++piece) {
    const auto stage = static_cast<std::size_t>(piece % stages),
               chunk = static_cast<std::size_t>(piece / stages);
    ChunkWeights& own = weights[stage][chunk];
    for (int i = 0; i < counts[stage][chunk]; ++i, ++layer) {
      own.layers.push_back(layer);
      own.held.push_back(layer_on_card(job, layer));
    }
  }
  const ModelSpec& model = job.model;
  const double table = static_cast<double>(model.vocabulary) * model.hidden / job.parallel.tensor;
  weights.front().front().embedding = table;
  weights.front().front().first = weights.back().back().last = true;
  // A tied head on another stage is a second copy of the table.
  ChunkWeights& last = weights.back().back();
  if (stages > 1 || !model.tied_embeddings) last.head = table;
  last.head += model.prediction_layers * prediction_parameters(model) / job.parallel.tensor /
               (model.experts ? job.parallel.expert : 1);
  if (job.parallel.schedule == Schedule::dualpipe)
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights[i].push_back(weights[weights.size() - 1 - i].front());
  return weights;
}

double dense_sharers(const Job& job) { return shard_replicas(job.parallel) * job.parallel.context; }

double expert_sharers(const Job& job) {
  const Parallel& shape = job.parallel;
  return std::max(1.0, dense_sharers(job) / shape.expert);
}

double shared_out(const Job& job, const Held& held) {
  return held.dense / dense_sharers(job) + held.experts / expert_sharers(job);
}

}  // namespace qianka
