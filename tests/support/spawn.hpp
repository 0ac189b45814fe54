// SPDX-License-Identifier: Apache-2.0
// Runs the real binary as a user would, and keeps what it prints apart.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace qianka {

struct Spawned {
  int code = -1;  // exit code; 128 + n when ended by signal n
  std::string out, err;
};

/// The binary under test: QIANKA_BINARY of the environment, or the one that was built with the
/// tests.
inline std::string binary_under_test() {
  const char* chosen = std::getenv("QIANKA_BINARY");
  return chosen != nullptr ? chosen : QIANKA_BINARY;
}

inline std::string read_back(std::FILE* file) {
  std::string text;
  std::rewind(file);
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file))
    text.push_back(static_cast<char>(c));
  std::fclose(file);
  return text;
}

/// Starts it with these arguments; its standard output goes to `out`, when that is given, instead
/// of into the result.
inline Spawned spawn(std::vector<std::string> arguments, int out = -1) {
  std::FILE* const kept_out = std::tmpfile();
  std::FILE* const kept_err = std::tmpfile();
  arguments.insert(arguments.begin(), binary_under_test());
  std::vector<char*> words;
  for (std::string& word : arguments) words.push_back(word.data());
  words.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    dup2(out >= 0 ? out : fileno(kept_out), STDOUT_FILENO);
    dup2(fileno(kept_err), STDERR_FILENO);
    execv(words[0], words.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {code, read_back(kept_out), read_back(kept_err)};
}

}  // namespace qianka
