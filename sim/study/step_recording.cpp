// SPDX-License-Identifier: Apache-2.0
#include "sim/study/step_recording.hpp"

#include "sim/input/csv.hpp"
#include "sim/input/gzip.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/units/parse_quantity.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double microseconds = 1e-6;
const std::vector<std::string> columns{"step",  "dp_rank",  "pp_rank", "op",
                                       "mb_id", "start_us", "dur_us"};

/// By the names of the study: what they begin and end with.
OperationRole role_of(std::string_view kind) {
  if (kind.starts_with("forward")) return OperationRole::forward;
  if (kind.starts_with("backward")) return OperationRole::backward;
  for (const std::string_view end : {"reduce-scatter", "all-gather", "all-reduce"})
    if (kind.ends_with(end)) return OperationRole::exchange;
  return OperationRole::local;
}

class RecordingReader {
 public:
  RecordingReader(std::string name, std::vector<Diagnostic>& problems)
      : name_(std::move(name)), problems_(problems) {}

  void add(const CsvRow& row) {
    const std::size_t before = problems_.size();
    RecordedOperation operation{.step = whole(row, 0, 0),
                                .data_rank = whole(row, 1, 0),
                                .stage = whole(row, 2, 0),
                                .micro_batch = row.cells[4].empty() ? -1 : whole(row, 4, -1),
                                .start = {number(row, 5) * microseconds},
                                .duration = {number(row, 6) * microseconds},
                                .line = row.line,
                                .column = column_of(row, 4)};
    if (row.cells[3].empty())
      complain(row, 3, tr("the operation has no name"), "forward-compute, …");
    if (operation.duration < Seconds{0}) complain(row, 6, tr("a duration is not negative"), "");
    if (problems_.size() > before) return;
    operation.kind = kind(row.cells[3]);
    check_once(row, operation);
    recording_.operations.push_back(operation);
  }

  StepRecording finish() {
    if (recording_.operations.empty() && problems_.empty())
      problems_.push_back({{name_, 0, 0}, tr("no operation is recorded here"), ""});
    recording_.file = name_;
    std::set<int> steps, data, stages;
    for (const RecordedOperation& operation : recording_.operations) {
      steps.insert(operation.step);
      data.insert(operation.data_rank), stages.insert(operation.stage);
    }
    recording_.steps = static_cast<int>(steps.size());
    recording_.data = static_cast<int>(data.size());
    recording_.stages = static_cast<int>(stages.size());
    std::ranges::stable_sort(recording_.operations, {}, [](const RecordedOperation& o) {
      return std::tuple(o.step, o.data_rank, o.stage, o.start.value);
    });
    return std::move(recording_);
  }

 private:
  void complain(const CsvRow& row, std::size_t column, const std::string& what,
                const std::string& hint) {
    problems_.push_back({{name_, row.line, column_of(row, column)}, what, hint});
  }

  static int column_of(const CsvRow& row, std::size_t column) {
    return column < row.columns.size() ? row.columns[column] : 1;
  }

  double number(const CsvRow& row, std::size_t column) {
    try {
      return parse_number(row.cells[column]);
    } catch (const QuantityError& wrong) {
      complain(row, column, fmt::format("{}: {}", columns[column], wrong.what()), wrong.hint);
      return 0;
    }
  }

  int whole(const CsvRow& row, std::size_t column, int least) {
    const std::size_t before = problems_.size();
    const double value = number(row, column);
    if (problems_.size() > before) return least;
    if (value == std::floor(value) && value >= least && value < 1e9) return static_cast<int>(value);
    complain(row, column,
             say("{} must be a whole number from {}, but is {}", columns[column], least,
                 row.cells[column]),
             "");
    return least;
  }

  int kind(const std::string& name) {
    const auto [at, is_new] = kinds_.emplace(name, static_cast<int>(kinds_.size()));
    if (is_new) recording_.kinds.push_back({name, role_of(name)});
    return at->second;
  }

  /// A micro-batch passes a stage once: with several chunks a stage, rows cannot be told apart.
  void check_once(const CsvRow& row, const RecordedOperation& o) {
    const OperationRole role = recording_.kinds[static_cast<std::size_t>(o.kind)].role;
    if (role != OperationRole::forward && role != OperationRole::backward) return;
    if (seen_.emplace(o.step, o.data_rank, o.stage, o.kind, o.micro_batch).second) return;
    complain(row, 4,
             say("micro-batch {} runs {} a second time in this stage and step", o.micro_batch,
                 row.cells[3]),
             tr("interleaved schedules, of several chunks a stage, cannot be replayed"));
  }

  std::string name_;
  std::vector<Diagnostic>& problems_;
  StepRecording recording_;
  std::map<std::string, int> kinds_;
  std::set<std::tuple<int, int, int, int, int>> seen_;
};

}  // namespace

StepRecording parse_step_recording(const std::string& text, const std::string& name) {
  std::vector<Diagnostic> problems;
  const Csv csv = read_csv(text, name, columns, 0, problems);
  RecordingReader reader(name, problems);
  if (problems.empty())
    for (const CsvRow& row : csv.rows) reader.add(row);
  StepRecording recording = reader.finish();
  if (!problems.empty()) throw InputError(std::move(problems));
  return recording;
}

StepRecording read_step_recording(const std::filesystem::path& file) {
  std::vector<Diagnostic> problems;
  const std::string name = file.generic_string();
  std::string bytes = read_file(file, {name, 0, 0}, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  try {
    return parse_step_recording(unzipped(std::move(bytes)), name);
  } catch (const InputError&) {
    throw;
  } catch (const std::runtime_error& wrong) {
    throw InputError({{{name, 0, 0}, wrong.what(), ""}});
  }
}

}  // namespace qianka
