// SPDX-License-Identifier: Apache-2.0
#include "sim/study/measurement_files.hpp"

#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/study/hccl_test_reader.hpp"
#include "sim/study/nccl_tests_reader.hpp"
#include "sim/study/step_times_reader.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace qianka {
namespace {

/// A rank must have a card of the cluster to run on.
void check_devices(const MeasuredRun& run, const std::string& cluster, int cards_per_node,
                   std::vector<Diagnostic>& problems) {
  const auto beyond = std::ranges::find_if(
      run.ranks, [&](const RankPlace& rank) { return rank.device >= cards_per_node; });
  if (beyond == run.ranks.end()) return;
  problems.push_back({{run.file, run.line, 1},
                      say("a rank ran on device {}, but a node of '{}' has {} cards",
                          beyond->device, cluster, cards_per_node),
                      tr("devices count from 0; was this measured on another cluster?")});
}

template <class T>
void append(std::vector<T>& into, std::vector<T> more) {
  std::ranges::move(more, std::back_inserter(into));
}

}  // namespace

Measurements read_measurements(const std::vector<std::string>& files, const std::string& cluster,
                               int cards_per_node) {
  Measurements all;
  std::vector<Diagnostic> problems;
  for (const std::string& file : files) {
    const std::size_t before = problems.size();
    const std::string text = read_file(file, {file, 0, 0}, problems);
    if (problems.size() > before) continue;
    if (is_step_times(text)) {
      append(all.steps, read_step_times(text, file, cluster, problems));
    } else if (is_nccl_tests(text)) {
      append(all.runs, read_nccl_tests(text, file, problems));
    } else if (is_hccl_test(text)) {
      append(all.runs, read_hccl_test(text, file, problems));
    } else {
      problems.push_back(
          {{file, 1, 1},
           tr("this is no file of measurements that is known"),
           tr("output of nccl-tests has a line '# size count … algbw busbw', that of "
              "HCCL Test 'data_size(Bytes): | …', a table of step times begins with "
              "'scenario,step_time_s'")});
    }
  }
  for (const MeasuredRun& run : all.runs) check_devices(run, cluster, cards_per_node, problems);
  if (!problems.empty()) throw InputError(sorted(std::move(problems)));
  return all;
}

}  // namespace qianka
