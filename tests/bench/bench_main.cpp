// SPDX-License-Identifier: Apache-2.0
// Runs the benchmarks, keeps google-benchmark's JSON and prints what follows from it: ratios to
// baselines of the same run, rates and slopes, as Markdown on standard output. With --accept the
// figures go to docs/performance/measured.json and the page is made of them; with --page the page
// is made anew of what stands there, and nothing is run.
#include "bench/measured.hpp"
#include "bench/process_bench.hpp"
#include "bench/whole_processes.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <simgrid/forward.h>  // before version.h, which needs it
#include <simgrid/version.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream stream(file);
  stream << text;
  if (!stream.flush()) throw std::runtime_error("cannot write " + file.string());
}

/// As /proc/cpuinfo has it.
std::string processor_model() {
  std::ifstream stream("/proc/cpuinfo");
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with("model name")) return line.substr(line.find(": ") + 2);
  return "unknown processor";
}

void add_context() {
  benchmark::AddCustomContext("processor", processor_model());
  benchmark::AddCustomContext("compiler", "g++ " __VERSION__);
  benchmark::AddCustomContext("simgrid",
                              fmt::format("{}.{}", SIMGRID_VERSION_MAJOR, SIMGRID_VERSION_MINOR));
}

/// Tables of which something was measured.
void print(const Measured& measured, const Measured& peers) {
  constexpr std::size_t head = 2;
  for (const char* part : {"machine", "ratios", "rates", "ladder", "slopes", "parts", "peers"}) {
    const std::vector<std::string> lines = part_of_page(part, measured, peers);
    if (lines.size() > 1 && (lines.size() == head || lines[head].empty())) continue;
    for (const std::string& line : lines) std::cout << line << "\n";
    if (!lines.empty()) std::cout << "\n";
  }
}

constexpr const char* kept_file = "docs/performance/measured.json";
constexpr const char* page_file = "docs/performance.md";
constexpr const char* results_file = "build/bench/results.json";

void write_page(const Measured& measured, const Measured& peers) {
  write(page_file, page_of(text_of(page_file), measured, peers));
  write("build/bench/ladder.csv", ladder_csv(measured));
}

void accept(const Measured& measured, const Measured& peers) {
  const std::vector<std::string> lacking = missing(measured);
  for (const std::string& each : lacking) std::cerr << "not measured: " << each << "\n";
  if (!lacking.empty())
    throw std::runtime_error("nothing is accepted of a part of the benchmarks: run them all");
  write(kept_file, measured.dump(1) + "\n");
  write_page(measured, peers);
}

/// Takes `name` out of the words.
bool take(std::vector<std::string>& words, const std::string& name) {
  return std::erase(words, name) > 0;
}

/// False: nothing was run, `code` says why.
bool run_benchmarks(std::vector<std::string> words, int& code) {
  const bool listing = std::ranges::count(words, "--benchmark_list_tests") > 0;
  fs::create_directories(fs::path(results_file).parent_path());
  words.push_back(std::string("--benchmark_out=") + results_file);
  words.emplace_back("--benchmark_out_format=json");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  code = 2;
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return false;
  benchmark::ConsoleReporter progress(benchmark::ConsoleReporter::OO_None);
  progress.SetOutputStream(listing ? &std::cout : &std::cerr);
  if (benchmark::RunSpecifiedBenchmarks(&progress) == 0) return false;
  code = 0;
  return !listing;
}

int run(std::vector<std::string> words) {
  Launcher launcher;
  fs::current_path(QIANKA_SOURCE_DIR);
  const Measured peers = Measured::parse(text_of("docs/performance/peers.json"));
  if (take(words, "--page")) {
    write_page(Measured::parse(text_of(kept_file)), peers);
    return 0;
  }
  const bool accepting = take(words, "--accept");
  add_context();
  register_processes(launcher);
  int code = 0;
  if (!run_benchmarks(std::move(words), code)) return code;
  const Measured measured = kept_of(Measured::parse(text_of(results_file)));
  print(measured, peers);
  if (accepting) accept(measured, peers);
  return 0;
}

}  // namespace
}  // namespace qianka

int main(int count, char** words) {
  try {
    return qianka::run({words, words + count});
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  }
}
