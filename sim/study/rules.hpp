// SPDX-License-Identifier: Apache-2.0
// How a row of measurements becomes a scenario where its columns speak in words: conditions on
// columns and what follows from them, all of it data (scenarios/validation/rules.yaml). No rule
// names a row.
#pragma once
#include "sim/study/measurement.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

/// What a column must say. "x": it contains x, and a number at x's end ends there; "=x": it is x;
/// "!x": it does not contain x; "": it is blank; "!": it is not; ">=4", "<=4": as a number. Case
/// does not count. Of several, one must hold, and every one with "!".
struct Condition {
  std::string column;
  std::vector<std::string> patterns;
};

/// Scenario keys and values, as in a file: {"job.parallel.recompute", "full"}.
using KeyValues = std::vector<std::pair<std::string, std::string>>;

struct Rule {
  std::vector<Condition> when;  // all must hold
  std::string use;              // of stacks, clusters, models, formulas, vendors
  std::string peak;             // of formulas: the denominator, "312 TFLOPS" or "precision"
  KeyValues set;
};

/// What authors did with a key that they do not tell: they tuned it, they took the first choice
/// that fits (the others only cost more), or it came with their version of the software, which is
/// not known (the first choice is the usual one).
enum class Take { tuned, least, version };

/// A key that a row may leave open, and what it plausibly was.
struct OpenKey {
  std::string key;
  std::vector<Condition> when;
  std::vector<std::string> choices;
  Take take = Take::tuned;
};

/// How far two versions of a stack, or a stack that was never fitted, may lie apart: a share of the
/// step time, up and down.
struct Spread {
  std::vector<Condition> when;
  double share = 0;
};

/// What another simulator's authors print for rows that stand in the table as well.
struct OtherTool {
  std::string tool, rows, figures;
  std::vector<Condition> when;  // the rows
};

struct Rules {
  std::vector<Rule> clusters, stacks, models, formulas, vendors;  // the first that matches
  std::vector<Rule> keys;                                         // every one that matches, in turn
  std::vector<OpenKey> open;   // of each key the first that matches
  std::vector<Spread> spread;  // of rows that leave something open: the first that matches
  std::vector<OtherTool> others;
  std::map<std::string, std::string> constants;  // what {constant ID} stands for; not in the file
  int most_choices = 24;                         // combinations of open choices tried for one row
  double near_best = 1.1;  // the range reaches as far as choices so many times the fastest
};

bool holds(const Condition& condition, const Measurement& row);
bool holds(const std::vector<Condition>& conditions, const Measurement& row);
/// Null when none matches.
const Rule* first_match(const std::vector<Rule>& rules, const Measurement& row);

/// The keys that a rule sets for this row: "{number}" stands for the first number behind the text
/// that matched, and a key whose number is missing is not set.
KeyValues keys_of(const Rule& rule, const Measurement& row);

/// As the rules write it: "tuned".
const char* name_of(Take take);

/// Throws InputError.
Rules read_rules(const std::string& text, const std::string& name);

}  // namespace qianka
