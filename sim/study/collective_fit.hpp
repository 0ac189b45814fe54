// SPDX-License-Identifier: Apache-2.0
// The rates and latencies of a cluster's links, so that the simulation of each measured collective
// takes the time that was measured: runs inside a node give the links between its cards, runs over
// several nodes the network. Two ends of a curve count: the floor, where time no longer falls with
// size, and the plateau, where bandwidth no longer rises. Between them libraries change protocols,
// which is not modelled; what that costs is reported.
#pragma once
#include "sim/language/said.hpp"
#include "sim/scenario/cluster_spec.hpp"
#include "sim/study/least_squares.hpp"
#include "sim/study/measured_run.hpp"
#include "sim/units/parse_quantity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// One figure of the cluster's file.
struct LinkFigure {
  std::string key;  // "node.scale_up_efficiency"
  Dimension dimension = Dimension::fraction;
  std::optional<double> catalogue = {};  // nothing where it is unknown
  Estimate estimate = {};                // its value as it is written, at four digits
  std::string from = {};                 // files and lines of the runs
  Said remark = {};  // why the catalogue's value stays, or what is odd about this one

  /// False: the catalogue's value stays.
  [[nodiscard]] bool found() const {
    return estimate.state == Estimate::State::fitted || estimate.state == Estimate::State::at_most;
  }
};

/// A measured curve beside the simulated ones.
struct RunFit {
  const MeasuredRun* run = nullptr;
  double of_peers = 1;  // its bandwidth over that of the same test elsewhere (study/peers.hpp)
  double plateau = 1;   // measured time over calibrated, mean over the plateau
  std::optional<double> plateau_catalogue = {};  // the same over the catalogue's
  Bandwidth measured = {}, simulated = {};       // bus bandwidth at the plateau's largest size
  std::optional<Bandwidth> catalogue = {};
  Seconds measured_floor = {}, simulated_floor = {};  // time of the smallest size
  Bytes worst_size = {};  // where the calibrated cluster is furthest off,
  double worst = 1;       // measured time over simulated there
};

struct CollectiveFit {
  ClusterSpec cluster;  // with the fitted figures
  std::vector<LinkFigure> figures;
  std::vector<RunFit> runs;
};

/// The result points into `runs`.
CollectiveFit fit_collectives(const ClusterSpec& catalogue, const std::vector<MeasuredRun>& runs);

/// Puts the figures that were found into a cluster: the calibrated one, or a scenario's that uses
/// it.
void apply_figures(const std::vector<LinkFigure>& figures, ClusterSpec& cluster);

/// Points of the plateau, by index: at least 90 % of the run's best bus bandwidth.
std::vector<std::size_t> plateau_of(const MeasuredRun& run);
/// Points of the floor: at most half as long again as the shortest.
std::vector<std::size_t> floor_of(const MeasuredRun& run);

/// Four significant digits, as values are written: "0.8213", "1.625 us".
std::string figure_text(Dimension dimension, double value);
/// The value that is read back from its text.
double as_written(Dimension dimension, double value);

}  // namespace qianka
