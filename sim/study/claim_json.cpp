// SPDX-License-Identifier: Apache-2.0
#include "sim/study/claim_report.hpp"
#include "sim/study/claim_sentences.hpp"

namespace qianka {
namespace {

Json or_null(const std::optional<double>& value) { return value ? rounded(*value) : Json(); }

Json flips_json(const ClaimResult& result, const ReadingResult& reading) {
  Json json = Json::array();
  for (const ClaimFlip& flip : reading.flips)
    json.push_back({{"input", result.claim->inputs[flip.input].name},
                    {"at", rounded(flip.at)},
                    {"upwards", flip.upwards},
                    {"in_range", flip.in_range},
                    {"exact", flip.sharp}});
  return json;
}

Json readings_json(const ClaimResult& result, ClaimLanguage language) {
  Json json = Json::array();
  for (std::size_t i = 0; i < result.readings.size(); ++i) {
    const ReadingResult& reading = result.readings[i];
    json.push_back({{"id", result.claim->readings[i].id},
                    {"reading", result.claim->readings[i].words.in(language)},
                    {"ours", result.claim->readings[i].ours},
                    {"test", result.claim->readings[i].test},
                    {"verdict", name_of(reading.verdict)},
                    {"condition", condition_of(result, i, language)},
                    {"answer", answer_of(result, i, language)},
                    {"flips", flips_json(result, reading)}});
  }
  return json;
}

Json inputs_json(const Claim& claim, ClaimLanguage language) {
  Json json = Json::array();
  for (const ClaimInput& input : claim.inputs)
    json.push_back({{"name", input.name},
                    {"what", input.words.in(language)},
                    {"value", or_null(input.value)},
                    {"low", or_null(input.low)},
                    {"high", or_null(input.high)},
                    {"unit", input.unit},
                    {"source", input.source}});
  return json;
}

Json figures_json(const ClaimResult& result, ClaimLanguage language) {
  Json json = Json::array();
  for (const ClaimFigure& figure : result.claim->figures)
    json.push_back({{"name", figure.name},
                    {"what", figure.words.in(language)},
                    {"expression", figure.expression},
                    {"value", or_null(result.base.figures.at(figure.name).value)},
                    {"unit", figure.unit}});
  return json;
}

Json sensitivity_json(const ClaimResult& result) {
  Json json = Json::array();
  for (const ClaimSwing& swing : result.swings) {
    Json points = Json::array();
    for (std::size_t i = 0; i < swing.at.size(); ++i)
      points.push_back({{"at", rounded(swing.at[i])}, {"headline", or_null(swing.headline[i])}});
    json.push_back({{"input", result.claim->inputs[swing.input].name}, {"points", points}});
  }
  return json;
}

Json runs_json(const ClaimResult& result) {
  Json json = Json::array();
  for (const auto& [name, digest] : result.digests)
    json.push_back({{"name", name}, {"digest", digest}});
  return json;
}

}  // namespace

Json claims_json(const std::vector<ClaimResult>& claims, ClaimLanguage language) {
  Json all = Json::array();
  for (const ClaimResult& result : claims) {
    const Claim& claim = *result.claim;
    Json sources = Json::array();
    for (const ClaimSource& source : claim.sources)
      sources.push_back({{"letter", source.letter}, {"date", source.date}});
    all.push_back({{"id", claim.id},
                   {"system", claim.system.in(language)},
                   {"sources", sources},
                   {"claim", claim.said.in(language)},
                   {"verdict", name_of(result.verdict)},
                   {"condition", condition_of(result, language)},
                   {"answer", answer_of(result, language)},
                   {"flips_when", flips_of(result, language)},
                   {"readings", readings_json(result, language)},
                   {"missing", missing_of(result, language)},
                   {"inputs", inputs_json(claim, language)},
                   {"figures", figures_json(result, language)},
                   {"headline", claim.headline},
                   {"sensitivity", sensitivity_json(result)},
                   {"runs", runs_json(result)}});
  }
  return {{"claims", all}};
}

}  // namespace qianka
