// SPDX-License-Identifier: Apache-2.0
#include "sim/study/hccl_test_reader.hpp"

#include "sim/language/language.hpp"
#include "sim/study/log_lines.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr std::size_t columns = 4;  // size, time, algorithm bandwidth, result of the check

/// "data_size(Bytes): | aveg_time(us): | alg_bandwidth(GB/s): | check_result:"
bool is_table_head(const LogLine& line) {
  const auto begins = [&](std::string_view what) {
    return std::ranges::any_of(line.words,
                               [&](const Word& word) { return word.text.starts_with(what); });
  };
  return begins("data_size") && begins("alg_bandwidth");
}

/// mpirun -n 16 ./bin/all_reduce_test -p 8: ranks before the program, ranks of a node behind it.
struct Command {
  std::string test;
  int line = 0;
  int ranks = 0, per_node = 0;
};

std::optional<Command> command_in(const LogLine& line) {
  const auto program = std::ranges::find_if(line.words, [](const Word& word) {
    return word.text.ends_with("_test") && word.text.find('=') == std::string::npos;
  });
  if (program == line.words.end()) return std::nullopt;
  Command command{std::filesystem::path(program->text).filename().string(), line.number, 0, 0};
  const auto number_after = [&](auto from, auto to, std::initializer_list<std::string_view> names) {
    for (auto word = from; word != to && word + 1 != line.words.end(); ++word) {
      const bool named = std::ranges::find(names, word->text) != names.end();
      if (named && is_digits((word + 1)->text)) return std::atoi((word + 1)->text.c_str());
    }
    return 0;
  };
  command.ranks = number_after(line.words.begin(), program, {"-n", "-np", "--np", "-ntasks"});
  command.per_node = number_after(program, line.words.end(), {"-p", "--npus"});
  // The tool itself is called hccl_test, and paths and logs say so.
  if (command.ranks == 0 && !collective_of_test(command.test)) return std::nullopt;
  return command;
}

class HcclReader {
 public:
  HcclReader(std::string file, std::vector<Diagnostic>& problems)
      : file_(std::move(file)), problems_(problems) {}

  std::vector<MeasuredRun> read(const std::string& text) {
    for (const LogLine& line : log_lines(text)) take(line);
    end_run();
    return std::move(runs_);
  }

 private:
  void take(const LogLine& line);
  void take_row(const LogLine& line);
  void take_command();
  void end_run();
  void error(const SourcePos& at, std::string message, std::string hint) {
    problems_.push_back({at, std::move(message), std::move(hint)});
  }

  std::string file_;
  std::vector<Diagnostic>& problems_;
  std::vector<MeasuredRun> runs_;
  MeasuredRun run_;  // its line is 0 until the table's head
  std::optional<Command> command_;
  bool broken_ = false;
};

void HcclReader::take(const LogLine& line) {
  if (is_table_head(line)) {
    end_run();
    run_.line = line.number;
  } else if (run_.line > 0 && is_digits(line.words[0].text)) {
    take_row(line);
  } else if (auto command = command_in(line)) {
    end_run();
    command_ = std::move(command);
  }
}

void HcclReader::take_row(const LogLine& line) {
  if (line.words.size() != columns) {
    broken_ = true;
    return error(
        {file_, line.number, line.words.back().column},
        say("{} values, but {} columns", line.words.size(), columns),
        tr("a row reads '8192 | 62.38 | 0.13132 | success'; one that the end of the run cut "
           "is best deleted"));
  }
  const auto bytes = read_number(line.words[0], "data_size", file_, line.number, problems_);
  const auto time = read_number(line.words[1], "time", file_, line.number, problems_);
  const auto rate = read_number(line.words[2], "alg_bandwidth", file_, line.number, problems_);
  broken_ = broken_ || !bytes || !time || !rate;
  if (!bytes || !time || *bytes <= 0) return;
  if (*time <= 0) {
    broken_ = true;
    return error({file_, line.number, line.words[1].column},
                 tr("a collective takes some time, not 0"), tr("delete rows that were not run"));
  }
  run_.wrong_rows += line.words[3].text == "failed" ? 1 : 0;
  run_.points.push_back({line.number, {*bytes}, {*time * 1e-6}});
}

/// What the table does not say.
void HcclReader::take_command() {
  const SourcePos at{file_, command_ ? command_->line : run_.line, 1};
  const std::string example = "mpirun -n 16 ./bin/all_reduce_test -b 8K -e 1G -f 2 -p 8";
  if (!command_) {
    return error(at, tr("which test printed this table, over how many ranks?"),
                 tr("put the command that ran it above the table: ") + example);
  }
  run_.test = command_->test;
  const auto kind = collective_of_test(run_.test);
  if (!kind) {
    return error(at, say("'{}' is not a test to calibrate from", run_.test),
                 say("tests are {}", fmt::join(known_tests(), ", ")));
  }
  run_.kind = *kind;
  const int ranks = command_->ranks, per_node = command_->per_node;
  if (ranks < 2 || per_node < 1 || ranks % per_node != 0) {
    return error(at, say("the command says {} ranks, {} of them in a node", ranks, per_node),
                 tr("-n gives the ranks, at least 2, and -p those of a node, which divide them: ") +
                     example);
  }
  run_.nodes = ranks / per_node;
  for (int rank = 0; rank < ranks; ++rank)
    run_.ranks.push_back({"", rank / per_node, rank % per_node});
}

void HcclReader::end_run() {
  if (run_.line > 0) {
    const std::size_t before = problems_.size();
    run_.file = file_;
    take_command();
    if (run_.points.empty() && !broken_) {
      error({file_, run_.line, 1}, tr("the table has no rows"),
            tr("the run ended early: leave it out"));
    }
    if (problems_.size() == before && !broken_) runs_.push_back(run_);
    command_.reset();
  }
  run_ = {};
  broken_ = false;
}

}  // namespace

bool is_hccl_test(const std::string& text) {
  return std::ranges::any_of(log_lines(text), is_table_head);
}

std::vector<MeasuredRun> read_hccl_test(const std::string& text, const std::string& name,
                                        std::vector<Diagnostic>& problems) {
  return HcclReader(name, problems).read(text);
}

}  // namespace qianka
