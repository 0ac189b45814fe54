// SPDX-License-Identifier: Apache-2.0
// The output of a program that ran under mpirun or srun, as words that know where they stand.
#pragma once
#include "sim/input/diagnostics.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct Word {
  std::string text;
  int column = 0;  // from 1, in bytes: logs are ASCII
};

struct LogLine {
  int number = 0;
  std::vector<Word> words;  // parted by blanks and '|'

  [[nodiscard]] bool has(std::string_view word) const;
};

/// Every line that is not empty. What launchers put in front of a line is left out:
/// "[1,0]<stdout>:" (mpirun --tag-output), "0: " (srun --label).
std::vector<LogLine> log_lines(const std::string& text);

bool is_digits(const std::string& text);
/// A number that is not negative, or a diagnostic at the word.
std::optional<double> read_number(const Word& word, const std::string& what,
                                  const std::string& file, int line,
                                  std::vector<Diagnostic>& problems);

}  // namespace qianka
