// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/outcome.hpp"

#include "sim/cli/terminal.hpp"
#include "sim/input/diagnostics.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>

#include <spdlog/spdlog.h>
#include <unistd.h>

namespace qianka {

void print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return;
  if (errno == EPIPE) throw OutputClosed{};
  throw RunFailed(std::string(tr("cannot write standard output: ")) + std::strerror(errno));
}

void print_report(std::string_view text) {
  print(coloured(STDOUT_FILENO) ? with_headings(text) : std::string(text));
}

void complain(std::string_view text) {
  const std::string shown = coloured(STDERR_FILENO) ? with_severity(text) : std::string(text);
  std::fwrite(shown.data(), 1, shown.size(), stderr);
  std::fputc('\n', stderr);
}

void remark(std::string_view text) {
  if (spdlog::should_log(spdlog::level::warn)) complain(text);
}

int outcome_of(const std::function<int()>& work) {
  const auto error = [](const std::string& message) { complain(tr("error: ") + message); };
  try {
    return work();
  } catch (const OutputClosed&) {
    return exit_ok;
  } catch (const UsageError& mistake) {
    error(mistake.what() + (mistake.hint.empty() ? "" : tr("\n  hint: ") + mistake.hint));
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
    error(tr("out of memory"));
    return exit_run_failed;
  } catch (const std::exception& unexpected) {
    complain(std::string(tr("internal error: ")) + unexpected.what());
    return exit_internal;
  } catch (...) {
    complain(tr("internal error: an exception of unknown type"));
    return exit_internal;
  }
}

}  // namespace qianka
