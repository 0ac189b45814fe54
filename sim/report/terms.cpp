// SPDX-License-Identifier: Apache-2.0
#include "sim/report/terms.hpp"

#include "sim/language/language.hpp"
#include "sim/metrics/accounting.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace qianka {

const std::vector<Term>& terms() {
  static const std::vector<Term> all{
      {"MFU", "模型算力利用率",
       marked(
           "model FLOPs of a step, recomputation left out / (step time x cards x dense peak of the "
           "precision)"),
       false},
      {"HFU", "硬件算力利用率", marked("the same with the FLOPs of recomputation"), false},
      {"parallel efficiency", "并行效率",
       marked(
           "tokens/s per card / tokens/s per card of the smallest run that fits: the same tensor x "
           "context x pipeline x "
           "expert layout, the least data parallelism, the batch in proportion"),
       false},
      {"ETTR", "有效训练时长占比",
       marked("(productive + degraded) / wall clock of the job, from its first start; work that a "
              "failure "
              "takes back counts until then, doing it again does not"),
       true},
      {"goodput", "",
       marked("tokens kept / (wall clock x tokens/s of the healthy cluster); degradation counts as "
              "loss"),
       true},
      {"end-to-end MFU", "端到端算力利用率",
       marked(
           "model FLOPs of the tokens kept / (all cards of the cluster, spares and cards in repair "
           "included, x dense peak x "
           "wall clock)"),
       true},
      {"availability", "可用度",
       marked("1 - (detection + localisation + waiting + restart + load) / wall clock: the share "
              "in which "
              "the job can compute"),
       true},
      {"MTBF", "平均无故障时间", marked("wall clock / failures that stopped the job"), true},
      {"recovery", "断点续训恢复时长",
       marked("mean time from a failure to the step the job had reached when it struck: down time, "
              "and "
              "the lost work done "
              "again"),
       true},
  };
  return all;
}

std::string bilingual(std::string_view english) {
  const auto term = std::ranges::find(terms(), english, &Term::english);
  if (term == terms().end() || term->chinese.empty()) return tr(std::string(english));
  const bool in_chinese = current_language() == Language::zh;
  const auto [first, second] = in_chinese ? std::pair(term->chinese, term->english)
                                          : std::pair(term->english, term->chinese);
  return fmt::format("{} ({})", first, second);
}

std::vector<NamedText> definitions_of(const Summary& summary) {
  std::vector<NamedText> result;
  for (const Term& term : terms())
    if (summary.campaign || !term.campaign)
      result.push_back({std::string(term.english), tr(std::string(term.definition))});
  return result;
}

double availability(const CampaignSummary& campaign) {
  if (campaign.wall_ns == 0) return 1;
  return 1 - static_cast<double>(time_down(campaign)) / static_cast<double>(campaign.wall_ns);
}

}  // namespace qianka
