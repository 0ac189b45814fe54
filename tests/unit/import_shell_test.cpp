// SPDX-License-Identifier: Apache-2.0
// The little of a shell that launch scripts need.
#include "sim/interchange/shell_text.hpp"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

/// The words of the last command, each in brackets; what is not known as <name>.
std::string last_command(const std::string& script) {
  std::vector<Diagnostic> warnings;
  std::vector<std::string> details;
  const ShellScript shell = read_shell({script, "f.sh"}, warnings, details);
  std::string text;
  if (shell.commands.empty()) return text;
  for (const ShellText& word : shell.commands.back().words) text += "[" + word.text + "]";
  for (char& c : text) c = c == unknown_begin ? '<' : c == unknown_end ? '>' : c;
  return text;
}

TEST(Shell, quotes_and_variables) {
  EXPECT_EQ(last_command("A='x y'\nrun $A \"$A\" '$A' a\\ b"), "[run][x][y][x y][$A][a b]");
  EXPECT_EQ(last_command("A=1; B=${A}2\nrun a$B\"c$A\""), "[run][a12c1]");
  EXPECT_EQ(last_command("run $NONE \"${NONE}x\""), "[run][<NONE>][<NONE>x]");
  EXPECT_EQ(last_command("export A=3 B=4\nrun $A$B # $A"), "[run][34]");
  EXPECT_EQ(last_command("A=1 B=2 run $A"), "[run][1]");
}

TEST(Shell, defaults) {
  EXPECT_EQ(last_command("run ${A:-8} ${B-\"x y\"} ${1:-z}"), "[run][8][x][y][z]");
  EXPECT_EQ(last_command("A=5\nrun ${A:-8} ${A:+set} ${B:+set}"), "[run][5][set]");
  EXPECT_EQ(last_command("run ${A:=7}\nrun $A ${C:-${A}}"), "[run][7][7]");
}

TEST(Shell, lines_go_on_and_comments_end) {
  EXPECT_EQ(last_command("run a \\\n  b\\\nc \\  \n d"), "[run][a][bc][d]");
  EXPECT_EQ(last_command("run a#b # c\n# run d"), "[run][a#b]");
  EXPECT_EQ(last_command("run a > log 2>&1 | tee x\n"), "[tee][x]");
  EXPECT_EQ(last_command("cat <<EOF\nrun x\nEOF\nrun y <<<z"), "[run][y]");
}

TEST(Shell, arrays) {
  EXPECT_EQ(last_command("A=(a  # one\n 'b c'\n d)\nA+=(e)\nrun \"${A[@]}\" ${#A[@]}"),
            "[run][a][b c][d][e][4]");
  EXPECT_EQ(last_command("A=(a b)\nrun ${A[1]} $A"), "[run][b][a]");
}

TEST(Shell, arithmetic_in_its_clothes) {
  EXPECT_EQ(last_command("A=8; B=4\nrun $(($A*B)) $((A + B * 2)) $((7 / 2)) $(expr $A \\* $B)"),
            "[run][32][16][3][32]");
  EXPECT_EQ(last_command("A=8\nrun $(echo \"$A*2\" | bc) $((A / 0)) $((NONE * 2))"),
            "[run][16][<$((A / 0))>][<NONE>]");
  EXPECT_EQ(arithmetic("2 ** 10 - (3 - 1) * 4"), 1016);
  EXPECT_EQ(arithmetic("99999999999999999999"), std::nullopt);
  EXPECT_EQ(arithmetic("4 4"), std::nullopt);
}

TEST(Shell, branches) {
  EXPECT_EQ(
      last_command("M=7B\nif [ $M = 13B ]; then L=40; elif [[ $M == 7B ]]; then L=32; else L=1; "
                   "fi\nrun $L"),
      "[run][32]");
  EXPECT_EQ(
      last_command("M=7B\ncase $M in\n 13B) L=40;;\n 7B|8B) L=32 ;;\n *) L=1;;\nesac\nrun $L"),
      "[run][32]");
  EXPECT_EQ(last_command("[ -z \"$N\" ] && N=2\n[ -n \"$N\" ] || N=3\nrun $N"), "[run][2]");
  for (const char* both : {"[ $A = true ] && [ $T -gt 1 ]", "[[ $A == true && $T -gt 1 ]]",
                           "[ $A = true -a $T -gt 1 ]"}) {
    for (const auto& [values, said] : {std::pair{"A=true\nT=2\n", "[run][yes]"},
                                       {"A=false\nT=2\n", "[run][no]"},
                                       {"A=true\nT=1\n", "[run][no]"},
                                       {"A=false\nT=$NOBODY\n", "[run][no]"}})
      EXPECT_EQ(
          last_command(std::string(values) + "if " + both + "; then run yes; else run no; fi"),
          said)
          << both << values;
  }
  EXPECT_EQ(last_command("if [ 1 = 2 ] || [ 3 = 3 ]; then run yes; else run no; fi"), "[run][yes]");
  EXPECT_EQ(last_command("for i in 4 8; do\n  run $i\ndone"), "[run][4]");
  EXPECT_EQ(last_command("f() {\n  local A=1\n  run $A\n}\n"), "[run][1]");
  EXPECT_EQ(last_command("if [ 3 -gt 2 ]; then run yes; else run no; fi"), "[run][yes]");
}

TEST(Shell, the_caller_may_set_variables_and_arguments) {
  std::vector<Diagnostic> warnings;
  std::vector<std::string> details;
  const SourceText source("L=${12}\nTP=${TP:-8}\nrun $1 $L $TP\n", "f.sh");
  const ShellScript shell =
      read_shell(source, warnings, details, {{"1", "dsw"}, {"12", "40"}, {"TP", "4"}});
  ASSERT_EQ(shell.commands.size(), 1U);
  std::string said;
  for (const ShellText& word : shell.commands[0].words) said += "[" + word.text + "]";
  EXPECT_EQ(said, "[run][dsw][40][4]");
}

TEST(Shell, words_know_where_they_were_written) {
  std::vector<Diagnostic> warnings;
  std::vector<std::string> details;
  const SourceText source("A=\"--x\n  --y\"\nrun $A\n", "f.sh");
  const ShellScript shell = read_shell(source, warnings, details);
  ASSERT_EQ(shell.commands.size(), 1U);
  EXPECT_EQ(to_text(source.at(shell.commands[0].words[2].from[0])), "f.sh:2:3");
}

}  // namespace
}  // namespace qianka
