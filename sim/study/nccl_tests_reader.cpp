// SPDX-License-Identifier: Apache-2.0
#include "sim/study/nccl_tests_reader.hpp"

#include "sim/language/language.hpp"
#include "sim/study/log_lines.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// The columns' own names: "# size count type redop root time algbw busbw #wrong time …".
bool is_table_head(const LogLine& line) {
  return line.has("size") && line.has("algbw") && line.has("busbw");
}

class NcclReader {
 public:
  NcclReader(std::string file, std::vector<Diagnostic>& problems)
      : file_(std::move(file)), problems_(problems) {}

  std::vector<MeasuredRun> read(const std::string& text) {
    for (const LogLine& line : log_lines(text)) take(line);
    end_run();
    return std::move(runs_);
  }

 private:
  void take(const LogLine& line);
  void take_rank(const LogLine& line);
  void take_head(const LogLine& line);
  void take_row(const LogLine& line);
  void end_run();
  void check_run(const SourcePos& at);
  void check_bus_bandwidth(const SourcePos& at);
  void error(const SourcePos& at, std::string message, std::string hint) {
    problems_.push_back({at, std::move(message), std::move(hint)});
  }

  std::string file_;
  std::vector<Diagnostic>& problems_;
  std::vector<MeasuredRun> runs_;
  MeasuredRun run_;
  std::string test_;                  // the last that was named, for the table to come
  std::vector<std::string> columns_;  // empty until the table's head
  std::vector<std::string> hosts_;
  bool alone_ = false;        // a rank came twice: every process thinks it is alone
  bool broken_ = false;       // a row could not be read: do not complain of what follows from it
  double largest_busbw_ = 0;  // as printed, GB/s
  double same_algbw_ = 0;     // size over time where that stands, GB/s
};

void NcclReader::take(const LogLine& line) {
  const std::vector<Word>& words = line.words;
  if (is_digits(words[0].text) && !columns_.empty()) return take_row(line);
  if (is_table_head(line)) return take_head(line);
  const auto rank = std::ranges::find(words, "Rank", &Word::text);
  if (rank != words.end() && rank - words.begin() < 2 && line.has("device")) return take_rank(line);
  if (line.has("nThread") && !columns_.empty()) end_run();
  for (const Word& word : words) {
    // "# Collective test starting: all_reduce_perf", or the command that somebody echoed.
    if (word.text.find("_perf") == std::string::npos) continue;
    test_ = std::filesystem::path(word.text).filename().string();
  }
}

/// "# Rank 3 Group 0 Pid 1890 on worker-1 device 3 [0x99] NVIDIA H100 80GB HBM3"
void NcclReader::take_rank(const LogLine& line) {
  if (!columns_.empty()) end_run();
  const auto after = [&](std::string_view word) {
    const auto at = std::ranges::find(line.words, word, &Word::text);
    return at == line.words.end() || at + 1 == line.words.end() ? Word{} : *(at + 1);
  };
  const Word number = after("Rank"), host = after("on"), device = after("device");
  if (!is_digits(number.text) || host.text.empty() || !is_digits(device.text)) {
    error({file_, line.number, line.words[0].column},
          tr("this line does not say where a rank runs"),
          tr("it reads '# Rank 0 Group 0 Pid 1887 on HOST device 0 [0x8d] NAME'"));
    broken_ = true;
    return;
  }
  if (number.text == "0" && !run_.ranks.empty()) alone_ = true;
  auto known = std::ranges::find(hosts_, host.text);
  if (known == hosts_.end()) known = hosts_.insert(hosts_.end(), host.text);
  run_.ranks.push_back(
      {host.text, static_cast<int>(known - hosts_.begin()), std::atoi(device.text.c_str())});
}

void NcclReader::take_head(const LogLine& line) {
  if (!columns_.empty()) end_run();
  run_.line = line.number;
  run_.test = test_;
  for (const Word& word : line.words)
    if (word.text != "#") columns_.push_back(word.text);
}

/// A row has a time for the result in another buffer, and one in place.
void NcclReader::take_row(const LogLine& line) {
  const std::vector<Word>& words = line.words;
  if (words.size() != columns_.size()) {
    broken_ = true;
    return error({file_, line.number, words.back().column},
                 say("{} values, but {} columns", words.size(), columns_.size()),
                 say("columns are {}; a row that a log or the end of the run cut is best "
                     "deleted",
                     fmt::join(columns_, " ")));
  }
  const std::size_t before = problems_.size();
  const auto bytes = read_number(words[0], "size", file_, line.number, problems_);
  for (std::size_t i = 1; i < columns_.size(); ++i) {
    if (columns_[i] == "#wrong" || columns_[i] == "error") {
      const bool counts = columns_[i] == "#wrong" && words[i].text != "N/A";
      run_.wrong_rows += counts && words[i].text != "0" ? 1 : 0;
      continue;
    }
    if (columns_[i] != "time" && columns_[i] != "busbw") continue;
    if (words[i].text == "N/A") continue;
    const auto value = read_number(words[i], columns_[i], file_, line.number, problems_);
    if (!value || !bytes || *bytes <= 0) continue;
    if (columns_[i] == "busbw") {
      if (*value <= largest_busbw_ || run_.points.empty()) continue;
      largest_busbw_ = *value;
      same_algbw_ = *bytes / run_.points.back().time.value * 1e-9;
    } else if (*value > 0) {
      run_.points.push_back({line.number, {*bytes}, {*value * 1e-6}});
    } else {
      error({file_, line.number, words[i].column}, tr("a collective takes some time, not 0"),
            tr("delete rows that were not run"));
    }
  }
  broken_ = broken_ || problems_.size() > before;
}

void NcclReader::check_bus_bandwidth(const SourcePos& at) {
  // Two digits behind the point are printed: below 10 GB/s they do not tell tests apart.
  constexpr double least = 10, tolerance = 0.02;
  if (largest_busbw_ < least) return;
  const double ours = same_algbw_ * bus_factor(run_.kind, static_cast<int>(run_.ranks.size()));
  if (std::abs(ours / largest_busbw_ - 1) < tolerance) return;
  error(at,
        say("the table has a busbw of {:.2f} GB/s where {} over {} makes {:.2f} of the "
            "size and time",
            largest_busbw_, run_.test,
            counted(static_cast<std::int64_t>(run_.ranks.size()), "rank"), ours),
        tr("is it the output of another test, or are lines with ranks missing?"));
}

void NcclReader::check_run(const SourcePos& at) {
  if (run_.test.empty())
    run_.test = test_named_in(std::filesystem::path(file_).filename().string());
  const auto kind = collective_of_test(run_.test);
  const auto names = fmt::format("{}", fmt::join(known_tests(), ", "));
  if (run_.test.empty()) {
    error(at, tr("which test printed this table?"),
          tr("older versions do not say: name the file after it (all_reduce.txt), or keep the "
             "command "
             "in it; tests are ") +
              names);
  } else if (!kind) {
    error(at, say("'{}' is not a test to calibrate from", run_.test), tr("tests are ") + names);
  }
  if (alone_ || run_.ranks.size() == 1) {
    error(at, tr("every rank ran alone: nothing crossed a link"),
          tr("nccl-tests for several processes are built with 'make MPI=1'"));
  } else if (run_.ranks.empty()) {
    error(at, tr("no line says which ranks took part"),
          tr("keep the lines '# Rank 0 … on HOST device 0' that stand above the table"));
  } else if (run_.points.empty() && !broken_) {
    error(at, tr("the table has no rows"), tr("the run ended early: leave it out"));
  } else if (kind && !broken_) {
    run_.kind = *kind;
    check_bus_bandwidth(at);
  }
}

/// A process that sees one card only calls it device 0: then the order of the ranks tells.
void number_devices(std::vector<RankPlace>& ranks, int nodes) {
  for (int node = 0; node < nodes; ++node) {
    std::vector<RankPlace*> here;
    for (RankPlace& rank : ranks)
      if (rank.node == node) here.push_back(&rank);
    std::vector<int> devices;
    for (const RankPlace* rank : here) devices.push_back(rank->device);
    std::ranges::sort(devices);
    if (std::ranges::adjacent_find(devices) == devices.end()) continue;
    for (std::size_t i = 0; i < here.size(); ++i) here[i]->device = static_cast<int>(i);
  }
}

void NcclReader::end_run() {
  if (!columns_.empty()) {
    const std::size_t before = problems_.size();
    run_.file = file_;
    run_.nodes = static_cast<int>(hosts_.size());
    check_run({file_, run_.line, 1});
    number_devices(run_.ranks, run_.nodes);
    if (problems_.size() == before && !broken_) runs_.push_back(run_);
  }
  run_ = {};
  columns_.clear(), hosts_.clear();
  alone_ = broken_ = false;
  largest_busbw_ = same_algbw_ = 0;
}

}  // namespace

bool is_nccl_tests(const std::string& text) {
  return std::ranges::any_of(log_lines(text), is_table_head);
}

std::vector<MeasuredRun> read_nccl_tests(const std::string& text, const std::string& name,
                                         std::vector<Diagnostic>& problems) {
  return NcclReader(name, problems).read(text);
}

}  // namespace qianka
