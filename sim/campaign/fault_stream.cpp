// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/fault_stream.hpp"

#include "sim/units/require.hpp"
#include "sim/units/splitmix.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>
#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/geometric_distribution.hpp>
#include <boost/random/lognormal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/weibull_distribution.hpp>

namespace qianka {
namespace {

constexpr double seconds_per_day = 86'400;

/// The scale of a Weibull distribution of this mean: mean = scale x Gamma(1 + 1/k).
double weibull_scale(double shape, double mean) {
  return mean / boost::math::tgamma(1 + 1 / shape);
}

/// ln of the median of a lognormal distribution of this mean: mean = exp(mu + sigma^2 / 2).
double lognormal_mu(double sigma, double mean) { return std::log(mean) - sigma * sigma / 2; }

Nanoseconds later(Nanoseconds from, double gap) {
  return std::min(from + to_nanoseconds({gap}), longest_span);
}

/// Of all faults of a class, how many are no followers of another.
double share_of_first(const Bursts& bursts) {
  return 1 / (1 + bursts.share * std::max(1.0, bursts.followers));
}

}  // namespace

std::uint64_t stream_seed(std::uint64_t seed, std::string_view what, std::string_view purpose) {
  // FNV-1a over the bytes, then finalised: near texts, far seeds.
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto mix = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3ULL; };
  for (int shift = 0; shift < 64; shift += 8) mix(static_cast<unsigned char>(seed >> shift));
  for (const char c : what) mix(static_cast<unsigned char>(c));
  mix(0);
  for (const char c : purpose) mix(static_cast<unsigned char>(c));
  return splitmix_finalised(hash);
}

Draws::Generator& Draws::generator() {
  if (!generator_) generator_ = std::make_unique<Generator>(seed_);
  return *generator_;
}

double Draws::uniform() { return boost::random::uniform_01<double>()(generator()); }

double draw_gap(const FaultClass& fault_class, double mean, Draws& draws) {
  const double shape = fault_class.shape;
  Draws::Generator& generator = draws.generator();
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

double draw_first_gap(const FaultClass& fault_class, double mean, Draws& draws) {
  // The job starts in the middle of a gap, and more likely in a long one (density x f(x) / mean),
  // at a uniform point of it. Cox, Renewal Theory, 1962: the process is then stationary.
  const double shape = fault_class.shape;
  Draws::Generator& generator = draws.generator();
  switch (fault_class.distribution) {
    case Distribution::exponential:
      return draw_gap(fault_class, mean, draws);  // has no memory
    case Distribution::weibull: {
      // With x = scale y^(1/k), the density x f(x) makes y a Gamma(1 + 1/k).
      const double y = boost::random::gamma_distribution<double>(1 + 1 / shape)(generator);
      return draws.uniform() * weibull_scale(shape, mean) * std::pow(y, 1 / shape);
    }
    case Distribution::lognormal: {
      const double mu = lognormal_mu(shape, mean) + shape * shape;
      const double gap = boost::random::lognormal_distribution<double>(mu, shape)(generator);
      return draws.uniform() * gap;
    }
  }
  throw Bug("unknown distribution");
}

FaultStream::FaultStream(const FaultClass& fault_class, double per_day, int targets,
                         std::uint64_t seed, const std::string& what)
    : class_(fault_class),
      calendar_(fault_class.calendar),
      mean_(seconds_per_day / (per_day * share_of_first(fault_class.bursts))),
      targets_(targets),
      when_(stream_seed(seed, what, "when")),
      where_(stream_seed(seed, what, "where")),
      company_(stream_seed(seed, what, "company")) {
  lead(draw_first_gap(class_, mean_, when_));
  choose();
}

void FaultStream::lead(double gap) {
  if (calendar_.plain()) {
    lead_ = later(lead_, gap);
    return;
  }
  own_ += gap;
  const double wall = calendar_.wall(own_);
  lead_ = std::isfinite(wall) ? later(0, wall) : longest_span;
}

void FaultStream::bring_followers() {
  const Bursts& bursts = class_.bursts;
  if (!(bursts.share > 0) || company_.uniform() >= bursts.share) return;
  int count = 1;
  if (bursts.followers > 1) {
    count += boost::random::geometric_distribution<int>(1 / bursts.followers)(company_.generator());
  }
  for (; count > 0; --count)
    followers_.push_back(later(lead_, company_.uniform() * bursts.within.value));
  std::ranges::sort(followers_);
}

void FaultStream::pop() {
  if (!followers_.empty() && followers_.front() == at_) {
    followers_.erase(followers_.begin());
  } else {
    bring_followers();
    lead(draw_gap(class_, mean_, when_));
  }
  choose();
}

void FaultStream::choose() {
  at_ = followers_.empty() ? lead_ : std::min(lead_, followers_.front());
  target_ = targets_ == 0 ? -1 : static_cast<int>(where_.uniform() * targets_);
}

}  // namespace qianka
