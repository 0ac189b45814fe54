// SPDX-License-Identifier: Apache-2.0
// A few positive unknowns of a model fitted to positive measurements: least squares of the
// logarithms (an error of 10 % counts the same at 20 us and at 20 s) by Gauss and Newton, with
// derivatives by differences of the model, which may be a simulation.
//
// Intervals: 90 %, from the residuals. The covariance is the sandwich (J'J)^-1 J' diag(e^2) J
// (J'J)^-1 with e = residual / (1 - leverage) (MacKinnon and White 1985, HC3), which allows small
// messages to scatter more than large ones; the factor is Student's. With three groups or more,
// points of one group may err together: the covariance by groups (Liang and Zeger 1986) is found
// too, and the wider counts.
#pragma once
#include <functional>
#include <optional>
#include <vector>

namespace qianka {

struct Unknown {
  double start, low, high;
};

struct Sample {
  double measured;
  int group;  // samples that may err together: of one run, of one scenario
};

struct Interval {
  double low = 0, high = 0;
};

struct Estimate {
  enum class State {
    fitted,
    not_felt,  // the samples do not depend on it: stays at its start
    too_low,   // would fall below its least value: stays at its start
    at_most,   // stands at its highest value
  };
  State state = State::fitted;
  double value = 0;
  std::optional<Interval> interval;  // none where there are too few samples
  int samples = 0;                   // that depend on it
};

/// The model's value for every sample, given the unknowns.
using Model = std::function<std::vector<double>(const std::vector<double>&)>;

std::vector<Estimate> fit_logarithms(const std::vector<Unknown>& unknowns,
                                     const std::vector<Sample>& samples, const Model& model);

}  // namespace qianka
