// SPDX-License-Identifier: Apache-2.0
#include "sim/study/calibration.hpp"

#include "sim/scenario/catalogue.hpp"
#include "sim/study/calibrated_files.hpp"
#include "sim/study/link_warnings.hpp"
#include "sim/study/measurement_files.hpp"

#include <utility>

namespace qianka {

Calibration calibrate(const std::string& cluster, const std::vector<std::string>& files,
                      const std::string& folder) {
  const ClusterSpec catalogue = load_cluster(cluster);
  Calibration result{.cluster = catalogue.id, .cluster_name = catalogue.name, .files = files};
  result.measured = std::make_unique<const Measurements>(
      read_measurements(files, catalogue.id, catalogue.node.cards));
  result.links = fit_collectives(catalogue, result.measured->runs);
  result.stacks = fit_stacks(result.links.figures, result.measured->steps);
  result.warnings = link_warnings(result.links);
  result.written = calibrated_files(result, cluster, folder);
  return result;
}

}  // namespace qianka
