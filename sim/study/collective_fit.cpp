// SPDX-License-Identifier: Apache-2.0
#include "sim/study/collective_fit.hpp"

#include "sim/language/said.hpp"
#include "sim/study/collective_model.hpp"
#include "sim/study/peers.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// What of a cluster is fitted, and which runs tell.
struct Knob {
  const char* key;
  Dimension dimension;
  bool across;  // by runs over several nodes; else by those inside one
  std::optional<double> (*get)(const ClusterSpec&);
  void (*set)(ClusterSpec&, double);
};

std::optional<double> scale_up_efficiency(const ClusterSpec& cluster) {
  const NodeSpec& node = cluster.node;
  if (node.scale_up_efficiency) return node.scale_up_efficiency;
  if (node.scale_up == ScaleUp::pcie) return 1;  // topology/node_template.cpp
  return node.accelerator.scale_up_efficiency;
}

constexpr std::array knobs{
    Knob{"node.scale_up_efficiency", Dimension::fraction, false, scale_up_efficiency,
         [](ClusterSpec& cluster, double value) { cluster.node.scale_up_efficiency = value; }},
    Knob{"node.scale_up_latency", Dimension::time, false,
         [](const ClusterSpec& cluster) {
           return std::optional(cluster.node.scale_up_latency.value);
         },
         [](ClusterSpec& cluster, double value) { cluster.node.scale_up_latency = {value}; }},
    Knob{"fabric.transport_efficiency", Dimension::fraction, true,
         [](const ClusterSpec& cluster) {
           return std::optional(cluster.fabric.transport_efficiency);
         },
         [](ClusterSpec& cluster, double value) { cluster.fabric.transport_efficiency = value; }},
    Knob{"fabric.message_latency", Dimension::time, true,
         [](const ClusterSpec& cluster) {
           return std::optional(cluster.fabric.message_latency.value);
         },
         [](ClusterSpec& cluster, double value) { cluster.fabric.message_latency = {value}; }},
};

/// Where the search begins and what it may not leave. An efficiency is a share; a latency below 1
/// ns is none, and one of 1 s is no network. Where the catalogue has none: 1 us.
Unknown unknown_of(const Knob& knob, const ClusterSpec& cluster) {
  const double known = knob.get(cluster).value_or(0);
  if (knob.dimension == Dimension::fraction) return {known > 0 ? known : 0.5, 1e-3, 1};
  return {known > 1e-9 ? known : 1e-6, 1e-9, 1};
}

std::vector<PointOf> points_at(const MeasuredRun& run, const std::vector<std::size_t>& which) {
  std::vector<PointOf> points;
  for (const std::size_t i : which) points.push_back({&run, &run.points[i]});
  return points;
}

std::vector<PointOf> all_points(const MeasuredRun& run) {
  std::vector<PointOf> points;
  for (const MeasuredPoint& point : run.points) points.push_back({&run, &point});
  return points;
}

std::string lines_of(const MeasuredRun& run) {
  return fmt::format("{} lines {}-{}", run.file, run.points.front().line, run.points.back().line);
}

Said remark(Estimate::State state, Dimension dimension, bool any_runs) {
  const bool efficiency = dimension == Dimension::fraction;
  if (!any_runs) return said("no run tells");
  switch (state) {
    case Estimate::State::fitted:
      return {};
    case Estimate::State::not_felt:
      return efficiency ? said("no size is large enough to tell")
                        : said("no size is small enough to tell");
    case Estimate::State::too_low:
      return efficiency
                 ? said("the links would have to be a thousand times slower")
                 : said(
                       "small messages are faster than the rounds of a ring: a tree, which is "
                       "not modelled");
    case Estimate::State::at_most:
      return said("faster than the nominal rate: a reduction inside the switch, or another card");
  }
  throw Bug("unknown state of an estimate");
}

/// Fits the knobs of one kind of run, the others being as `cluster` has them.
void fit_knobs(const std::vector<MeasuredRun>& runs, const std::vector<double>& of_peers,
               bool across, const ClusterSpec& cluster, std::vector<LinkFigure>& figures) {
  std::vector<PointOf> points;
  std::vector<Sample> samples;
  std::vector<std::string> from;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const MeasuredRun& run = runs[r];
    if ((run.nodes > 1) != across || of_peers[r] < least_of_peers) continue;
    from.push_back(lines_of(run));
    std::vector<std::size_t> ends = plateau_of(run);
    for (const std::size_t i : floor_of(run))
      if (std::ranges::find(ends, i) == ends.end()) ends.push_back(i);
    for (const PointOf& point : points_at(run, ends)) {
      points.push_back(point);
      samples.push_back({point.point->time.value, static_cast<int>(r)});
    }
  }
  std::vector<const Knob*> own;
  std::vector<Unknown> unknowns;
  for (const Knob& knob : knobs) {
    if (knob.across != across) continue;
    own.push_back(&knob), unknowns.push_back(unknown_of(knob, cluster));
  }
  const auto estimates = fit_logarithms(unknowns, samples, [&](const std::vector<double>& values) {
    ClusterSpec tried = cluster;
    for (std::size_t k = 0; k < own.size(); ++k) own[k]->set(tried, values[k]);
    std::vector<double> times;
    for (const Seconds time : simulate_points(tried, points)) times.push_back(time.value);
    return times;
  });
  for (std::size_t k = 0; k < own.size(); ++k) {
    LinkFigure figure{.key = own[k]->key,
                      .dimension = own[k]->dimension,
                      .catalogue = own[k]->get(cluster),
                      .estimate = estimates[k]};
    figure.remark = remark(estimates[k].state, figure.dimension, !points.empty());
    if (figure.found()) figure.from = fmt::format("{}", fmt::join(from, ", "));
    figure.estimate.value = figure.found() ? as_written(figure.dimension, estimates[k].value)
                                           : figure.catalogue.value_or(0);
    figures.push_back(std::move(figure));
  }
}

double mean_ratio(const MeasuredRun& run, const std::vector<std::size_t>& which,
                  const std::vector<Seconds>& simulated) {
  double sum = 0;
  for (std::size_t i = 0; i < which.size(); ++i)
    sum += std::log(run.points[which[i]].time / simulated[i]);
  return std::exp(sum / static_cast<double>(which.size()));
}

/// The catalogue's own time for the plateau; nothing when it does not know its links.
std::optional<std::vector<Seconds>> by_catalogue(const ClusterSpec& catalogue,
                                                 const std::vector<PointOf>& points) {
  if (!scale_up_efficiency(catalogue)) return std::nullopt;
  return simulate_points(catalogue, points);
}

RunFit compare(const ClusterSpec& catalogue, const ClusterSpec& fitted, const MeasuredRun& run) {
  RunFit fit{.run = &run};
  const auto bus = [&](const MeasuredPoint& point, Seconds time) {
    return bus_bandwidth(run, {point.line, point.bytes, time});
  };
  const std::vector<Seconds> all = simulate_points(fitted, all_points(run));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double ratio = run.points[i].time / all[i];
    if (std::abs(std::log(ratio)) <= std::abs(std::log(fit.worst))) continue;
    fit.worst = ratio, fit.worst_size = run.points[i].bytes;
  }
  const std::vector<std::size_t> plateau = plateau_of(run);
  std::vector<Seconds> here;
  for (const std::size_t i : plateau) here.push_back(all[i]);
  fit.plateau = mean_ratio(run, plateau, here);
  const auto largest = std::ranges::max_element(
      plateau, {}, [&](std::size_t i) { return run.points[i].bytes.value; });
  const MeasuredPoint& top = run.points[*largest];
  fit.measured = bus_bandwidth(run, top);
  fit.simulated = bus(top, all[*largest]);
  if (const auto before = by_catalogue(catalogue, points_at(run, plateau))) {
    fit.plateau_catalogue = mean_ratio(run, plateau, *before);
    fit.catalogue = bus(top, (*before)[static_cast<std::size_t>(largest - plateau.begin())]);
  }
  const auto smallest = std::ranges::min_element(
      run.points, {}, [](const MeasuredPoint& point) { return point.bytes.value; });
  fit.measured_floor = smallest->time;
  fit.simulated_floor = all[static_cast<std::size_t>(smallest - run.points.begin())];
  return fit;
}

}  // namespace

std::string figure_text(Dimension dimension, double value) {
  if (dimension == Dimension::time) return fmt::format("{:.4g} us", value * 1e6);
  return fmt::format("{:.4g}", value);
}

double as_written(Dimension dimension, double value) {
  return parse_quantity(figure_text(dimension, value), dimension);
}

std::vector<std::size_t> plateau_of(const MeasuredRun& run) {
  constexpr double share = 0.9;
  double best = 0;
  for (const MeasuredPoint& point : run.points)
    best = std::max(best, bus_bandwidth(run, point).value);
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < run.points.size(); ++i)
    if (bus_bandwidth(run, run.points[i]).value >= share * best) result.push_back(i);
  return result;
}

std::vector<std::size_t> floor_of(const MeasuredRun& run) {
  constexpr double most = 1.5;
  Seconds least = run.points.front().time;
  for (const MeasuredPoint& point : run.points) least = std::min(least, point.time);
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < run.points.size(); ++i)
    if (run.points[i].time <= most * least) result.push_back(i);
  return result;
}

void apply_figures(const std::vector<LinkFigure>& figures, ClusterSpec& cluster) {
  for (const LinkFigure& figure : figures)
    for (const Knob& knob : knobs)
      if (figure.found() && figure.key == knob.key) knob.set(cluster, figure.estimate.value);
}

CollectiveFit fit_collectives(const ClusterSpec& catalogue, const std::vector<MeasuredRun>& runs) {
  CollectiveFit fit{catalogue, {}, {}};
  const std::vector<double> of_peers = shares_of_peers(runs);
  for (const bool across : {false, true}) {
    fit_knobs(runs, of_peers, across, fit.cluster, fit.figures);
    apply_figures(fit.figures, fit.cluster);
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    fit.runs.push_back(compare(catalogue, fit.cluster, runs[i]));
    fit.runs.back().of_peers = of_peers[i];
  }
  return fit;
}

}  // namespace qianka
