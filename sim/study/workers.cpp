// SPDX-License-Identifier: Apache-2.0
#include "sim/study/workers.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <new>

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace qianka {
namespace {

/// The number of the next piece of work, in memory that all workers share.
class SharedCounter {
 public:
  SharedCounter() {
    void* const memory =
        mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
      throw RunFailed(fmt::format("no memory to share: {}", std::strerror(errno)));
    counter_ = static_cast<Counter*>(memory);
    *counter_ = 0;
  }
  SharedCounter(const SharedCounter&) = delete;
  SharedCounter& operator=(const SharedCounter&) = delete;
  ~SharedCounter() { munmap(counter_, sizeof(Counter)); }

  std::size_t next() { return counter_->fetch_add(1); }

 private:
  using Counter = std::atomic<std::size_t>;
  static_assert(Counter::is_always_lock_free);
  Counter* counter_;
};

bool write_all(int to, const void* from, std::size_t size) {
  const auto* at = static_cast<const char*>(from);
  while (size > 0) {
    const ssize_t done = write(to, at, size);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    at += done, size -= static_cast<std::size_t>(done);
  }
  return true;
}

using Head = std::array<std::uint64_t, 2>;  // number of the piece, size of its result

/// The worker's whole life: destructors and exit handlers belong to the parent.
[[noreturn]] void be_worker(int to, SharedCounter& counter, std::size_t count,
                            const std::function<std::string(std::size_t)>& work) {
  bool heard = true;
  for (std::size_t i = counter.next(); heard && i < count; i = counter.next()) {
    try {
      const std::string result = work(i);
      const Head head{i, result.size()};
      heard =
          write_all(to, head.data(), sizeof head) && write_all(to, result.data(), result.size());
    } catch (...) {  // the result stays missing
    }
  }
  _exit(heard ? 0 : 1);
}

struct Worker {
  pid_t process = -1;
  int from = -1;
  std::string bytes{};  // received, not yet a whole result
};

Worker start_worker(SharedCounter& counter, std::size_t count,
                    const std::function<std::string(std::size_t)>& work) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0)
    throw RunFailed(fmt::format("no line to a worker: {}", std::strerror(errno)));
  std::fflush(stdout);  // else both processes would print what is buffered
  std::fflush(stderr);
  const pid_t process = fork();
  if (process < 0) throw RunFailed(fmt::format("cannot start a worker: {}", std::strerror(errno)));
  if (process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody is left to read what it finds
    close(ends[0]);
    be_worker(ends[1], counter, count, work);
  }
  close(ends[1]);
  return {process, ends[0]};
}

using Results = std::vector<std::optional<std::string>>;

/// Takes whole results off the front of what was received.
void take_results(Worker& worker, Results& results) {
  Head head{};
  while (worker.bytes.size() >= sizeof head) {
    std::memcpy(head.data(), worker.bytes.data(), sizeof head);
    if (worker.bytes.size() < sizeof head + head[1]) return;
    results[head[0]] = worker.bytes.substr(sizeof head, head[1]);
    worker.bytes.erase(0, sizeof head + head[1]);
  }
}

/// False when the worker has closed its end.
bool receive(Worker& worker, Results& results) {
  std::array<char, 1 << 16> buffer{};
  const ssize_t size = read(worker.from, buffer.data(), buffer.size());
  if (size < 0 && errno == EINTR) return true;
  if (size <= 0) return false;
  worker.bytes.append(buffer.data(), static_cast<std::size_t>(size));
  take_results(worker, results);
  return true;
}

void end(Worker& worker) {
  close(worker.from);
  worker.from = -1;
  while (waitpid(worker.process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Results run_in_workers(std::size_t count, int workers,
                       const std::function<std::string(std::size_t)>& work) {
  Results results(count);
  SharedCounter counter;
  const std::size_t used = std::min<std::size_t>(std::max(workers, 1), count);
  std::vector<Worker> running;
  for (std::size_t i = 0; i < used; ++i) running.push_back(start_worker(counter, count, work));
  while (!running.empty()) {
    std::vector<pollfd> waits;
    for (const Worker& worker : running) waits.push_back({worker.from, POLLIN, 0});
    if (poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR)
      throw RunFailed(fmt::format("waiting for workers: {}", std::strerror(errno)));
    for (std::size_t i = 0; i < waits.size(); ++i)
      if (waits[i].revents != 0 && !receive(running[i], results)) end(running[i]);
    std::erase_if(running, [](const Worker& worker) { return worker.from < 0; });
  }
  return results;
}

}  // namespace qianka
