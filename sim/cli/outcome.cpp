// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/outcome.hpp"

#include "sim/input/diagnostics.hpp"
#include "sim/units/require.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>

namespace qianka {

void print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return;
  if (errno == EPIPE) throw OutputClosed{};
  throw RunFailed(std::string("cannot write standard output: ") + std::strerror(errno));
}

void complain(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

int outcome_of(const std::function<int()>& work) {
  const auto error = [](const std::string& message) { complain("error: " + message); };
  try {
    return work();
  } catch (const OutputClosed&) {
    return exit_ok;
  } catch (const UsageError& mistake) {
    error(mistake.what() + (mistake.hint.empty() ? "" : "\n  hint: " + mistake.hint));
    return exit_invalid;
  } catch (const InputError& mistakes) {
    complain(mistakes.what());
    return exit_invalid;
  } catch (const InfeasibleInput& reasons) {
    complain(reasons.what());
    return exit_infeasible;
  } catch (const Infeasible& reason) {
    error(reason.what());
    return exit_infeasible;
  } catch (const RunFailed& reason) {
    error(reason.what());
    return exit_run_failed;
  } catch (const Bug& bug) {
    complain(bug.what());
    return exit_internal;
  } catch (const std::bad_alloc&) {
    error("out of memory");
    return exit_run_failed;
  } catch (const std::exception& unexpected) {
    complain(std::string("internal error: ") + unexpected.what());
    return exit_internal;
  } catch (...) {
    complain("internal error: an exception of unknown type");
    return exit_internal;
  }
}

}  // namespace qianka
