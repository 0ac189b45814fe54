// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/job_placements.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <numeric>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <fmt/format.h>

namespace qianka {
namespace {

int cards_of(const Scenario& job) { return cards(job.job.parallel); }

int all_cards(std::span<const Scenario> jobs) {
  int sum = 0;
  for (const Scenario& job : jobs) sum += cards_of(job);
  return sum;
}

/// Cards 0, 1, … of each node belong to the first job, the next ones to the second.
std::vector<Placement> by_rail(std::span<const Scenario> jobs) {
  const int per_node = jobs.front().cluster.node.cards, nodes = nodes_for(jobs, JobPlacement::rail);
  std::vector<Placement> placements;
  int first = 0;
  for (const Scenario& job : jobs) {
    if (cards_of(job) % nodes != 0)
      throw Infeasible(
          say("placement by rail: {} cards of {} cannot be dealt out evenly "
              "over {} nodes of {}",
              cards_of(job), job.name, nodes, per_node));
    const int width = cards_of(job) / nodes;
    std::vector<CardId> cards;
    for (int node = 0; node < nodes; ++node)
      for (int card = first; card < first + width; ++card)
        cards.push_back(CardId{static_cast<std::uint32_t>(node * per_node + card)});
    placements.emplace_back(job.job, std::move(cards));
    first += width;
  }
  return placements;
}

/// Whose node comes next: the job that is furthest behind its share; of equal ones the first.
std::vector<std::size_t> dealt_out(std::span<const Scenario> jobs, int nodes) {
  std::vector<int> given(jobs.size(), 0);
  std::vector<std::size_t> owner;
  for (int node = 0; node < nodes; ++node) {
    std::size_t next = 0;
    double most_behind = -1;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const double left = 1 - static_cast<double>(given[i]) / jobs[i].cluster.nodes;
      if (left > most_behind + 1e-12) most_behind = left, next = i;
    }
    ++given[next];
    owner.push_back(next);
  }
  return owner;
}

/// Fisher and Yates, with the first draw for the last node.
std::vector<std::uint32_t> order_of(int nodes, JobPlacement how, std::uint64_t seed) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), 0U);
  if (how != JobPlacement::random) return order;
  boost::random::mt19937_64 generator(seed);
  for (std::size_t i = order.size(); i-- > 1;) {
    boost::random::uniform_int_distribution<std::size_t> among(0, i);
    std::swap(order[i], order[among(generator)]);
  }
  return order;
}

}  // namespace

int nodes_for(std::span<const Scenario> jobs, JobPlacement how) {
  const int per_node = jobs.front().cluster.node.cards;
  if (how == JobPlacement::rail) return (all_cards(jobs) + per_node - 1) / per_node;
  int nodes = 0;
  for (const Scenario& job : jobs) nodes += job.cluster.nodes;
  return nodes;
}

std::vector<Placement> place_jobs(std::span<const Scenario> jobs, JobPlacement how,
                                  std::uint64_t seed) {
  if (how == JobPlacement::rail) return by_rail(jobs);
  const int nodes = nodes_for(jobs, how);
  const auto order = order_of(nodes, how, seed);
  std::vector<std::size_t> owner;
  for (std::size_t i = 0; i < jobs.size() && how != JobPlacement::spread; ++i)
    owner.insert(owner.end(), static_cast<std::size_t>(jobs[i].cluster.nodes), i);
  if (how == JobPlacement::spread) owner = dealt_out(jobs, nodes);
  std::vector<std::vector<NodeId>> of_job(jobs.size());
  for (std::size_t i = 0; i < order.size(); ++i) of_job[owner[i]].push_back(NodeId{order[i]});
  std::vector<Placement> placements;
  for (std::size_t i = 0; i < jobs.size(); ++i)
    placements.emplace_back(jobs[i].job, jobs[i].cluster.node.cards, std::move(of_job[i]));
  return placements;
}

}  // namespace qianka
