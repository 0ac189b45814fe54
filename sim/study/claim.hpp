// SPDX-License-Identifier: Apache-2.0
// A claim about a machine, as data (scenarios/claims/): the source's words, the numbers that go in,
// runs of the simulator, figures calculated from both, and for every reading of the words a
// condition under which it is true.
#pragma once
#include "sim/input/diagnostics.hpp"
#include "sim/study/expression.hpp"
#include "sim/study/rules.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct TableInfo;

enum class ClaimLanguage { en, zh };

/// The same in both languages of the pages.
struct ClaimWords {
  std::string en, zh;
  [[nodiscard]] const std::string& in(ClaimLanguage language) const {
    return language == ClaimLanguage::en ? en : zh;
  }
};

/// A number that the answer depends on. It is tried at both ends of its range, one input at a time;
/// an unknown one at steps between them, and what depends on it is a function of it.
struct ClaimInput {
  std::string name;
  ClaimWords words;
  std::optional<double> value;      // nothing: nobody published it
  std::optional<double> low, high;  // nothing: it is certain, a definition
  std::string unit, source;

  [[nodiscard]] bool unknown() const { return !value; }
  /// Unknown and without a range: what needs it has no figure.
  [[nodiscard]] bool missing() const { return !value && !low; }
  /// An unknown one is taken in the middle of its range.
  [[nodiscard]] double base() const { return value ? *value : (*low + *high) / 2; }
};

/// One run, whose figures are named in expressions: "h20.step.time_s", "h20.refused" (1 when it
/// cannot be, with all figures known).
struct ClaimRun {
  SourcePos at;
  std::string name;
  std::string text;      // of a scenario in place, in one line
  std::string scenario;  // or a shipped one: "gpt3-175b-1024-a100"
  std::string from;      // or another run of this claim
  std::string bill;      // or the bill of materials of this cluster
  std::string part;      // or the data sheet of this accelerator
  std::string model;     // or the size of this model
  KeyValues set;         // laid over it; "{x}" is the value of input x
  int seeds = 0;         // the weeks under so many seeds: means below "weeks."
};

struct ClaimFigure {
  std::string name, expression, unit;
  ClaimWords words;
};

/// One way to understand the source.
struct ClaimReading {
  std::string id;
  ClaimWords words;
  std::string test;   // true when the claim, read so, holds
  ClaimWords answer;  // "{days:1}" is figure `days` with one decimal
  bool ours = false;  // a question of ours, which the verdict on the claim leaves out
};

struct ClaimSource {
  std::string letter, date;
};

/// How the readings make the verdict: the source meant one of them, or says all of them.
enum class Readings { alternatives, parts };

struct Claim {
  std::string id;
  ClaimWords system, said;  // said: the source's words, and what they mean in English
  std::vector<ClaimSource> sources;
  ClaimWords remarks;  // what is garbled, assumed or left out
  std::vector<ClaimInput> inputs;
  std::vector<ClaimRun> runs;
  std::vector<ClaimFigure> figures;
  std::string headline;  // the figure whose sensitivity is shown
  std::vector<ClaimReading> readings;
  Readings together = Readings::alternatives;
};

/// Reads scenarios/claims/<id>.yaml. Throws InputError with all that is wrong: names that nothing
/// defines and expressions that cannot be calculated included.
Claim read_claim(const std::string& text, const std::string& file);
/// What its keys are, for the schema.
const TableInfo& claim_format();

/// "gemm" of "{gemm} GBps"; "" when no input stands in it.
std::string input_in(const std::string& value);

}  // namespace qianka
