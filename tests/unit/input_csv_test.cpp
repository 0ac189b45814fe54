// SPDX-License-Identifier: Apache-2.0
#include "sim/input/csv.hpp"

#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(Csv, rows_know_their_line) {
  std::vector<Diagnostic> problems;
  const Csv csv =
      read_csv("# note\r\na,b\r\n1, two \r\n\r\n\"x,y\",4\r\n", "f.csv", {"a", "b"}, 0, problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(csv.rows.size(), 2U);
  EXPECT_EQ(csv.rows[0].line, 3);
  EXPECT_EQ(csv.rows[0].cells[1], "two");
  EXPECT_EQ(csv.rows[1].line, 5);
  EXPECT_EQ(csv.rows[1].cells[0], "x,y");
}

TEST(Csv, the_last_columns_may_be_optional) {
  std::vector<Diagnostic> problems;
  const Csv csv = read_csv("a,b\n1,2\n", "f.csv", {"a", "b", "c"}, 1, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(csv.rows[0].cells, (std::vector<std::string>{"1", "2", ""}));
}

TEST(Csv, header_and_short_rows_are_checked) {
  std::vector<Diagnostic> problems;
  read_csv("b,a\n1,2\n", "f.csv", {"a", "b", "c"}, 1, problems);
  read_csv("a,b\n1\n", "g.csv", {"a", "b"}, 0, problems);
  read_csv("", "h.csv", {"a", "b"}, 0, problems);
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(to_text(problems[0]),
            "f.csv:1:1: error: the header is 'b,a'\n  hint: it must be 'a,b[,c]'");
  EXPECT_EQ(to_text(problems[1]),
            "g.csv:2:1: error: 1 cells, but 2 columns\n  hint: columns are a,b");
  EXPECT_EQ(to_text(problems[2]),
            "h.csv: error: the file says nothing\n  hint: its first line must be 'a,b'");
}

}  // namespace
}  // namespace qianka
