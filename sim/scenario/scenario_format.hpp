// SPDX-License-Identifier: Apache-2.0
// The field tables of a scenario file, and what is printed from them: the reference and the schema.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/faults_format.hpp"
#include "sim/scenario/scenario.hpp"

#include <string>
#include <vector>

namespace qianka {

/// A scenario as its file has it; its faults are filled from the text afterwards.
struct ScenarioText : Scenario {
  FaultsText faults_text;
};

const Table<ScenarioText>& scenario_table();

/// docs/scenario-format.md: every key with type, default and meaning.
std::string reference_markdown();
/// JSON Schema, draft-07, for editors: of a scenario, and of a file of the catalogue that is one of
/// these kinds (catalogue_kinds()).
std::string json_schema();
std::string json_schema_of(const std::vector<std::string>& kinds, const std::string& title);

}  // namespace qianka
