// SPDX-License-Identifier: Apache-2.0
// What comes back from a child: its bytes, its exceptions, or how it died.
#include "sim/engine/child.hpp"
#include "sim/units/require.hpp"

#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace qianka {
namespace {

template <class Error>
std::string text_of(const std::function<std::string()>& work) {
  try {
    run_in_child(work);
  } catch (const Error& error) {
    return error.what();
  }
  return "no exception";
}

TEST(EngineChild, bytes_come_back_as_they_were) {
  const std::string bytes("\0two\nlines\0", 11);
  EXPECT_EQ(run_in_child([&] { return bytes; }), bytes);
  EXPECT_EQ(run_in_child([] { return std::string(); }), "");
}

TEST(EngineChild, a_result_larger_than_any_buffer_comes_back) {
  const std::string result = run_in_child([] { return std::string(64 << 20, 'x'); });
  EXPECT_EQ(result.size(), std::size_t{64} << 20);
  EXPECT_EQ(result.find_first_not_of('x'), std::string::npos);
}

TEST(EngineChild, exceptions_keep_their_type_and_text) {
  EXPECT_EQ(text_of<Bug>([]() -> std::string { throw Bug("a"); }), "a");
  EXPECT_EQ(text_of<Infeasible>([]() -> std::string { throw Infeasible("b"); }), "b");
  EXPECT_EQ(text_of<RunFailed>([]() -> std::string { throw RunFailed("c"); }), "c");
  EXPECT_EQ(text_of<RunFailed>([]() -> std::string { throw std::runtime_error("d"); }), "d");
  EXPECT_EQ(text_of<RunFailed>([]() -> std::string { throw 7; }),
            "a simulation failed with an exception of unknown type");
}

TEST(EngineChild, a_death_is_told_with_its_signal) {
  EXPECT_EQ(text_of<RunFailed>([]() -> std::string { return raise(SIGKILL), ""; }),
            "a simulation was killed by SIGKILL (Killed)");
  EXPECT_EQ(text_of<RunFailed>([]() -> std::string { return raise(SIGTERM), ""; }),
            "a simulation was killed by SIGTERM (Terminated)");
  EXPECT_EQ(text_of<RunFailed>([]() -> std::string { _exit(9); }),
            "a simulation ended with exit code 9, without a result");
}

TEST(EngineChild, what_the_parent_has_not_printed_yet_is_printed_once) {
  testing::internal::CaptureStdout();
  std::printf("once\n");
  run_in_child([] { return std::string(); });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "once\n");
}

TEST(EngineChild, a_child_asks_and_its_parent_answers_with_children_of_its_own) {
  // As a campaign asks for the step time of a state it has not met yet.
  int asked = 0;
  const std::string result = run_in_asking_child(
      [](const Ask& ask) { return ask("state 1") + ", " + ask("state 2") + ", " + ask(""); },
      [&](const std::string& question) {
        ++asked;
        return run_in_child([&] { return question + " takes 5 s"; });
      });
  EXPECT_EQ(result, "state 1 takes 5 s, state 2 takes 5 s,  takes 5 s");
  EXPECT_EQ(asked, 3);
}

TEST(EngineChild, when_the_parent_cannot_answer_its_exception_is_the_result) {
  try {
    run_in_asking_child(
        [](const Ask& ask) { return ask("state"); },
        [](const std::string&) -> std::string { throw Infeasible("does not fit"); });
    ADD_FAILURE() << "no exception";
  } catch (const Infeasible& error) {
    EXPECT_STREQ(error.what(), "does not fit");
  }
}

TEST(EngineChild, a_child_that_dies_while_it_is_answered_is_told_as_any_other) {
  // It asks, and is gone before the answer is written: that must be an error here, not a SIGPIPE.
  pid_t child = 0;
  const auto ask_and_die = [&](const Ask& ask) { return ask(std::to_string(getpid())); };
  const auto kill_and_answer = [&](const std::string& process) {
    child = std::stoi(process);
    kill(child, SIGKILL);
    usleep(20'000);
    return std::string(1 << 20, 'x');
  };
  try {
    run_in_asking_child(ask_and_die, kill_and_answer);
    ADD_FAILURE() << "no exception";
  } catch (const RunFailed& error) {
    EXPECT_STREQ(error.what(), "a simulation was killed by SIGKILL (Killed)");
  }
}

}  // namespace
}  // namespace qianka
