// SPDX-License-Identifier: Apache-2.0
#include "bench/launcher.hpp"

#include "bench/meter.hpp"

#include <array>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace qianka {
namespace {

Spent spend(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  if (words.at(0) == "qianka") words[0] = QIANKA_BINARY;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return {.wall = passed.count(),
          .processor = seconds_of(usage),
          .peak = 1024 * static_cast<double>(usage.ru_maxrss),
          .well = WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

/// Until the other end is closed.
void serve(int lines, int answers) {
  std::array<char, 4096> line{};  // a pipe hands over this much in one piece
  for (ssize_t size = 0; (size = read(lines, line.data(), line.size())) > 0;) {
    const Spent spent = spend({line.data(), static_cast<std::size_t>(size)});
    if (write(answers, &spent, sizeof spent) != sizeof spent) return;
  }
}

}  // namespace

Launcher::Launcher() {
  std::array<int, 2> there{}, back{};
  if (pipe2(there.data(), O_CLOEXEC) != 0 || pipe2(back.data(), O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  child_ = fork();
  if (child_ == 0) {
    close(there[1]), close(back[0]);
    serve(there[0], back[1]);
    _exit(0);
  }
  close(there[0]), close(back[1]);
  lines_ = there[1], answers_ = back[0];
}

Launcher::~Launcher() {
  close(lines_), close(answers_);
  waitpid(child_, nullptr, 0);
}

Spent Launcher::run(const std::string& line) {
  Spent spent;
  if (write(lines_, line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
      read(answers_, &spent, sizeof spent) != sizeof spent)
    throw std::runtime_error("the launcher died");
  return spent;
}

}  // namespace qianka
