// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/fault_source.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/lognormal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/weibull_distribution.hpp>
#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double seconds_per_day = 86'400;

double uniform(boost::random::mt19937_64& generator) {
  return boost::random::uniform_01<double>()(generator);
}

/// The scale of a Weibull distribution of this mean: mean = scale x Gamma(1 + 1/k).
double weibull_scale(double shape, double mean) {
  return mean / boost::math::tgamma(1 + 1 / shape);
}

/// ln of the median of a lognormal distribution of this mean: mean = exp(mu + sigma^2 / 2).
double lognormal_mu(double sigma, double mean) { return std::log(mean) - sigma * sigma / 2; }

void check(const FaultClass& fault_class) {
  const auto complain = [&](const std::string& what) {
    throw Infeasible(
        fmt::format("faults: {} ({}): {}", fault_class.component, fault_class.cause, what));
  };
  if (!(fault_class.per_node_day >= 0)) complain("a rate cannot be negative");
  if (fault_class.distribution == Distribution::weibull && !(fault_class.shape > 0)) {
    complain("the shape of a Weibull distribution is positive");
  }
  if (fault_class.distribution == Distribution::lognormal && !(fault_class.shape >= 0)) {
    complain("the sigma of a lognormal distribution cannot be negative");
  }
}

Nanoseconds later(Nanoseconds from, double gap) {
  return std::min(from + to_nanoseconds({gap}), longest_span);
}

}  // namespace

std::uint64_t stream_seed(std::uint64_t seed, std::string_view what, std::string_view purpose) {
  // FNV-1a over the bytes, then the finaliser of splitmix64 (Steele et al. 2014): near texts, far
  // seeds.
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto mix = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3ULL; };
  for (int shift = 0; shift < 64; shift += 8) mix(static_cast<unsigned char>(seed >> shift));
  for (const char c : what) mix(static_cast<unsigned char>(c));
  mix(0);
  for (const char c : purpose) mix(static_cast<unsigned char>(c));
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
  return hash ^ (hash >> 31);
}

double draw_gap(const FaultClass& fault_class, double mean, boost::random::mt19937_64& generator) {
  const double shape = fault_class.shape;
  switch (fault_class.distribution) {
    case Distribution::exponential:
      return mean * boost::random::exponential_distribution<double>()(generator);
    case Distribution::weibull:
      return boost::random::weibull_distribution<double>(shape,
                                                         weibull_scale(shape, mean))(generator);
    case Distribution::lognormal:
      return boost::random::lognormal_distribution<double>(lognormal_mu(shape, mean),
                                                           shape)(generator);
  }
  throw Bug("unknown distribution");
}

double draw_first_gap(const FaultClass& fault_class, double mean,
                      boost::random::mt19937_64& generator) {
  // The job starts in the middle of a gap, and more likely in a long one (density x f(x) / mean),
  // at a uniform point of it. Cox, Renewal Theory, 1962: the process is then stationary.
  const double shape = fault_class.shape;
  switch (fault_class.distribution) {
    case Distribution::exponential:
      return draw_gap(fault_class, mean, generator);  // has no memory
    case Distribution::weibull: {
      // With x = scale y^(1/k), the density x f(x) makes y a Gamma(1 + 1/k).
      const double y = boost::random::gamma_distribution<double>(1 + 1 / shape)(generator);
      return uniform(generator) * weibull_scale(shape, mean) * std::pow(y, 1 / shape);
    }
    case Distribution::lognormal: {
      const double mu = lognormal_mu(shape, mean) + shape * shape;
      const double gap = boost::random::lognormal_distribution<double>(mu, shape)(generator);
      return uniform(generator) * gap;
    }
  }
  throw Bug("unknown distribution");
}

FaultSource::FaultSource(const Faults& faults, const Recovery& recovery, int nodes,
                         std::uint64_t seed)
    : recovery_(recovery) {
  require(nodes > 0, "a job has nodes");
  for (const FaultClass& fault_class : faults.classes) {
    add_class(fault_class, fault_class.per_node_day * nodes, nodes, seed);
  }
  add_class({.component = "job", .cause = "stop of the job itself", .evicts_node = false},
            faults.job_per_day, 0, seed);
  add_replay(faults, nodes, seed);
  find_next();
}

void FaultSource::add_class(const FaultClass& fault_class, double per_day, int nodes,
                            std::uint64_t seed) {
  check(fault_class);
  if (!(per_day > 0)) return;
  // Twins (same component, same cause) are told apart by their order.
  const auto twins = std::ranges::count_if(streams_, [&](const Stream& other) {
    return other.fault_class.component == fault_class.component &&
           other.fault_class.cause == fault_class.cause;
  });
  const std::string what =
      fmt::format("{}\n{}\n{}", fault_class.component, fault_class.cause, twins);
  Stream stream{.fault_class = fault_class,
                .mean = seconds_per_day / per_day,
                .nodes = nodes,
                .when = Generator(stream_seed(seed, what, "when")),
                .where = Generator(stream_seed(seed, what, "where")),
                .repair = Generator(stream_seed(seed, what, "repair")),
                .next = {.at = 0,
                         .component = fault_class.component,
                         .cause = fault_class.cause,
                         .evicts_node = fault_class.evicts_node,
                         .noticed = fault_class.noticed,
                         .slow_to = fault_class.slow_to}};
  draw(stream, draw_first_gap(fault_class, stream.mean, stream.when));
  streams_.push_back(std::move(stream));
}

void FaultSource::add_replay(const Faults& faults, int nodes, std::uint64_t seed) {
  Generator repair(stream_seed(seed, "replay", "repair"));
  for (const ReplayedFault& fault : faults.replay) {
    if (fault.node < -1 || fault.node >= nodes) {
      throw Infeasible(fmt::format("faults: the replayed {} strikes node {}, but the job has {}",
                                   fault.component, fault.node, nodes));
    }
    replay_.push_back({.at = to_nanoseconds(fault.at),
                       .component = fault.component,
                       .cause = fault.kind,
                       .place = fault.node,
                       .evicts_node = fault.evicts_node && fault.node >= 0,
                       .repair = draw_repair(repair),
                       .noticed = fault.noticed,
                       .slow_to = fault.slow_to,
                       .duration = fault.duration ? std::optional(to_nanoseconds(*fault.duration))
                                                  : std::nullopt});
  }
  std::ranges::stable_sort(replay_, {}, &Fault::at);
}

void FaultSource::draw(Stream& stream, double gap) {
  stream.next.at = later(stream.next.at, gap);
  if (stream.nodes == 0) return;
  stream.next.place = static_cast<int>(uniform(stream.where) * stream.nodes);
  stream.next.repair = draw_repair(stream.repair);
}

Nanoseconds FaultSource::draw_repair(Generator& generator) const {
  const double median = recovery_.repair_median.value;
  if (!(median > 0)) return 0;
  return to_nanoseconds({boost::random::lognormal_distribution<double>(
      std::log(median), recovery_.repair_sigma)(generator)});
}

const Fault& FaultSource::next() const {
  if (next_ < streams_.size()) return streams_[next_].next;
  return replayed_ < replay_.size() ? replay_[replayed_] : none_;
}

void FaultSource::pop() {
  if (next_ < streams_.size()) {
    Stream& stream = streams_[next_];
    draw(stream, draw_gap(stream.fault_class, stream.mean, stream.when));
  } else {
    ++replayed_;
  }
  find_next();
}

void FaultSource::find_next() {
  // Equal times: the replayed list first, then the classes as listed.
  next_ = streams_.size();
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (streams_[i].next.at < next().at) next_ = i;
  }
}

}  // namespace qianka
