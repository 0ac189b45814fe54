// SPDX-License-Identifier: Apache-2.0
// The words of a report: what each figure is called, in English and as Chinese tenders print it,
// and its definition.
#pragma once
#include "sim/metrics/summary.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace qianka {

struct Term {
  std::string_view english, chinese;  // chinese may be empty
  std::string_view definition;
  bool campaign;  // means something only for a run over time
};

const std::vector<Term>& terms();

/// "ETTR" -> "ETTR (有效训练时长占比)", in Chinese "有效训练时长占比 (ETTR)": tenders print the
/// Chinese one. A name without a Chinese term stays as it is.
std::string bilingual(std::string_view english);

/// The definitions that apply to this summary.
std::vector<NamedText> definitions_of(const Summary& summary);

/// Share of the wall clock in which the job could compute: 1 - (detection + localisation + waiting
/// + restart + load) / wall clock.
double availability(const CampaignSummary& campaign);

}  // namespace qianka
