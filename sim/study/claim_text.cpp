// SPDX-License-Identifier: Apache-2.0
#include "sim/report/table.hpp"
#include "sim/study/claim_report.hpp"
#include "sim/study/claim_sentences.hpp"
#include "sim/study/claim_words.hpp"

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

using enum ClaimLanguage;

const char* say(ClaimLanguage language, const char* english, const char* chinese) {
  return language == en ? english : chinese;
}

std::string inputs_text(const Claim& claim, ClaimLanguage language) {
  TextTable table{.columns = {{say(language, "input", "输入")},
                              {say(language, "value", "取值"), Align::right},
                              {say(language, "range", "范围")},
                              {say(language, "what", "含义")}}};
  for (const ClaimInput& input : claim.inputs)
    table.rows.push_back(
        {input.name, amount_words(input.value, input.unit, language),
         input.low ? fmt::format("{} … {}", readable(*input.low), readable(*input.high)) : "",
         input.words.in(language)});
  return render(table);
}

std::string figures_text(const ClaimResult& result, ClaimLanguage language) {
  TextTable table{.columns = {{say(language, "working", "推算")},
                              {say(language, "value", "值"), Align::right},
                              {say(language, "expression", "算式")}}};
  for (const ClaimFigure& figure : result.claim->figures)
    table.rows.push_back(
        {figure.name,
         amount_words(result.base.figures.at(figure.name).value, figure.unit, language),
         figure.expression});
  return render(table);
}

std::string sensitivity_text(const ClaimResult& result, ClaimLanguage language) {
  TextTable table{.columns = {{result.claim->headline},
                              {say(language, "with it at", "取")},
                              {say(language, "it is", "得")}}};
  for (const ClaimSwing& swing : result.swings) {
    std::vector<std::string> at, gives;
    for (std::size_t i = 0; i < swing.at.size(); ++i) {
      at.push_back(readable(swing.at[i]));
      gives.push_back(readable(swing.headline[i]));
    }
    table.rows.push_back({result.claim->inputs[swing.input].name,
                          fmt::format("{}", fmt::join(at, " / ")),
                          fmt::format("{}", fmt::join(gives, " / "))});
  }
  return render(table);
}

}  // namespace

std::string claims_text(const std::vector<ClaimResult>& claims, ClaimLanguage language) {
  TextTable table{.columns = {{say(language, "claim", "说法")},
                              {say(language, "verdict", "结论")},
                              {say(language, "answer", "回答")}}};
  std::map<ClaimVerdict, int> counts;
  for (const ClaimResult& result : claims) {
    table.rows.push_back({result.claim->id, verdict_words(result.verdict, language),
                          result.claim->system.in(language) + say(language, ": ", "：") +
                              answer_of(result, language)});
    ++counts[result.verdict];
  }
  std::vector<std::string> parts;
  for (const auto& [verdict, count] : counts)
    parts.push_back(fmt::format("{} {}", count, verdict_words(verdict, language)));
  return render(table) + "\n" + fmt::format("{}: {}\n", claims.size(), fmt::join(parts, ", "));
}

std::string claim_text(const ClaimResult& result, ClaimLanguage language) {
  const Claim& claim = *result.claim;
  std::string text =
      fmt::format("{}: {} — {}\n", claim.id, claim.system.in(language),
                  verdict_words(result.verdict, language)) +
      paragraph(claim.said.in(language)) +
      paragraph(fmt::format("{} {}", say(language, "Source:", "来源："), sources_words(claim))) +
      "\n";
  for (std::size_t i = 0; i < result.readings.size(); ++i) {
    const ClaimReading& reading = claim.readings[i];
    const std::string condition = condition_of(result, i, language);
    text += fmt::format("({}) {} — {}{}\n", reading.id, reading.words.in(language),
                        verdict_words(result.readings[i].verdict, language),
                        condition.empty() ? "" : ": " + condition);
    text += paragraph(answer_of(result, i, language));
    text += paragraph(say(language, "Turned by: ", "翻转：") + flips_of(result, i, language));
  }
  if (!claim.remarks.en.empty())
    text += "\n" + paragraph(filled_in(claim.remarks.in(language), result.base));
  for (const std::string& what : missing_of(result, language))
    text += paragraph(say(language, "Missing: ", "缺少：") + what);
  text += "\n" + inputs_text(claim, language) + "\n" + figures_text(result, language);
  if (!result.swings.empty()) text += "\n" + sensitivity_text(result, language);
  return text;
}

}  // namespace qianka
