// SPDX-License-Identifier: Apache-2.0
// Whole processes that are measured, as a user types them: time and peak memory of the release
// binary.
#pragma once
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace qianka {

struct Command {
  std::string name;   // of the benchmark; before the first / the table it belongs to
  std::string label;  // in that table
  std::string line;
  int runs = 3;       // the least counts
  double pieces = 0;  // of work that is done, for a rate
};

/// One job from 1,024 to 131,072 cards: the layout of a replica stays, replicas, batch and spares
/// grow.
inline Command ladder_of(int cards) {
  const int data = cards / 128;
  return {
      .name = fmt::format("ladder/{}", cards),
      .label = fmt::format("{} cards", cards),
      .line = fmt::format(
          "qianka run scenarios/scale/llama3-405b-30-days.yaml --set cluster.fabric.core.ports=128 "
          "--set cluster.nodes={} --set cluster.spares={} --set job.parallel.data={} --set "
          "job.global_batch={} --json",
          cards / 8, cards / 256, data, 16 * data),
      .runs = cards > 32768 ? 1 : 3};
}

/// All groups of a data-parallel all-reduce of 1 GB at once on a rail-optimised Clos, hashed.
inline Command rings_of_all(int cards, int stride, const std::string& placement) {
  return {.name = fmt::format("collective/{}/{}/{}", cards, stride, placement),
          .label = fmt::format("{} | {} | {}", cards, stride, placement),
          .line = fmt::format(
              "qianka collective all-reduce --on dgx-h100-rail --sizes 1GB --set "
              "fabric.routing=ecmp --set fabric.spine.ports=128 --all-groups --algorithm ring "
              "--cards {} --stride {} --placement {} --seed 1",
              cards, stride, placement)};
}

inline constexpr std::array ladder_cards{1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072};

inline std::vector<Command> commands() {
  std::vector<Command> all{
      {"start/nothing", "a process that does nothing", "/bin/true", 20},
      {"start/version", "the program alone", "qianka --version", 20},
      {"start/check", "one card, checked", "qianka check scenarios/01-one-gpu.yaml", 20},
      {"run/gpt3-175b-1024-a100", "1,024", "qianka run scenarios/gpt3-175b-1024-a100.yaml --json"},
      {"run/gpt3-175b-1024-910b", "1,024", "qianka run scenarios/gpt3-175b-1024-910b.yaml --json"},
      {"run/bloom-176b", "384", "qianka run scenarios/bloom-176b.yaml --json"},
      {"run/published/sc21-1t", "3,072", "qianka run scenarios/published/sc21-1t.yaml --json"},
      {"run/published/korthikanti-175b-full", "64",
       "qianka run scenarios/published/korthikanti-175b-full.yaml --json"},
      {"run/llama3-405b-54-days", "16,384", "qianka run scenarios/llama3-405b-54-days.yaml --json"},
      {"contention/representative", "48, of one representative replica",
       "qianka run scenarios/fabric/gradients-meet-sends.yaml"},
      {"contention/exact", "all",
       "qianka run scenarios/fabric/gradients-meet-sends.yaml --set step.contention=exact"},
      {"contention/show", "11,776, all at once",
       "qianka show contention fabric/gradients-meet-sends"},
      {"peer/ring/256", "",
       "qianka collective all-reduce --on dgx-h100-rail --cards 256 --sizes 1GiB --algorithm ring"},
      {"peer/ring/1024", "",
       "qianka collective all-reduce --on dgx-h100-rail --cards 1024 --sizes 1GiB --algorithm "
       "ring"},
      {"campaign/seeds", "", "qianka run scenarios/llama3-405b-54-days.yaml --seeds 100 --json", 1,
       100},
      {"validate/1", "", "qianka validate --source Korthikanti --jobs 1", 1, 12},
      {"validate/2", "", "qianka validate --source Korthikanti --jobs 2", 1, 12},
      {"tune/proved", "", "qianka tune scenarios/gpt3-175b-1024-a100.yaml --top 1 --jobs 1", 1},
  };
  for (const auto& [cards, stride] :
       {std::pair{1024, 16}, {16384, 1}, {16384, 128}, {131072, 1}, {131072, 16}, {131072, 128}})
    all.push_back(rings_of_all(cards, stride, "packed"));
  for (const int cards : {4096, 16384}) all.push_back(rings_of_all(cards, 16, "random"));
  for (const int cards : ladder_cards) all.push_back(ladder_of(cards));
  return all;
}

}  // namespace qianka
