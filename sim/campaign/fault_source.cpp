// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/fault_source.hpp"

#include "sim/campaign/node_pool.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

void check(const FaultClass& fault_class) {
  const auto complain = [&](const std::string& what) {
    throw Infeasible(
        fmt::format("faults: {} ({}): {}", fault_class.component, fault_class.cause, what));
  };
  if (!(fault_class.per_node_day >= 0)) complain(tr("a rate cannot be negative"));
  if (fault_class.distribution == Distribution::weibull && !(fault_class.shape > 0)) {
    complain(tr("the shape of a Weibull distribution is positive"));
  }
  if (fault_class.distribution == Distribution::lognormal && !(fault_class.shape >= 0)) {
    complain(tr("the sigma of a lognormal distribution cannot be negative"));
  }
}

/// The rate of a healthy node over the mean of all.
double healthy_share(const Lemons& lemons) { return 1 / (1 + lemons.share * (lemons.factor - 1)); }

/// `count` of the numbers from 0 to below `all`, each set as likely.
std::vector<int> some_of(int count, int all, Draws& draws) {
  std::vector<int> numbers(static_cast<std::size_t>(all));
  std::iota(numbers.begin(), numbers.end(), 0);
  for (int i = 0; i < count; ++i) {
    const auto other = i + static_cast<int>(draws.uniform() * (all - i));
    std::swap(numbers[static_cast<std::size_t>(i)], numbers[static_cast<std::size_t>(other)]);
  }
  numbers.resize(static_cast<std::size_t>(count));
  return numbers;
}

int place_of(int node, const NodePool& pool, int places) {
  for (int place = 0; place < places; ++place) {
    if (pool.node_at(place) == node) return place;
  }
  return -1;
}

}  // namespace

int group_of(const Fault& fault, int node, const std::vector<int>& leaf_group) {
  if (fault.takes == Takes::leaf) return leaf_group[static_cast<std::size_t>(node)];
  return fault.takes == Takes::block ? node / fault.block : node;
}

std::optional<Fault> located(Fault fault, const NodePool& pool,
                             const std::vector<int>& leaf_group) {
  const int places = pool.in_job() + pool.vacant();
  if (fault.node >= 0) {
    fault.place = place_of(fault.node, pool, places);
    if (fault.place < 0) return std::nullopt;
  }
  if (fault.place < 0) return fault;  // the job as a whole
  const int struck = pool.node_at(fault.place);
  if (struck < 0) return std::nullopt;
  if (fault.takes == Takes::node) return fault;
  const int group = group_of(fault, struck, leaf_group);
  for (int place = 0; place < places; ++place) {
    const int node = pool.node_at(place);
    if (place != fault.place && node >= 0 && group_of(fault, node, leaf_group) == group)
      fault.with.push_back(place);
  }
  return fault;
}

FaultSource::FaultSource(const Faults& faults, int nodes, std::uint64_t seed, int spares) {
  require(nodes > 0, "a job has nodes");
  choose_lemons(faults, nodes, spares, seed);
  classes_.reserve(3 * faults.classes.size() + 1);
  for (const FaultClass& fault_class : faults.classes)
    add_class(fault_class, faults.lemons, nodes, seed);
  const FaultClass job{.component = "job",
                       .cause = "stop of the job itself",
                       .evicts_node = false,
                       .hangs = faults.hangs,
                       .calendar = faults.calendar};
  add_stream(job, faults.job_per_day, 0, seed, "job\nstop of the job itself\n0");
  add_replay(faults, nodes);
  find_next();
}

void FaultSource::choose_lemons(const Faults& faults, int nodes, int spares, std::uint64_t seed) {
  const Lemons& lemons = faults.lemons;
  if (!(lemons.share > 0) || !(lemons.factor > 1)) return;
  // So many among the job's first nodes that their share is what is written, but for the fraction
  // of a node, which is drawn; the spares one by one, so that another one changes none of them.
  Draws job(stream_seed(seed, "lemons", "job"));
  Draws idle(stream_seed(seed, "lemons", "spares"));
  const int count = std::min(nodes, static_cast<int>(lemons.share * nodes + job.uniform()));
  lemons_ = some_of(count, nodes, job);
  for (int spare = nodes; spare < nodes + spares; ++spare) {
    if (idle.uniform() < lemons.share) spare_lemons_.push_back(spare);
  }
}

void FaultSource::add_class(const FaultClass& fault_class, const Lemons& lemons, int nodes,
                            std::uint64_t seed) {
  check(fault_class);
  if (!(fault_class.per_node_day > 0)) return;
  // Twins (same component, same cause) are told apart by their order.
  const std::string name = fmt::format("{}\n{}\n", fault_class.component, fault_class.cause);
  const std::string what = fmt::format("{}{}", name, twins_[name]++);
  const bool any_lemons = fault_class.takes == Takes::node && lemons.factor > 1;
  const double healthy = fault_class.per_node_day * (any_lemons ? healthy_share(lemons) : 1);
  add_stream(fault_class, healthy * nodes, nodes, seed, what);
  if (!any_lemons) return;
  const auto add_lemons = [&](const std::vector<int>& named, const std::string& purpose) {
    const auto count = static_cast<int>(named.size());
    const double beyond = healthy * (lemons.factor - 1);
    add_stream(fault_class, beyond * count, count, seed, what + purpose, named);
  };
  add_lemons(lemons_, "\nlemons");
  add_lemons(spare_lemons_, "\nspare lemons");
}

void FaultSource::add_stream(const FaultClass& fault_class, double per_day, int targets,
                             std::uint64_t seed, const std::string& what,
                             const std::vector<int>& named) {
  if (!(per_day > 0)) return;
  std::optional<Nanoseconds> lasts;
  if (fault_class.duration) lasts = to_nanoseconds(*fault_class.duration);
  classes_.push_back({.stream = FaultStream(fault_class, per_day, targets, seed, what),
                      .event = first_event(what),
                      .hang = Draws(stream_seed(seed, what, "hang")),
                      .hangs = fault_class.hangs,
                      .lasts = lasts,
                      .nodes = named,
                      .next = {.component = fault_class.component,
                               .cause = fault_class.cause,
                               .evicts_node = fault_class.evicts_node,
                               .noticed = fault_class.noticed,
                               .slow_to = fault_class.slow_to,
                               .takes = fault_class.takes,
                               .block = fault_class.block}});
  due_.push_back(0);
  draw(classes_.size() - 1);
}

void FaultSource::add_replay(const Faults& faults, int nodes) {
  EventId event = first_event("replay");
  for (const ReplayedFault& fault : faults.replay) {
    if (fault.node < -1 || fault.node >= nodes) {
      throw Infeasible(say("faults: the replayed {} strikes node {}, but the job has {}",
                           fault.component, fault.node, nodes));
    }
    std::optional<Nanoseconds> duration;
    if (fault.duration) duration = to_nanoseconds(*fault.duration);
    const Nanoseconds at = to_nanoseconds(fault.at);
    replay_.push_back({.at = at,
                       .component = fault.component,
                       .cause = fault.kind,
                       .place = fault.node,
                       .evicts_node = fault.evicts_node && fault.node >= 0,
                       .event = event++,
                       .noticed = fault.noticed,
                       .slow_to = fault.slow_to,
                       .ends = fault.slow_to < 1 && duration ? at + *duration : never,
                       .duration = duration});
  }
  std::ranges::stable_sort(replay_, {}, &Fault::at);
}

void FaultSource::draw(std::size_t number) {
  Class& from = classes_[number];
  Fault& next = from.next;
  next.at = due_[number] = from.stream.at();
  next.event = from.event++;
  if (from.lasts) next.ends = next.at + *from.lasts;
  if (from.hangs > 0)
    next.noticed = from.hang.uniform() < from.hangs ? Noticed::hang : Noticed::at_once;
  const int target = from.stream.target();
  if (target < 0) return;  // the job as a whole
  if (from.nodes.empty()) {
    next.place = target;
  } else {
    next.node = from.nodes[static_cast<std::size_t>(target)];
  }
}

const Fault& FaultSource::next() const {
  if (next_ < classes_.size()) return classes_[next_].next;
  return replayed_ < replay_.size() ? replay_[replayed_] : none_;
}

void FaultSource::pop() {
  if (next_ < classes_.size()) {
    classes_[next_].stream.pop();
    draw(next_);
  } else {
    ++replayed_;
  }
  find_next();
}

void FaultSource::find_next() {
  // Equal times: the replayed list first, then the classes as listed.
  const auto first = std::ranges::min_element(due_);
  const Nanoseconds replayed = replayed_ < replay_.size() ? replay_[replayed_].at : never;
  next_ = first != due_.end() && *first < replayed ? static_cast<std::size_t>(first - due_.begin())
                                                   : classes_.size();
}

}  // namespace qianka
