// SPDX-License-Identifier: Apache-2.0
// Every simulation runs in a forked child from clock 0: a clock that stands at day 54 has lost the
// precision that a 45 us collective needs, SimGrid allows one engine a process, and results must
// not depend on what ran before. The parent never holds an engine; a child never forks.
#pragma once
#include <functional>
#include <string>

namespace qianka {

/// Runs `work` in a child and returns the bytes it returned. Exceptions of the child arrive as the
/// same type (Bug, Infeasible, RunFailed) with the same text; a child that dies otherwise is
/// RunFailed with its signal.
std::string run_in_child(const std::function<std::string()>& work);

/// The same for a child that may ask: `work` gets `ask(question) -> answer`, each answered by
/// `answer` in the (engine-free) parent, which may fork further children to find it.
using Ask = std::function<std::string(const std::string&)>;
std::string run_in_asking_child(const std::function<std::string(const Ask&)>& work,
                                const Ask& answer);

}  // namespace qianka
