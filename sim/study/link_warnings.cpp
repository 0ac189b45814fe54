// SPDX-License-Identifier: Apache-2.0
#include "sim/study/link_warnings.hpp"

#include "sim/language/language.hpp"
#include "sim/study/peers.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace qianka {
namespace {

// What is worth a look: limits of attention, no figures of the model (study/peers.hpp has one
// more).
constexpr double least_of_catalogue = 0.70;  // bandwidth at the plateau over the catalogue's
constexpr double least_with_nodes = 0.90;    // over the model, relative to the fewest nodes
constexpr double most_misfit = 1.25;         // of time, at any size

std::string name_of(const MeasuredRun& run) {
  return fmt::format("{}:{}: {}, {}", run.file, run.line, run.test, place_of(run));
}

void below_catalogue(const RunFit& fit, std::vector<std::string>& warnings) {
  if (!fit.plateau_catalogue || 1 / *fit.plateau_catalogue >= least_of_catalogue) return;
  warnings.push_back(
      say("{}: {} at large sizes, {} of the {} that the catalogue's links "
          "give",
          name_of(*fit.run), format_bandwidth(fit.measured),
          format_percent(1 / *fit.plateau_catalogue), format_bandwidth(*fit.catalogue)));
}

void wrong_results(const RunFit& fit, std::vector<std::string>& warnings) {
  if (fit.run->wrong_rows == 0) return;
  warnings.push_back(say("{}: {} with wrong results; a card or link corrupts data",
                         name_of(*fit.run), counted(fit.run->wrong_rows, "row")));
}

void slower_than_peers(const RunFit& fit, std::vector<std::string>& warnings) {
  if (fit.of_peers >= least_of_peers) return;
  warnings.push_back(
      say("{}: {}, {} of what the same test reaches elsewhere; left out of "
          "the fit",
          name_of(*fit.run), format_bandwidth(fit.measured), format_percent(fit.of_peers)));
}

/// Collisions, oversubscription and slow nodes show where more nodes take part.
void falls_with_nodes(const std::vector<RunFit>& fits, std::vector<std::string>& warnings) {
  std::map<CollectiveKind, std::vector<const RunFit*>> by_kind;
  for (const RunFit& fit : fits)
    if (fit.run->nodes > 1 && fit.of_peers >= least_of_peers)
      by_kind[fit.run->kind].push_back(&fit);
  for (auto& [kind, runs] : by_kind) {
    std::ranges::stable_sort(runs, {}, [](const RunFit* fit) { return fit->run->nodes; });
    const RunFit& few = *runs.front();
    for (const RunFit* many : runs) {
      const double relative = few.plateau / many->plateau;
      if (many->run->nodes == few.run->nodes || relative >= least_with_nodes) continue;
      warnings.push_back(
          say("{}: bandwidth falls from {} on {} nodes to {} on {}, to {} of what the "
              "model says: collisions, oversubscription or a slow node",
              name_of(*many->run), format_bandwidth(few.measured), few.run->nodes,
              format_bandwidth(many->measured), many->run->nodes, format_percent(relative)));
    }
  }
}

void not_reproduced(const RunFit& fit, std::vector<std::string>& warnings) {
  if (fit.of_peers < least_of_peers || std::max(fit.worst, 1 / fit.worst) < most_misfit) return;
  warnings.push_back(
      say("{}: at {} it takes {:.2f} times as long as simulated; the model "
          "has a latency and a rate, and no change of protocol between them",
          name_of(*fit.run), format_bytes(fit.worst_size), fit.worst));
}

}  // namespace

std::vector<std::string> link_warnings(const CollectiveFit& fit) {
  std::vector<std::string> warnings;
  for (const RunFit& run : fit.runs) {
    wrong_results(run, warnings);
    below_catalogue(run, warnings);
    slower_than_peers(run, warnings);
  }
  falls_with_nodes(fit.runs, warnings);
  for (const LinkFigure& figure : fit.figures)
    if (figure.estimate.state == Estimate::State::at_most)
      warnings.push_back(fmt::format("{}: {}", figure.key, figure.remark.text()));
  for (const RunFit& run : fit.runs) not_reproduced(run, warnings);
  return warnings;
}

}  // namespace qianka
