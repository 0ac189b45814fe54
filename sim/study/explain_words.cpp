// SPDX-License-Identifier: Apache-2.0
#include "sim/study/explain_words.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double worth_a_word = 0.005;  // of the step, or of the wall clock
constexpr std::size_t most_named = 4;

std::string capital(std::string text) {
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

/// Each ends with its full stop; Chinese has no space between two.
std::string after(const std::string& text, const std::string& sentence) {
  return text.empty() ? sentence : say("{0} {1}", text, sentence);
}

/// "The exchange of gradients and parameters over 4 ports of 100 Gb/s a node: 38.0 % of the step,
/// 21.0 % exposed (bound by node0.nic0 -> leaf0)."
std::string part_words(const ExplainedPart& part, Seconds step) {
  std::string text = capital(part.what);
  if (!part.over.empty()) text = say("{} over {}", text, part.over.text());
  const double exposed = part.exposed / step, taken = part.taken.value_or(part.exposed) / step;
  text = say("{}: {} of the step", text, format_percent(taken));
  if (part.taken)
    text += taken - exposed < 1e-6 ? tr(", all of it exposed")
                                   : say(", {} exposed", format_percent(exposed));
  else if (!part.over.empty())
    text += tr(" exposed");
  if (!part.bound_by.empty()) text += say(" (bound by {})", part.bound_by);
  return say("{}.", text);
}

std::string step_words(const Explanation& e) {
  const Seconds step = e.summary.step.time;
  std::string text =
      say("A step takes {} at {} MFU.", format_time(step), format_percent(e.summary.step.mfu));
  std::size_t named = 0;
  for (const ExplainedPart& part : e.parts) {
    const double share = std::max(part.exposed, part.taken.value_or(Seconds{0})) / step;
    if (share >= worth_a_word && named++ <= most_named) text = after(text, part_words(part, step));
  }
  return text;
}

std::string weeks_words(const Explanation& e) {
  const CampaignSummary& weeks = *e.summary.campaign;
  std::string text = say("Of {}, through {}, {} is training", format_time(weeks.wall),
                         counted(weeks.failures, "failure"), percent(weeks.ettr, 2));
  std::vector<std::pair<double, std::string>> losses;
  for (int i = 0; i < account_kinds; ++i) {
    const auto kind = static_cast<AccountKind>(i);
    const double share =
        static_cast<double>(weeks.account_ns[i]) / static_cast<double>(weeks.wall_ns);
    std::string name = account_name(kind);
    std::ranges::replace(name, '_', ' ');
    if (kind != AccountKind::productive && share >= worth_a_word)
      losses.emplace_back(share, fmt::format("{} {}", percent(share, 2), tr(name)));
  }
  std::ranges::stable_sort(losses, std::ranges::greater{}, &std::pair<double, std::string>::first);
  std::string names;
  for (auto& [share, name] : losses) names = names.empty() ? name : say("{}, {}", names, name);
  return names.empty() ? say("{}.", text) : say("{}; {}.", text, names);
}

std::string gain_words(const ExplainRow& row, const Explanation& e) {
  if (e.seeds > 0) return say("{:+.2f} % tokens a day", 100 * row.gain);
  return say("a step would take {}, {} less", format_time(row.step),
             format_percent(1 - row.step / e.summary.step.time));
}

/// The first of the rows that helps at all, and leaves the training what it is; null when none
/// does.
const ExplainRow* best(const std::vector<ExplainRow>& rows) {
  const auto row = std::ranges::find(rows, true, &ExplainRow::same_training);
  const bool helps = row != rows.end() && row->refusal.empty() && row->gain > 1e-6;
  return helps ? &*row : nullptr;
}

std::string help_words(const Explanation& e) {
  std::string text;
  if (const ExplainRow* row = best(e.limits))
    text = say("What limits it most: as if “{}”, {}.", row->what.text(), gain_words(*row, e));
  const ExplainRow* row = best(e.steps);
  if (row == nullptr) return after(text, tr("Nothing that can be had and was tried helps."));
  return after(text, say("Of what can be had, {} helps most: {} ({}).", row->what.text(),
                         gain_words(*row, e), sets_text(row->sets)));
}

}  // namespace

std::vector<std::string> explain_words(const Explanation& e) {
  std::vector<std::string> words{step_words(e)};
  if (e.summary.campaign) words.push_back(weeks_words(e));
  words.push_back(help_words(e));
  return words;
}

}  // namespace qianka
