// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/task_pool.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace qianka {
namespace {

constexpr int tick_ms = 1000;

[[noreturn]] void fail(const char* what) {
  throw RunFailed(fmt::format("{}: {}", what, std::strerror(errno)));
}

/// While it lives an interrupt is something to read, here and in processes begun meanwhile.
class InterruptLine {
 public:
  InterruptLine() {
    sigemptyset(&mask_);
    sigaddset(&mask_, SIGINT);
    sigprocmask(SIG_BLOCK, &mask_, &before_);
    line_ = signalfd(-1, &mask_, SFD_CLOEXEC | SFD_NONBLOCK);
    if (line_ < 0) fail(tr("no line for signals"));
  }
  InterruptLine(const InterruptLine&) = delete;
  InterruptLine& operator=(const InterruptLine&) = delete;
  ~InterruptLine() {
    signalfd_siginfo pending{};
    while (read(line_, &pending, sizeof pending) > 0) {  // it was meant for us
    }
    close(line_);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
  }

  [[nodiscard]] int line() const { return line_; }

 private:
  sigset_t mask_{}, before_{};
  int line_ = -1;
};

bool move_all(ssize_t (*move)(int, char*, std::size_t), int line, void* bytes, std::size_t size) {
  auto* at = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t moved = move(line, at, size);
    if (moved < 0 && errno == EINTR) continue;
    if (moved <= 0) return false;
    at += moved, size -= static_cast<std::size_t>(moved);
  }
  return true;
}

bool write_all(int line, const void* from, std::size_t size) {
  return move_all([](int to, char* at, std::size_t n) { return write(to, at, n); }, line,
                  const_cast<void*>(from), size);
}

bool read_all(int line, void* into, std::size_t size) {
  return move_all([](int from, char* at, std::size_t n) { return read(from, at, n); }, line, into,
                  size);
}

/// The worker's whole life: destructors and exit handlers belong to the parent.
[[noreturn]] void be_worker(int from, int to, const std::function<std::string(std::size_t)>& work) {
  std::uint64_t number = 0;
  try {
    while (read_all(from, &number, sizeof number)) {
      const std::string result = work(number);
      const std::uint64_t size = result.size();
      if (!write_all(to, &size, sizeof size) || !write_all(to, result.data(), size)) break;
    }
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

struct PoolWorker {
  pid_t process = -1;
  int to = -1, from = -1;
  std::optional<std::size_t> at{};
};

std::string how_ended(int status) {
  return WIFSIGNALED(status) ? say("its process was ended by signal {}", WTERMSIG(status))
                             : say("its process ended with {}", WEXITSTATUS(status));
}

class Pool {
 public:
  Pool(int workers, const PoolTasks& tasks)
      : tasks_(tasks), workers_(static_cast<std::size_t>(workers)) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    for (PoolWorker& worker : workers_) {
      if (worker.process > 0) kill(worker.process, SIGKILL);
      end(worker);
    }
  }

  PoolEnd run() {
    for (std::size_t i = 0; i < workers_.size(); ++i) give(i);
    while (busy()) {
      if (!wait()) return PoolEnd::interrupted;
      tasks_.tick();
    }
    return PoolEnd::finished;
  }

 private:
  [[nodiscard]] bool busy() const {
    for (const PoolWorker& worker : workers_)
      if (worker.at) return true;
    return false;
  }

  void give(std::size_t i) {
    PoolWorker& worker = workers_[i];
    worker.at = tasks_.next(static_cast<int>(i));
    if (!worker.at) {
      end(worker);
      return;
    }
    if (worker.process < 0) start(worker);
    const std::uint64_t number = *worker.at;
    write_all(worker.to, &number,
              sizeof number);  // a worker that is gone is noticed by its silence
  }

  void start(PoolWorker& worker) {
    std::array<int, 2> there{}, back{};
    if (pipe(there.data()) != 0 || pipe(back.data()) != 0) fail(tr("no line to a worker"));
    std::fflush(stdout);  // else both processes would print what is buffered
    std::fflush(stderr);
    const pid_t process = fork();
    if (process < 0) fail(tr("cannot start a worker"));
    if (process == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);           // nobody is left to read what it finds
      for (const PoolWorker& other : workers_) {  // else it would keep their lines open
        if (other.to >= 0) close(other.to);
        if (other.from >= 0) close(other.from);
      }
      close(there[1]), close(back[0]);
      be_worker(there[0], back[1], tasks_.work);
    }
    close(there[0]), close(back[1]);
    worker.process = process, worker.to = there[1], worker.from = back[0];
  }

  /// How it ended, for messages.
  static std::string end(PoolWorker& worker) {
    if (worker.process < 0) return "";
    close(worker.to), close(worker.from);
    int status = 0;
    while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
    }
    worker = {.at = worker.at};
    return how_ended(status);
  }

  void receive(std::size_t i) {
    PoolWorker& worker = workers_[i];
    const std::size_t number = *worker.at;
    std::uint64_t size = 0;
    std::string result;
    bool whole = read_all(worker.from, &size, sizeof size);
    if (whole) {
      result.resize(size);
      whole = read_all(worker.from, result.data(), size);
    }
    if (whole) {
      tasks_.done(number, result);
    } else {
      const std::string how = end(worker);
      tasks_.died(number, how);
    }
    give(i);
  }

  /// False when the user interrupts.
  bool wait() {
    std::vector<pollfd> lines{{interrupt_.line(), POLLIN, 0}};
    std::vector<std::size_t> whose{0};
    for (std::size_t i = 0; i < workers_.size(); ++i)
      if (workers_[i].at) lines.push_back({workers_[i].from, POLLIN, 0}), whose.push_back(i);
    if (poll(lines.data(), lines.size(), tick_ms) < 0) {
      if (errno == EINTR) return true;
      fail(tr("waiting for workers"));
    }
    if (lines[0].revents != 0) return false;
    for (std::size_t l = 1; l < lines.size(); ++l)
      if (lines[l].revents != 0) receive(whose[l]);
    return true;
  }

  InterruptLine interrupt_;
  const PoolTasks& tasks_;
  std::vector<PoolWorker> workers_;
};

}  // namespace

PoolEnd run_pool(int workers, const PoolTasks& tasks) { return Pool(workers, tasks).run(); }

}  // namespace qianka
