// SPDX-License-Identifier: Apache-2.0
// Outputs of nccl-tests and HCCL Test as those programs lay them out, with times of our own.
#pragma once
#include "sim/study/measured_run.hpp"

#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace qianka {

/// Time of a size, in seconds; called once for each time that is printed.
using TimeOf = std::function<double(double bytes)>;

/// `hosts` nodes of `cards` ranks each; sizes double from `least` to `most`.
inline std::string nccl_tests_output(const std::string& test, int hosts, int cards, double least,
                                     double most, const TimeOf& time_of,
                                     const std::string& host = "node") {
  std::string text = fmt::format(
      "# Collective test starting: {}_perf\n"
      "# nThread 1 nGpus 1 minBytes {} maxBytes {} step: 2(factor) warmup iters: 5 iters: 20 agg "
      "iters: 1 validation: 1 graph: 0\n#\n# Using devices\n",
      test, least, most);
  for (int rank = 0; rank < hosts * cards; ++rank)
    text += fmt::format("#  Rank {:2} Group  0 Pid {:6} on {:>10} device {:2} [0x{:02x}] Card\n",
                        rank, 1000 + rank, fmt::format("{}-{}", host, rank / cards), rank % cards,
                        rank % cards);
  text +=
      "#\n#                                       out-of-place                       in-place\n"
      "#       size         count      type   redop    root     time   algbw   busbw #wrong     "
      "time   algbw   busbw #wrong\n"
      "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            "
      "(us)  (GB/s)  (GB/s)\n";
  const double factor = bus_factor(*collective_of_test(test), hosts * cards);
  for (double bytes = least; bytes <= most; bytes *= 2) {
    text += fmt::format("{:12} {:13}     float     sum      -1", bytes, bytes / 4);
    for (int place = 0; place < 2; ++place) {
      const double us = time_of(bytes) * 1e6, rate = bytes / us * 1e-3;
      text += fmt::format(" {:8.2f} {:7.2f} {:7.2f}      0", us, rate, rate * factor);
    }
    text += "\n";
  }
  return text + "# Out of bounds values : 0 OK\n# Avg bus bandwidth    : 42\n#\n";
}

inline std::string hccl_test_output(const std::string& test, int hosts, int cards, double least,
                                    double most, const TimeOf& time_of) {
  std::string text = fmt::format(
      "$ mpirun -n {} ./bin/{}_test -b {} -e {} -f 2 -d fp32 -o sum -p {}\n"
      "the minbytes is {}, maxbytes is {}, iters is 20, warmup_iters is 5\n"
      "data_size(Bytes): | aveg_time(us): | alg_bandwidth(GB/s): | check_result:\n",
      hosts * cards, test, least, most, cards, least, most);
  for (double bytes = least; bytes <= most; bytes *= 2) {
    const double us = time_of(bytes) * 1e6;
    text += fmt::format("{:<17} | {:<14.2f} | {:<20.5f} | success\n", bytes, us, bytes / us * 1e-3);
  }
  return text;
}

}  // namespace qianka
