// SPDX-License-Identifier: Apache-2.0
#include "sim/study/model_error.hpp"

#include "sim/input/csv.hpp"
#include "sim/language/said.hpp"
#include "sim/study/known_parts.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Fewer say too little of how far the next one is off.
constexpr int enough_rows = 5;
/// What only data sheets tell may be off by 30 %, read as an interval of 95 % (docs/compare.md).
const double data_sheet_sigma = std::log(1.30) / 1.96;

/// The sizes of jobs that docs/validation.md tells apart; 0 = no limit.
constexpr std::array<int, 4> sizes{8, 64, 1024, 0};

int size_of(int cards) {
  const auto* found =
      std::ranges::find_if(sizes, [&](int most) { return most == 0 || cards <= most; });
  return *found;
}

ModelError of_group(const std::vector<ErrorCell>& cells,
                    const std::function<bool(const ErrorCell&)>& belongs) {
  ModelError error;
  double squares = 0;
  for (const ErrorCell& cell : cells) {
    if (!belongs(cell)) continue;
    error.rows += cell.rows;
    squares += cell.rows * cell.rms * cell.rms;
  }
  if (error.rows > 0) error.sigma = std::sqrt(squares / error.rows);
  return error;
}

template <class T>
T number(const CsvRow& row, std::size_t column, const char* what, const std::string& file,
         std::vector<Diagnostic>& problems) {
  const std::string& text = row.cells[column];
  T value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || value < T{})
    problems.push_back({{file, row.line, column < row.columns.size() ? row.columns[column] : 1},
                        say("{} is to be a number from 0, not '{}'", what, text),
                        {}});
  return value;
}

/// `basis`: which rows these are, in the current language.
ModelError find(const std::vector<ErrorCell>& cells, const std::string& accelerator,
                const std::string& stack, int cards, std::string& basis) {
  const int size = size_of(cards);
  const auto same_card = [&](const ErrorCell& c) { return c.accelerator == accelerator; };
  const auto same_stack = [&](const ErrorCell& c) { return same_card(c) && c.stack == stack; };
  const auto same_size = [&](const ErrorCell& c) { return same_stack(c) && c.cards == size; };
  const std::string jobs =
      size == 0 ? say("jobs of more than {} cards", format_count(sizes[sizes.size() - 2]))
                : say("jobs of up to {} cards", format_count(size));
  const ModelError here = of_group(cells, same_size), any = of_group(cells, same_stack);
  ModelError error = of_group(cells, same_card);
  std::string group = say("{}, any stack and size", accelerator);
  if (here.rows >= enough_rows) {
    error = here, group = say("{} with {}, {}", accelerator, stack, jobs);
  } else if (any.rows >= enough_rows) {
    error = any, group = say("{} with {}, any size", accelerator, stack);
    // Where it is extrapolated it is not surer than where measurements end.
    const ErrorCell* largest = nullptr;
    for (const ErrorCell& cell : cells)
      if (same_stack(cell) && cell.rows >= enough_rows &&
          (largest == nullptr || cell.largest_job > largest->largest_job))
        largest = &cell;
    if (largest != nullptr && cards > largest->largest_job && largest->rms > error.sigma) {
      error.sigma = largest->rms;
      group += say(", as far off as up to {} cards", format_count(largest->largest_job));
    }
  }
  for (const ErrorCell& cell : cells)
    if (same_card(cell)) error.largest_job = std::max(error.largest_job, cell.largest_job);
  basis = fmt::format("{}: {}", counted(error.rows, "measured row"), group);
  if (error.rows < enough_rows) {
    const ModelError all = of_group(cells, [](const ErrorCell&) { return true; });
    error.sigma = std::max(error.sigma, std::hypot(data_sheet_sigma, all.sigma));
    basis = error.rows == 0 ? say("{} is known from data sheets only: ±30 %, and the error of all "
                                  "measured rows on top",
                                  accelerator)
                            : say("{}, too few: as of a card known from data sheets", basis);
  }
  return error;
}

}  // namespace

ModelError ModelErrors::of(const std::string& accelerator, const std::string& stack,
                           int cards) const {
  ModelError error;
  const Said basis = said([&] {
    std::string words;
    error = find(cells_, accelerator, stack, cards, words);
    return words;
  });
  error.basis = basis;
  return error;
}

std::string ModelErrors::usual_stack(const std::function<bool(const std::string&)>& counts,
                                     const std::string& like) const {
  const auto family = [](const std::string& stack) { return stack.substr(0, stack.find('-')); };
  std::map<std::string, std::pair<bool, int>> stacks;  // of the family, rows
  for (const ErrorCell& cell : cells_) {
    if (!counts(cell.accelerator)) continue;
    auto& [related, rows] = stacks[cell.stack];
    related = family(cell.stack) == family(like), rows += cell.rows;
  }
  const auto most =
      std::ranges::max_element(stacks, {}, [](const auto& one) { return one.second; });
  return most == stacks.end() ? "" : most->first;
}

std::vector<ErrorCell> error_cells(const std::vector<RowResult>& results) {
  KnownParts parts;
  std::map<std::tuple<std::string, std::string, int>, ErrorCell> cells;
  for (const RowResult& result : results) {
    const std::optional<int> cards = result.row.whole("n_accelerators");
    if (!result.compared() || result.row.grade() != "A" || !cards) continue;
    const std::string& card = parts.cluster(result.plan.cluster).node.accelerator.id;
    const int size = size_of(*cards);
    // Sizes in ascending order, the one without a limit last.
    const int order = size == 0 ? std::numeric_limits<int>::max() : size;
    ErrorCell& cell = cells[{card, result.plan.stack, order}];
    const double error = std::log(1 + result.error);
    cell.accelerator = card, cell.stack = result.plan.stack, cell.cards = size;
    cell.rms = std::sqrt((cell.rms * cell.rms * cell.rows + error * error) / (cell.rows + 1));
    ++cell.rows;
    cell.largest_job = std::max(cell.largest_job, *cards);
  }
  std::vector<ErrorCell> all;
  for (const auto& [key, cell] : cells) all.push_back(cell);
  return all;
}

std::string model_error_csv(const std::vector<ErrorCell>& cells) {
  std::string text =
      "# How far predicted step times are from measured ones: root mean square of ln(predicted / "
      "measured) over\n"
      "# the rows of grade A of tests/validation/training_steps.csv (sources there). Written by "
      "the test of\n"
      "# docs/validation.md (./dev accept); cards: jobs of at most so many, 0 = larger ones.\n"
      "accelerator,stack,cards,rows,rms,largest_job\n";
  for (const ErrorCell& cell : cells)
    text += fmt::format("{},{},{},{},{:.4f},{}\n", cell.accelerator, cell.stack, cell.cards,
                        cell.rows, cell.rms, cell.largest_job);
  return text;
}

std::vector<ErrorCell> read_model_error(const std::string& text, const std::string& name) {
  std::vector<Diagnostic> problems;
  const Csv table = read_csv(
      text, name, {"accelerator", "stack", "cards", "rows", "rms", "largest_job"}, 0, problems);
  std::vector<ErrorCell> cells;
  for (const CsvRow& row : table.rows)
    cells.push_back({row.cells[0], row.cells[1], number<int>(row, 2, "cards", name, problems),
                     number<int>(row, 3, "rows", name, problems),
                     number<double>(row, 4, "rms", name, problems),
                     number<int>(row, 5, "largest_job", name, problems)});
  if (!problems.empty()) throw InputError(problems);
  return cells;
}

}  // namespace qianka
