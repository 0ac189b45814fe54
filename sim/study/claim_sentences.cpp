// SPDX-License-Identifier: Apache-2.0
#include "sim/study/claim_sentences.hpp"

#include "sim/study/claim_words.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

using enum ClaimLanguage;

constexpr std::size_t most_flips = 3;  // of one reading, in a sentence

const char* say(ClaimLanguage language, const char* english, const char* chinese) {
  return language == en ? english : chinese;
}

/// "(a) …; (b) …" of all readings that have something to say.
std::string of_all(const ClaimResult& claim, ClaimLanguage language,
                   const std::function<std::string(std::size_t)>& text,
                   bool leave_out_ours = false) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < claim.readings.size(); ++i) {
    const std::string one = text(i);
    if (one.empty() || (leave_out_ours && claim.claim->readings[i].ours)) continue;
    parts.push_back(claim.readings.size() == 1
                        ? one
                        : fmt::format("({}) {}", claim.claim->readings[i].id, one));
  }
  return fmt::format("{}", fmt::join(parts, say(language, "; ", "；")));
}

std::string missing_words(const std::set<std::string>& missing, ClaimLanguage language) {
  return fmt::format("{}", fmt::join(missing, say(language, "; ", "；")));
}

/// What must be so for the reading to hold: the other side of a flip when it holds now.
std::string needs(const ClaimResult& claim, const ReadingResult& reading, const ClaimFlip& flip,
                  ClaimLanguage language) {
  const ClaimInput& input = claim.claim->inputs[flip.input];
  const std::string& what = input.words.in(language);
  const std::string at = amount_words(flip.at, input.unit, language);
  const bool above = flip.upwards != *reading.base;  // it holds above that value
  if (flip.sharp)
    return above ? fmt::format(fmt::runtime(say(language, "{} is at least {}", "{}不低于 {}")),
                               what, at)
                 : fmt::format(fmt::runtime(say(language, "{} is at most {}", "{}不高于 {}")), what,
                               at);
  const std::string base = amount_words(input.base(), input.unit, language);
  return *reading.base
             ? fmt::format(fmt::runtime(say(language, "{} stays near {}, away from {}",
                                            "{}接近 {}，而不是 {}")),
                           what, base, at)
             : fmt::format(
                   fmt::runtime(say(language, "{} is {} rather than {}", "{}为 {} 而不是 {}")),
                   what, at, base);
}

std::string turn(const ClaimResult& claim, const ClaimFlip& flip, ClaimLanguage language) {
  const ClaimInput& input = claim.claim->inputs[flip.input];
  const std::string at = amount_words(flip.at, input.unit, language);
  const char* form = flip.upwards ? say(language, "{} rises above {}", "{}高于 {}")
                                  : say(language, "{} falls below {}", "{}低于 {}");
  if (!flip.sharp)
    form = flip.upwards ? say(language, "{} rises towards {}", "{}升向 {}")
                        : say(language, "{} falls towards {}", "{}降向 {}");
  std::string text = fmt::format(fmt::runtime(form), input.words.in(language), at);
  if (!flip.in_range) text += say(language, " (beyond its range)", "（超出其范围）");
  return text;
}

}  // namespace

std::string verdict_words(ClaimVerdict verdict, ClaimLanguage language) {
  switch (verdict) {
    case ClaimVerdict::holds:
      return say(language, "holds", "成立");
    case ClaimVerdict::holds_if:
      return say(language, "holds if", "有条件成立");
    case ClaimVerdict::does_not_hold:
      return say(language, "does not hold", "不成立");
    case ClaimVerdict::cannot_be_told:
      break;
  }
  return say(language, "cannot be told", "无法判断");
}

std::string sources_words(const Claim& claim) {
  std::vector<std::string> all;
  for (const ClaimSource& source : claim.sources)
    all.push_back(fmt::format("{} ({})", source.letter, source.date));
  return fmt::format("{}", fmt::join(all, ", "));
}

std::string filled_in(const std::string& text, const ClaimOutcome& outcome) {
  return words_with_figures(text, [&](const std::string& name) -> std::optional<double> {
    const auto found = outcome.figures.find(name);
    return found == outcome.figures.end() ? std::nullopt : found->second.value;
  });
}

std::string answer_of(const ClaimResult& claim, std::size_t reading, ClaimLanguage language) {
  return filled_in(claim.claim->readings[reading].answer.in(language), claim.base);
}

std::string answer_of(const ClaimResult& claim, ClaimLanguage language) {
  return of_all(claim, language, [&](std::size_t i) { return answer_of(claim, i, language); });
}

std::string condition_of(const ClaimResult& claim, std::size_t index, ClaimLanguage language) {
  const ReadingResult& reading = claim.readings[index];
  if (!reading.base)
    return say(language, "because ", "因为") + missing_words(reading.missing, language);
  std::vector<std::string> parts;
  for (const ClaimFlip& flip : reading.flips)
    if (flip.in_range && parts.size() < most_flips)
      parts.push_back(needs(claim, reading, flip, language));
  // When it holds now all must stay; when it does not, one of them is enough.
  const std::string text =
      fmt::format("{}", fmt::join(parts, reading.base == true ? say(language, " and ", "，且")
                                                              : say(language, " or ", "，或")));
  if (reading.verdict != ClaimVerdict::cannot_be_told) return text;
  if (text.empty())
    return say(language, "it turns when several unpublished figures move together",
               "若干未公布的数字一起变动时结论翻转");
  return say(language, "it holds if ", "成立的前提是") + text +
         say(language, ", which nobody published", "，而这无人公布");
}

std::string condition_of(const ClaimResult& claim, ClaimLanguage language) {
  bool same = true;
  for (std::size_t i = 0; i < claim.readings.size(); ++i)
    same = same && (claim.claim->readings[i].ours || claim.readings[i].verdict == claim.verdict);
  if (claim.claim->together == Readings::parts || same)
    return of_all(
        claim, language, [&](std::size_t i) { return condition_of(claim, i, language); }, true);
  return of_all(
      claim, language,
      [&](std::size_t i) -> std::string {
        const ReadingResult& reading = claim.readings[i];
        if (claim.verdict == ClaimVerdict::cannot_be_told)
          return reading.verdict == claim.verdict ? condition_of(claim, i, language) : "";
        if (reading.verdict != ClaimVerdict::holds && reading.verdict != ClaimVerdict::holds_if)
          return "";
        const std::string needed = condition_of(claim, i, language);
        std::string meant =
            say(language, "is meant: ", "为所指：") + claim.claim->readings[i].words.in(language);
        return needed.empty() ? meant : meant + say(language, ", and ", "，且") + needed;
      },
      true);
}

std::string flips_of(const ClaimResult& claim, std::size_t index, ClaimLanguage language) {
  const ReadingResult& reading = claim.readings[index];
  if (!reading.base) return say(language, "what is missing is published", "缺少的数字得到公布");
  std::vector<std::string> parts;
  for (const ClaimFlip& flip : reading.flips)
    if (parts.size() < most_flips) parts.push_back(turn(claim, flip, language));
  if (parts.empty()) return say(language, "none of its inputs turns it", "没有输入会翻转它");
  return fmt::format("{}", fmt::join(parts, say(language, ", or ", "，或")));
}

std::string flips_of(const ClaimResult& claim, ClaimLanguage language) {
  return of_all(claim, language, [&](std::size_t i) { return flips_of(claim, i, language); });
}

std::string amount_words(const std::optional<double>& value, const std::string& unit,
                         ClaimLanguage language) {
  if (!value) return say(language, "unknown", "未知");
  return readable(*value) + (unit.empty() ? "" : " " + unit_in(language, unit));
}

std::vector<std::string> missing_of(const ClaimResult& claim, ClaimLanguage language) {
  std::vector<std::string> all = claim.missing;
  for (const ClaimInput& input : claim.claim->inputs) {
    const bool of_a_run = std::ranges::any_of(claim.claim->runs, [&](const ClaimRun& run) {
      return std::ranges::any_of(
          run.set, [&](const auto& entry) { return input_in(entry.second) == input.name; });
    });
    if (input.unknown() && !of_a_run && !input.missing()) all.push_back(input.words.in(language));
  }
  return all;
}

const ClaimFigure* figure_named(const Claim& claim, const std::string& name) {
  const auto found = std::ranges::find(claim.figures, name, &ClaimFigure::name);
  return found == claim.figures.end() ? nullptr : &*found;
}

}  // namespace qianka
