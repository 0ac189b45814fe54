// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/child.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace qianka {
namespace {

/// What travels between parent and child: a kind, a length, that many bytes.
struct Message {
  enum class Kind : std::uint64_t {
    result,
    bug,
    infeasible,
    unknown,
    run_failed,
    question,
    answer
  };
  Kind kind;
  std::string text;
};

/// One end of a socket pair. A socket, not a pipe: a write to a peer that died can be told not to
/// raise SIGPIPE.
class Line {
 public:
  explicit Line(int descriptor) : descriptor_(descriptor) {}
  Line(Line&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Line& operator=(Line&&) = delete;
  ~Line() { close(); }

  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

  /// False when nobody listens any more.
  [[nodiscard]] bool send(Message::Kind kind, const std::string& text) const {
    const std::uint64_t head[2] = {static_cast<std::uint64_t>(kind), text.size()};
    return send_bytes(head, sizeof head) && send_bytes(text.data(), text.size());
  }

  /// Nothing when the other end was closed.
  [[nodiscard]] std::optional<Message> receive() const {
    std::uint64_t head[2];
    if (!receive_bytes(head, sizeof head)) return std::nullopt;
    Message message{Message::Kind{head[0]}, std::string(head[1], '\0')};
    if (!receive_bytes(message.text.data(), message.text.size())) return std::nullopt;
    return message;
  }

 private:
  bool send_bytes(const void* from, std::size_t size) const {
    const auto* next = static_cast<const char*>(from);
    while (size > 0) {
      const ssize_t done = ::send(descriptor_, next, size, MSG_NOSIGNAL);
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) return false;
      next += done;
      size -= static_cast<std::size_t>(done);
    }
    return true;
  }

  bool receive_bytes(void* into, std::size_t size) const {
    auto* next = static_cast<char*>(into);
    while (size > 0) {
      const ssize_t done = ::recv(descriptor_, next, size, 0);
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) return false;
      next += done;
      size -= static_cast<std::size_t>(done);
    }
    return true;
  }

  int descriptor_;
};

/// The child's whole life. Never returns: destructors and exit handlers belong to the parent.
[[noreturn]] void be_child(const Line& line, const std::function<std::string(const Ask&)>& work) {
  const Ask ask = [&line](const std::string& question) {
    if (!line.send(Message::Kind::question, question)) _exit(1);
    const auto reply = line.receive();
    if (!reply) _exit(1);  // the parent gave up on us
    return reply->text;
  };
  Message last{Message::Kind::result, {}};
  try {
    last.text = work(ask);
  } catch (const Bug& error) {
    last = {Message::Kind::bug, error.what()};
  } catch (const Infeasible& error) {
    last = {error.unknown ? Message::Kind::unknown : Message::Kind::infeasible, error.what()};
  } catch (const std::exception& error) {
    last = {Message::Kind::run_failed, error.what()};
  } catch (...) {
    last = {Message::Kind::run_failed, tr("a simulation failed with an exception of unknown type")};
  }
  const bool heard = line.send(last.kind, last.text);
  std::fflush(stdout);
  std::fflush(stderr);
  _exit(heard ? 0 : 1);
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw RunFailed(say("waiting for a simulation: {}", std::strerror(errno)));
  }
  return status;
}

std::string describe_end(int status) {
  if (!WIFSIGNALED(status))
    return say("a simulation ended with exit code {}, without a result", WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  const char* name = sigabbrev_np(signal);
  return say("a simulation was killed by {}{} ({})", name != nullptr ? "SIG" : "signal ",
             name != nullptr ? name : std::to_string(signal), strsignal(signal));
}

std::string take_result(const std::optional<Message>& last, int status) {
  if (!last) throw RunFailed(describe_end(status));
  switch (last->kind) {
    case Message::Kind::bug:
      throw Bug(last->text);
    case Message::Kind::infeasible:
    case Message::Kind::unknown: {
      Infeasible error(last->text);
      error.unknown = last->kind == Message::Kind::unknown;
      throw error;
    }
    case Message::Kind::run_failed:
      throw RunFailed(last->text);
    default:
      return last->text;
  }
}

}  // namespace

std::string run_in_child(const std::function<std::string()>& work) {
  return run_in_asking_child([&work](const Ask&) { return work(); }, nullptr);
}

std::string run_in_asking_child(const std::function<std::string(const Ask&)>& work,
                                const Ask& answer) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw RunFailed(say("no line to a simulation: {}", std::strerror(errno)));
  }
  Line ours(ends[0]);
  Line theirs(ends[1]);
  std::fflush(stdout);  // else both processes would print what is buffered
  std::fflush(stderr);
  const pid_t child = fork();
  if (child < 0) throw RunFailed(say("cannot start a simulation: {}", std::strerror(errno)));
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody is left to read what a child without a parent finds
    ours.close();
    be_child(theirs, work);
  }
  theirs.close();

  std::exception_ptr failure;
  std::optional<Message> message = ours.receive();
  while (message && message->kind == Message::Kind::question) {
    try {
      const std::string reply = answer(message->text);
      message.reset();
      if (ours.send(Message::Kind::answer, reply)) message = ours.receive();
    } catch (...) {  // no answer, no child; the caller hears why
      failure = std::current_exception();
      break;
    }
  }
  ours.close();
  const int status = wait_for(child);
  if (failure) std::rethrow_exception(failure);
  return take_result(message, status);
}

}  // namespace qianka
