// SPDX-License-Identifier: Apache-2.0
// The fence around SimGrid: timers, and flows that share links by max-min fairness. No SimGrid
// header, type or pointer leaves this folder. One engine a process (SimGrid's clock outlives an
// engine): a second construction throws Bug; run simulations in children (engine/child.hpp).
//
// A flow over links l1..lk takes exactly latency + bytes / share; a link listed n times in a route
// counts n times.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

/// How SimGrid is driven. `lazy_tap` (the product) keeps the rates of unrelated flows bit-equal;
/// `full` is the cross-check of the tests. tests/models/engine_traps_test.cpp shows why.
enum class Solver { lazy_tap, full };

class Engine {
 public:
  /// `capacity[i]` is link i's rate; all must be > 0.
  explicit Engine(std::span<const Bandwidth> capacity, Solver solver = Solver::lazy_tap);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] Seconds now() const;

  using TimerId = std::uint64_t;
  TimerId at(Seconds when, std::function<void()> then);
  TimerId after(Seconds delay, std::function<void()> then);
  void cancel(TimerId timer);  // a timer that has fired is left alone

  using FlowId = std::uint64_t;
  /// Starts now. `route` holds link indices, repeats allowed, empty = only the latency. An
  /// exception thrown by a callback stops the run and leaves run().
  FlowId start_flow(std::span<const std::uint32_t> route, Bytes size, Seconds latency,
                    std::function<void()> done);
  void cancel_flow(FlowId flow);  // `done` is not called

  /// Runs until nothing is left to happen.
  void run();

  /// The settings as given to SimGrid, for the report.
  static std::vector<std::pair<std::string, std::string>> settings(
      Solver solver = Solver::lazy_tap);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace qianka
