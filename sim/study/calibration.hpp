// SPDX-License-Identifier: Apache-2.0
// From files of measurements to a cluster and stacks that reproduce them: the whole path of
// `qianka calibrate`.
#pragma once
#include "sim/study/collective_fit.hpp"
#include "sim/study/stack_fit.hpp"

#include <memory>
#include <string>
#include <vector>

namespace qianka {

/// A file to be written, complete.
struct CalibratedFile {
  std::string name;  // "dgx-h100-rail-calibrated.yaml"
  std::string text;
};

struct Calibration {
  std::string cluster, cluster_name;                  // id, and what reports call it
  std::vector<std::string> files;                     // as they were named
  std::unique_ptr<const Measurements> measured = {};  // the fits point into it
  CollectiveFit links = {};
  std::vector<StackFit> stacks = {};
  std::vector<std::string> warnings = {};
  std::vector<CalibratedFile> written = {};
};

/// `cluster` is a name of the catalogue or the path of a cluster's file. The files that are written
/// are meant to lie in `folder`; nothing is written here. Throws InputError when a file cannot be
/// read or understood, Infeasible when the simulation lacks a figure.
Calibration calibrate(const std::string& cluster, const std::vector<std::string>& files,
                      const std::string& folder);

}  // namespace qianka
