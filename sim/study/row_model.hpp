// SPDX-License-Identifier: Apache-2.0
// The model of a row: the catalogue's by name, with the row's own integers on top, or one written
// out from the columns and the defaults of its family.
#pragma once
#include "sim/study/known_parts.hpp"
#include "sim/study/row_text.hpp"
#include "sim/study/rules.hpp"

#include <string>
#include <vector>

namespace qianka {

/// Sets the keys below job.model; the integers of the model as the row has it. Throws Infeasible
/// when the columns do not say enough.
ModelSpec write_model(const Measurement& row, const Rules& rules, KnownParts& parts, RowText& text,
                      std::vector<std::string>& notes);

}  // namespace qianka
