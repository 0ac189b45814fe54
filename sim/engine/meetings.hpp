// SPDX-License-Identifier: Apache-2.0
// Private to the engine: which operations of a program have a flow that meets another one on a
// link. Few do, and a timer can stand for the others.
#pragma once
#include "sim/workload/program.hpp"

#include <cstdint>
#include <vector>

namespace qianka {

class Meetings {
 public:
  /// Nobody meets anybody, or who is said to.
  explicit Meetings(const Program& program) : meets_(program.ops.size()) {}

  void add(const std::vector<std::uint32_t>& ops);
  void add_all();
  [[nodiscard]] bool meets(std::uint32_t op) const { return meets_[op]; }

 private:
  std::vector<bool> meets_;  // by op
};

/// Looks on while a program runs, for flows that were thought to be alone and are not.
class Lookout {
 public:
  Lookout(const Program& program, const Meetings& known)
      : known_(known), links_(program.link_capacity.size()), found_(program.ops.size()) {}

  /// A flow of an operation that meets nobody starts now, for so long.
  void start_alone(std::uint32_t op, const ProgramFlow& flow, Seconds now, Seconds end);
  /// A flow that may share its links is under way from now until end_shared().
  void start_shared(const ProgramFlow& flow, Seconds now);
  void end_shared(const ProgramFlow& flow);

  /// Operations that meet somebody although they were not known to, in no particular order.
  [[nodiscard]] const std::vector<std::uint32_t>& surprises() const { return surprises_; }

 private:
  /// Of those on a link that are thought alone the one that ends last, and how many others.
  struct Use {
    Seconds until{-1};
    std::uint32_t op = 0, flow = 0;
    std::uint32_t shared = 0;
  };
  void note(std::uint32_t op);

  const Meetings& known_;
  std::vector<Use> links_;
  std::vector<bool> found_;  // by op
  std::vector<std::uint32_t> surprises_;
  std::uint32_t started_ = 0;
};

}  // namespace qianka
