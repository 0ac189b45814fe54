// SPDX-License-Identifier: Apache-2.0
#include "bench/measured.hpp"

#include "bench/whole_processes.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <regex>
#include <set>
#include <sstream>

#include <boost/math/statistics/linear_regression.hpp>
#include <fmt/format.h>

namespace qianka {

namespace {

/// Names of google-benchmark carry how it measured; which work it was is all that counts here.
std::string plain_name(const std::string& name) {
  static const std::regex how("/(iterations:[0-9]+|manual_time|real_time)");
  return std::regex_replace(name, how, "");
}

double four_digits(double value) { return std::stod(fmt::format("{:.4g}", value)); }

/// google-benchmark's own entries beside the counters.
bool is_counter(const std::string& key) {
  static const std::set<std::string, std::less<>> others{
      "family_index", "per_family_instance_index",
      "repetitions",  "repetition_index",
      "threads",      "iterations",
      "real_time",    "cpu_time"};
  return !others.contains(key);
}

std::string times_text(double ratio) {
  const double factor = std::max(ratio, 1 / ratio);
  const std::string text =
      factor < 100 ? fmt::format("{:.3g}", factor) : format_count(std::lround(four_digits(factor)));
  return ratio >= 1 ? text + " times less" : text + " times as much";
}

std::string time_of(const Measured& measured, const Reading& reading) {
  return format_time({figure(measured, reading).value_or(0)});
}

std::string size_of(const Measured& measured, std::string_view benchmark) {
  return format_bytes({figure(measured, {benchmark, peak}).value_or(0)});
}

using Lines = std::vector<std::string>;

Lines machine_lines(const Measured& measured) {
  const Measured& machine = measured.at("machine");
  return {fmt::format(
      "Measured {} at commit {}: {}, {}, {}, SimGrid {}, load {:.2g} before it began.",
      measured.at("date").get<std::string>(), measured.at("commit").get<std::string>(),
      counted(machine.at("processors").get<int>(), "processor"),
      machine.at("model").get<std::string>(), measured.at("compiler").get<std::string>(),
      measured.at("simgrid").get<std::string>(), measured.at("load").get<double>())};
}

Lines ratio_lines(const Measured& measured) {
  Lines lines{"| suite | what | cost | against | its cost | so it costs |",
              "| --- | --- | --: | --- | --: | --: |"};
  for (const Ratio& each : ratios) {
    const auto found = ratio(measured, each);
    if (!found) continue;
    lines.push_back(fmt::format("| {} | {} | {} | {} | {} | {} |", each.suite, each.what,
                                time_of(measured, each.measured), each.against,
                                time_of(measured, each.baseline), times_text(*found)));
  }
  return lines;
}

Lines rate_lines(const Measured& measured) {
  Lines lines{"| suite | what | in a second |", "| --- | --- | --: |"};
  for (const Rate& each : rates)
    if (const auto found = figure(measured, each.measured))
      lines.push_back(fmt::format("| {} | {} | {} |", each.suite, each.what,
                                  format_count(std::lround(four_digits(*found)))));
  return lines;
}

Lines slope_lines(const Measured& measured) {
  Lines lines{"| what | cards | cost grows as cards to the |", "| --- | --- | --: |"};
  for (const Slope& each : slopes) {
    const Points sizes = points(measured, each);
    const auto found = exponent(sizes);
    if (!found) continue;
    lines.push_back(fmt::format("| {} | {} to {} | {:.2f} |", each.what,
                                format_count(std::lround(sizes.front().first)),
                                format_count(std::lround(sizes.back().first)), *found));
  }
  return lines;
}

Lines ladder_lines(const Measured& measured) {
  Lines lines{"| cards | wall clock | processor | peak memory |", "| --: | --: | --: | --: |"};
  for (const int cards : ladder_cards) {
    const std::string name = ladder_of(cards).name;
    if (!figure(measured, {name, wall})) continue;
    lines.push_back(fmt::format("| {} | {} | {} | {} |", format_count(cards),
                                time_of(measured, {name, wall}),
                                time_of(measured, {name, processor}), size_of(measured, name)));
  }
  return lines;
}

Lines parts_lines(const Measured& measured) {
  std::string head = "| part |", rule = "| --- |";
  std::vector<std::pair<std::string, double>> sums;
  for (const int cards : parts_at) {
    const std::string name = fmt::format("parts/{}", cards);
    if (!figure(measured, {name, "sum_s"})) continue;
    head += fmt::format(" {} cards | |", format_count(cards)), rule += " --: | --: |";
    sums.emplace_back(name, *figure(measured, {name, "sum_s"}));
  }
  if (sums.empty()) return {};
  Lines lines{head, rule};
  for (const Part& part : parts) {
    std::string line = fmt::format("| {} |", part.what);
    for (const auto& [name, sum] : sums) {
      const double cost = figure(measured, {name, part.counter}).value_or(0);
      line += fmt::format(" {} | {} |", format_time({cost}), format_percent(cost / sum));
    }
    lines.push_back(line);
  }
  std::string line = "| together |";
  for (const auto& [name, sum] : sums) line += fmt::format(" {} | |", format_time({sum}));
  lines.push_back(line);
  return lines;
}

/// The commands of one table.
Lines command_lines(const Measured& measured, const std::string& table, const std::string& head,
                    const std::string& rule) {
  Lines lines{head + " processor | wall clock | peak memory |", rule + " --: | --: | --: |"};
  for (const Command& command : commands()) {
    if (command.name.rfind(table + "/", 0) != 0 || !figure(measured, {command.name, wall}))
      continue;
    const std::string first =
        table == "collective"
            ? ""
            : fmt::format(" `{}` |", table == "run" ? command.name.substr(4) : command.line);
    lines.push_back(fmt::format("|{} {} | {} | {} | {} |", first, command.label,
                                time_of(measured, {command.name, processor}),
                                time_of(measured, {command.name, wall}),
                                size_of(measured, command.name)));
  }
  return lines;
}

/// How their work differs from ours, each said once; and whom we did not run.
void add_notes(Lines& lines, const Measured& peers) {
  std::set<std::string> said;
  for (const Measured& each : peers.at("figures")) {
    const std::string note = each.value("differs", "");
    if (note.empty() || !said.insert(note).second) continue;
    if (said.size() == 1) lines.emplace_back();
    lines.push_back(fmt::format("- {} {}: {}", each.at("peer").get<std::string>(),
                                each.at("version").get<std::string>(), note));
  }
  for (const Measured& each : peers.value("not_run", Measured::array()))
    lines.push_back(fmt::format("- {} was not run: {}.", each.at("peer").get<std::string>(),
                                each.at("why").get<std::string>()));
}

Lines peer_lines(const Measured& measured, const Measured& peers) {
  Lines lines{"| work | by | its cost | ours | so ours costs |", "| --- | --- | --: | --: | --: |"};
  const bool same_machine = peers.at("machine") == measured.at("machine");
  for (const Measured& each : peers.at("figures")) {
    const std::string ours = each.at("ours").at("benchmark"),
                      counter = each.at("ours").at("counter");
    const auto found = figure(measured, {ours, counter});
    if (!found) continue;
    const double theirs = each.at("value");
    const bool memory = counter == peak;
    const auto text = [memory](double value) {
      return memory ? format_bytes({value}) : format_time({value});
    };
    lines.push_back(fmt::format("| {} | {} | {} | {} | {} |", each.at("work").get<std::string>(),
                                each.at("peer").get<std::string>(), text(theirs), text(*found),
                                same_machine ? times_text(theirs / *found) : "another machine"));
  }
  add_notes(lines, peers);
  return lines;
}

}  // namespace

Measured kept_of(const Measured& results) {
  const Measured& context = results.at("context");
  Measured kept{
      {"date", context.at("date").get<std::string>().substr(0, 10)},
      {"commit", context.value("commit", "unknown")},
      {"machine",
       {{"model", context.value("processor", "unknown")}, {"processors", context.at("num_cpus")}}},
      {"compiler", context.value("compiler", "unknown")},
      {"simgrid", context.value("simgrid", "unknown")},
      {"load", four_digits(context.at("load_avg").at(0))},
      {"benchmarks", Measured::object()}};
  for (const Measured& each : results.at("benchmarks")) {
    if (each.value("run_type", "") != "iteration" || each.value("error_occurred", false)) continue;
    Measured& into = kept["benchmarks"][plain_name(each.at("name"))];
    for (const auto& [key, value] : each.items())
      if (value.is_number() && is_counter(key)) into[key] = four_digits(value);
  }
  return kept;
}

std::optional<double> figure(const Measured& measured, const Reading& reading) {
  const Measured& all = measured.at("benchmarks");
  const auto benchmark = all.find(std::string(reading.benchmark));
  if (benchmark == all.end() || !benchmark->contains(std::string(reading.counter))) return {};
  return benchmark->at(std::string(reading.counter)).get<double>();
}

std::optional<double> ratio(const Measured& measured, const Ratio& ratio) {
  const auto ours = figure(measured, ratio.measured), baseline = figure(measured, ratio.baseline);
  if (!ours || !baseline || *ours <= 0 || *baseline <= 0) return {};
  return *baseline / *ours;
}

Points points(const Measured& measured, const Slope& slope) {
  Points all;
  for (const auto& [name, counters] : measured.at("benchmarks").items()) {
    if (name.size() <= slope.prefix.size() + slope.suffix.size() ||
        !name.starts_with(slope.prefix) || !name.ends_with(slope.suffix))
      continue;
    const char* const first = name.data() + slope.prefix.size();
    const char* const last = name.data() + name.size() - slope.suffix.size();
    double size = 0;
    const auto [end, error] = std::from_chars(first, last, size);
    const auto cost = figure(measured, {name, slope.counter});
    if (error == std::errc{} && end == last && cost) all.emplace_back(size, *cost);
  }
  std::ranges::sort(all);
  return all;
}

std::optional<double> exponent(const Points& points) {
  if (points.size() < 2) return {};
  std::vector<double> sizes, costs;
  for (const auto& [size, cost] : points)
    sizes.push_back(std::log(size)), costs.push_back(std::log(cost));
  return boost::math::statistics::simple_ordinary_least_squares(sizes, costs).second;
}

std::vector<std::string> missing(const Measured& measured) {
  std::vector<std::string> all;
  const auto need = [&](std::string_view benchmark, std::string_view counter) {
    if (!figure(measured, {benchmark, counter}))
      all.push_back(fmt::format("{} of {}", counter, benchmark));
  };
  for (const Ratio& each : ratios)
    for (const Reading& one : {each.measured, each.baseline}) need(one.benchmark, one.counter);
  for (const Rate& each : rates) need(each.measured.benchmark, each.measured.counter);
  for (const Command& each : commands()) need(each.name, wall);
  for (const int cards : parts_at) need(fmt::format("parts/{}", cards), "sum_s");
  return all;
}

std::vector<std::string> part_of_page(const std::string& name, const Measured& measured,
                                      const Measured& peers) {
  if (name == "machine") return machine_lines(measured);
  if (name == "ratios") return ratio_lines(measured);
  if (name == "rates") return rate_lines(measured);
  if (name == "slopes") return slope_lines(measured);
  if (name == "ladder") return ladder_lines(measured);
  if (name == "parts") return parts_lines(measured);
  if (name == "runs")
    return command_lines(measured, "run", "| scenario | cards |", "| --- | --: |");
  if (name == "collectives")
    return command_lines(measured, "collective", "| cards | stride | placement |",
                         "| --: | --: | --- |");
  if (name == "contention")
    return command_lines(measured, "contention", "| command | flow classes |", "| --- | --- |");
  if (name == "peers") return peer_lines(measured, peers);
  throw std::out_of_range("docs/performance.md: no part of it is called '" + name + "'");
}

std::string page_of(const std::string& page, const Measured& measured, const Measured& peers) {
  static const std::regex begin("<!-- measured: ([a-z]+) -->");
  std::istringstream lines(page);
  std::string text;
  bool generated = false;
  for (std::string line; std::getline(lines, line);) {
    std::smatch name;
    generated = generated && line != "<!-- end -->";
    if (!generated) text += line + "\n";
    if (!std::regex_match(line, name, begin)) continue;
    for (const std::string& each : part_of_page(name[1], measured, peers)) text += each + "\n";
    generated = true;
  }
  return text;
}

std::string ladder_csv(const Measured& measured) {
  std::string text = "cards,wall_s,processor_s,peak_mib\n";
  for (const int cards : ladder_cards) {
    const std::string name = ladder_of(cards).name;
    const auto time = figure(measured, {name, wall});
    if (!time) continue;
    text +=
        fmt::format("{},{},{},{}\n", cards, *time, figure(measured, {name, processor}).value_or(0),
                    figure(measured, {name, peak}).value_or(0) / 1048576);
  }
  return text;
}

}  // namespace qianka
