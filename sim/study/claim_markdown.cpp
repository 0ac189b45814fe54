// SPDX-License-Identifier: Apache-2.0
#include "sim/study/claim_report.hpp"
#include "sim/study/claim_sentences.hpp"
#include "sim/study/claim_words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

using enum ClaimLanguage;

/// One page being written in one language.
class Page {
 public:
  explicit Page(ClaimLanguage language) : language_(language) {}

  void line(const std::string& text = "") { text_ += text + "\n"; }
  void row(const std::vector<std::string>& cells) {
    std::string line = "|";
    for (const std::string& cell : cells) line += " " + escaped(cell) + " |";
    this->line(line);
  }
  void head(const std::vector<std::string>& cells) {
    line();
    row(cells);
    line("|" + fmt::format("{}", fmt::join(std::vector<std::string>(cells.size(), " --- |"), "")));
  }
  [[nodiscard]] const char* say(const char* english, const char* chinese) const {
    return language_ == en ? english : chinese;
  }
  [[nodiscard]] ClaimLanguage language() const { return language_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  static std::string escaped(const std::string& cell) {
    std::string text;
    for (const char c : cell) text += c == '|' ? "\\|" : std::string(1, c);
    return text;
  }

  ClaimLanguage language_;
  std::string text_;
};

void write_top(Page& page, const std::vector<ClaimResult>& claims) {
  page.line(page.say("# What the industry said, replayed", "# 行业说法逐条复算"));
  page.line();
  page.line(
      page.say("<!-- written by qianka claims --pages docs: edit scenarios/claims/ instead -->",
               "<!-- 由 qianka claims --pages docs 生成：请改 scenarios/claims/ -->"));
  page.line(page.say(
      "Five Chinese-language texts of 2023 and 2024 made claims about clusters that buyers acted "
      "on. "
      "Each is a file below\n`scenarios/claims/`: the source's words, the numbers that go in with "
      "their sources and ranges, runs of the simulator, and a\ntest for every reading of the "
      "words. "
      "`qianka claims` judges them all, `qianka claims c01` shows one.",
      "2023 至 2024 年的五份中文资料对集群下过一批判断，有人据此采购。每条判断是 "
      "`scenarios/claims/` "
      "下的一个文件：原话、\n输入的数字及其来源与范围、模拟器的运行，以及每种读法的检验式。`qianka "
      "claims` "
      "逐条判定，`qianka claims c01` 显示其中一条。"));
  page.line();
  page.line(page.say(
      "Sources: A = expert call, 10 April 2024; B = article, 29 August 2023;\n"
      "C = article, 9 May 2023; D = expert call, spring 2023; E = broker's report, early 2023.\n"
      "Chinese words in quotation marks are the source's own, the rest is paraphrased.\n\n"
      "A verdict is *holds* or *does not hold* when it stays the same over the range of every\n"
      "input, one at a time; *holds if* names the input that turns it; *cannot be told* names\n"
      "the figure that nobody published.",
      "来源：A = 专家电话会，2024 年 4 月 10 日；B = 文章，2023 年 8 月 29 日；\n"
      "C = 文章，2023 年 5 月 9 日；D = 专家电话会，2023 年春；E = 券商报告，2023 年初。\n"
      "引号内为原话，其余为转述。\n\n"
      "每次只动一个输入、走遍其范围，结论都不变，才算“成立”或“不成立”；\n"
      "“有条件成立”指出会翻转结论的输入；“无法判断”指出无人公布的数字。"));
  page.head(
      {"", page.say("about", "对象"), page.say("verdict", "结论"), page.say("condition", "条件")});
  for (const ClaimResult& claim : claims)
    page.row({fmt::format("[{0}](#{0})", claim.claim->id), claim.claim->system.in(page.language()),
              verdict_words(claim.verdict, page.language()), condition_of(claim, page.language())});
}

void write_readings(Page& page, const ClaimResult& result) {
  page.head({page.say("reading", "读法"), page.say("answer", "回答"), page.say("verdict", "结论"),
             page.say("turns when", "何时翻转")});
  for (std::size_t i = 0; i < result.readings.size(); ++i) {
    const ClaimReading& reading = result.claim->readings[i];
    const std::string condition = condition_of(result, i, page.language());
    page.row({fmt::format("({}) {}", reading.id, reading.words.in(page.language())),
              answer_of(result, i, page.language()),
              verdict_words(result.readings[i].verdict, page.language()) +
                  (condition.empty() ? "" : page.say(": ", "：") + condition),
              flips_of(result, i, page.language())});
  }
}

std::string range_words(const ClaimInput& input) {
  return input.low ? fmt::format("{} … {}", readable(*input.low), readable(*input.high)) : "";
}

void write_working(Page& page, const ClaimResult& result) {
  const Claim& claim = *result.claim;
  page.head({page.say("input", "输入"), page.say("value", "取值"), page.say("range", "范围"),
             page.say("source", "来源")});
  for (const ClaimInput& input : claim.inputs)
    page.row({fmt::format("{} `{}`", input.words.in(page.language()), input.name),
              amount_words(input.value, input.unit, page.language()), range_words(input),
              input.source});
  if (claim.figures.empty()) return;
  page.head({page.say("working", "推算"), page.say("expression", "算式"), page.say("value", "值")});
  for (const ClaimFigure& figure : claim.figures)
    page.row(
        {fmt::format("{} `{}`", figure.words.in(page.language()), figure.name),
         "`" + figure.expression + "`",
         amount_words(result.base.figures.at(figure.name).value, figure.unit, page.language())});
}

/// Which runs the working names, and where they stand.
void write_runs(Page& page, const ClaimResult& result) {
  if (result.claim->runs.empty()) return;
  std::vector<std::string> names;
  for (const ClaimRun& run : result.claim->runs) names.push_back("`" + run.name + "`");
  page.line();
  page.line(fmt::format(fmt::runtime(page.say("Runs, in full in [{0}]({1}): {2}.",
                                              "运行（全文见 [{0}]({1})）：{2}。")),
                        "scenarios/claims/" + result.claim->id + ".yaml",
                        "../scenarios/claims/" + result.claim->id + ".yaml",
                        fmt::join(names, ", ")));
}

/// A bar as long as the swing is wide.
std::string bar(const ClaimSwing& swing, double widest) {
  constexpr double longest = 20;
  const double width =
      std::abs(swing.headline.back().value_or(0) - swing.headline.front().value_or(0));
  const int blocks = widest > 0 ? static_cast<int>(std::lround(longest * width / widest)) : 0;
  std::string text;
  for (int i = 0; i < blocks; ++i) text += "█";
  return text;
}

void write_sensitivity(Page& page, const ClaimResult& result) {
  if (result.swings.empty()) return;
  const Claim& claim = *result.claim;
  const ClaimFigure* headline = figure_named(claim, claim.headline);
  const std::string what =
      headline == nullptr ? claim.headline : headline->words.in(page.language());
  const ClaimSwing& first = result.swings.front();
  const double widest =
      std::abs(first.headline.back().value_or(0) - first.headline.front().value_or(0));
  page.line();
  page.line(fmt::format(
      fmt::runtime(page.say("What moves it, one input at a time: {} (`{}`), {} as it stands.",
                            "逐个输入的敏感度：{}（`{}`），现值 {}。")),
      what, claim.headline,
      amount_words(result.base.figures.contains(claim.headline)
                       ? result.base.figures.at(claim.headline).value
                       : std::nullopt,
                   headline == nullptr ? "" : headline->unit, page.language())));
  page.head({page.say("input", "输入"), page.say("with it at", "取"), page.say("it is", "得"), ""});
  for (const ClaimSwing& swing : result.swings) {
    std::vector<std::string> at, gives;
    for (std::size_t i = 0; i < swing.at.size(); ++i) {
      at.push_back(readable(swing.at[i]));
      gives.push_back(readable(swing.headline[i]));
    }
    const ClaimInput& input = claim.inputs[swing.input];
    page.row({input.words.in(page.language()) +
                  (input.unknown() ? page.say(" (unknown)", "（未知）") : ""),
              fmt::format("{}", fmt::join(at, " / ")), fmt::format("{}", fmt::join(gives, " / ")),
              bar(swing, widest)});
  }
}

void write_claim(Page& page, const ClaimResult& result) {
  const Claim& claim = *result.claim;
  page.line();
  page.line("## " + claim.id);
  page.line();
  page.line(fmt::format(
      "**{}: {}**{}", claim.system.in(page.language()),
      verdict_words(result.verdict, page.language()),
      fmt::format(fmt::runtime(page.say(" Source: {}.", " 来源：{}。")), sources_words(claim))));
  page.line();
  page.line("> " + claim.said.in(page.language()));
  write_readings(page, result);
  if (!claim.remarks.en.empty()) {
    page.line();
    page.line(filled_in(claim.remarks.in(page.language()), result.base));
  }
  const std::vector<std::string> missing = missing_of(result, page.language());
  if (!missing.empty()) {
    page.line();
    page.line(page.say("What is missing, as the simulator says it:", "缺少的数字（模拟器原文）："));
    page.line();
    for (const std::string& what : missing) page.line("- " + what);
  }
  write_working(page, result);
  write_runs(page, result);
  write_sensitivity(page, result);
}

}  // namespace

std::string claims_markdown(const std::vector<ClaimResult>& claims, ClaimLanguage language) {
  Page page(language);
  write_top(page, claims);
  for (const ClaimResult& claim : claims) write_claim(page, claim);
  return page.text();
}

}  // namespace qianka
