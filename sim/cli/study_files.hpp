// SPDX-License-Identifier: Apache-2.0
// The files that studies of published rows read: as given, or as shipped.
#pragma once
#include "sim/study/constant_places.hpp"
#include "sim/study/costs.hpp"
#include "sim/study/measurement.hpp"
#include "sim/study/rules.hpp"

#include <string>
#include <vector>

namespace qianka {

/// The text of a file: the given one, or the shipped one when `given` is "". Throws InputError.
std::string study_file(const std::string& given, const char* shipped);

/// "" = the shipped ones. Throw InputError.
std::vector<Measurement> study_rows(const std::string& given);
Constants study_constants(const std::string& given);
/// The constants that rules name are those of the catalogue.
Rules study_rules(const std::string& given, const ConstantPlaces& places);

/// A file of one's own, or scenarios/costs/<name>.yaml; "" = street-2024. Throws InputError.
CostModel study_costs(const std::string& asked);

/// Processes to use: as asked, or one for each processor.
int study_workers(int asked);

}  // namespace qianka
