// SPDX-License-Identifier: Apache-2.0
// Colour where it is wanted, completions that shells understand, manual pages that groff accepts.
#include "sim/cli/terminal.hpp"

#include "sim/report/sparkline.hpp"
#include "support/spawn.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr const char* escape = "\033[";

bool installed(const char* program) {
  return std::system(fmt::format("command -v {} >/dev/null 2>&1", program).c_str()) == 0;
}

/// What a command of the shell prints, errors included.
std::string shell(const std::string& command) {
  std::FILE* const pipe = popen(("{ " + command + "\n} 2>&1").c_str(), "r");
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
    text.push_back(static_cast<char>(c));
  pclose(pipe);
  return text;
}

class Folder {
 public:
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  const fs::path path = fs::temp_directory_path() / fmt::format("qianka-terminal-{}", getpid());
};

TEST(Terminal, colour_is_for_those_who_want_it) {
  EXPECT_THAT(spawn({"--help"}).out, Not(HasSubstr(escape)));
  EXPECT_THAT(spawn({"--color", "always", "--help"}).out, HasSubstr(escape));
  EXPECT_THAT(spawn({"check", "none.yaml", "--color=always"}).err, HasSubstr(escape));
  EXPECT_THAT(spawn({"check", "none.yaml"}).err, Not(HasSubstr(escape)));
  setenv("CLICOLOR_FORCE", "1", 1);
  EXPECT_THAT(spawn({"--help"}).out, HasSubstr(escape));
  EXPECT_THAT(spawn({"--help", "--color", "never"}).out, Not(HasSubstr(escape)));
  setenv("NO_COLOR", "1", 1);
  EXPECT_THAT(spawn({"--help"}).out, Not(HasSubstr(escape)));
  EXPECT_THAT(spawn({"--help", "--color", "always"}).out, HasSubstr(escape));
  unsetenv("CLICOLOR_FORCE");
  unsetenv("NO_COLOR");
  EXPECT_EQ(spawn({"--color", "sometimes", "list"}).code, 2);
}

TEST(Terminal, colour_only_adds) {
  const std::string report = "Job\n  model  x\nStep: 1 s\n\nno heading\n";
  EXPECT_EQ(with_headings(report), "\033[1mJob\033[0m\n  model  x\nStep: 1 s\n\nno heading\n");
  EXPECT_EQ(with_headings("{\n  \"a\": 1\n}\n"), "{\n  \"a\": 1\n}\n");
  EXPECT_THAT(with_severity("f.yaml:1:2: error: bad\n  hint: good"), HasSubstr("31m"));
  EXPECT_EQ(with_severity("terror: 'error: ' is quoted"), "terror: 'error: ' is quoted");
}

TEST(Terminal, quiet_leaves_the_result) {
  const fs::path folder = fs::temp_directory_path() / fmt::format("qianka-quiet-{}", getpid());
  const Spawned loud = spawn({"run", "01-one-gpu", "--trace", folder}),
                quiet = spawn({"run", "01-one-gpu", "--trace", folder, "-q"});
  fs::remove_all(folder);
  EXPECT_EQ(loud.out, quiet.out);
  EXPECT_NE(loud.err, "");
  EXPECT_EQ(quiet.err, "");
}

TEST(Terminal, twice_verbose_says_what_a_run_rests_on) {
  const auto said = [](const char* how) {
    return spawn({"run", "06-failure-and-restart", how}).err;
  };
  EXPECT_THAT(said("-v"), Not(HasSubstr("debug: ")));
  const std::string twice = said("-vv");
  for (const char* part : {"debug: read topologies/dgx-h100-rail.yaml: ", "debug: step: ",
                           "debug: collective: tensor all-reduce: ring",
                           "debug: 36900 s: gpu of node 2, fell off the bus: "})
    EXPECT_THAT(twice, HasSubstr(part));
  EXPECT_EQ(twice, said("-vv"));
}

TEST(Terminal, curves_are_drawn_between_their_least_and_greatest_value) {
  EXPECT_EQ(sparkline(std::vector<double>{1, 2, 4}), "▁▃█");
  EXPECT_EQ(sparkline(std::vector<double>{3, 3}), "██");
  EXPECT_EQ(sparkline(std::vector<double>{}), "");
  EXPECT_EQ(sparkline(std::vector<double>(1000, 1.0)).size(), 60 * std::string("█").size());
}

/// What bash offers for the last of these words.
std::string offered(const fs::path& script, const std::vector<std::string>& words) {
  return shell(
      fmt::format("PATH={}:$PATH bash -c 'source {}; COMP_WORDS=(\"$@\"); "
                  "COMP_CWORD=$(($# - 1)); _qianka; echo \" ${{COMPREPLY[*]}} \"' _ \"{}\"",
                  fs::path(binary_under_test()).parent_path().string(), script.string(),
                  fmt::join(words, "\" \"")));
}

TEST(Completion, bash_completes_commands_options_values_and_names) {
  const Folder folder;
  const fs::path script = folder.path / "qianka.bash";
  std::ofstream(script) << spawn({"completion", "bash"}).out;
  EXPECT_THAT(offered(script, {"qianka", "comp"}), HasSubstr(" compare "));
  EXPECT_THAT(offered(script, {"qianka", "sweep", "r"}), HasSubstr(" run report "));
  EXPECT_THAT(offered(script, {"qianka", "run", "--see"}), HasSubstr(" --seed --seeds "));
  EXPECT_THAT(offered(script, {"qianka", "run", "--lan"}), HasSubstr(" --lang "));
  EXPECT_THAT(offered(script, {"qianka", "run", "--placement", "sp"}), HasSubstr(" spread "));
  EXPECT_THAT(offered(script, {"qianka", "run", "--placement", "=", "sp"}), HasSubstr(" spread "));
  EXPECT_THAT(offered(script, {"qianka", "run", "x", "--color", "n"}), HasSubstr(" never "));
  EXPECT_THAT(offered(script, {"qianka", "run", "bloom"}), HasSubstr(" bloom-176b "));
  EXPECT_THAT(offered(script, {"qianka", "list", "pol"}), HasSubstr(" policies "));
  EXPECT_THAT(offered(script, {"qianka", "show", "part", "h100-s"}), HasSubstr(" h100-sxm5-80gb "));
  EXPECT_THAT(offered(script, {"qianka", "import", "x", "f", "--cluster", "dgx-h"}),
              HasSubstr(" dgx-h100-rail "));
  EXPECT_THAT(offered(script, {"qianka", "completion", "f"}), HasSubstr(" fish "));
}

TEST(Completion, bash_goes_on_behind_a_comma_and_knows_what_set_takes) {
  const Folder folder;
  const fs::path script = folder.path / "qianka.bash";
  std::ofstream(script) << spawn({"completion", "bash"}).out;
  const auto offer = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "qianka");
    return offered(script, words);
  };
  EXPECT_THAT(offer({"compare", "x", "--across", "dgx-h100-rail,atlas-900-a2"}),
              HasSubstr(" dgx-h100-rail,atlas-900-a2-910b "));
  EXPECT_EQ(offer({"tune", "x", "--recompute", "none,s"}), " none,selective \n");
  // bash hands over "KEY=VALUE" as three words
  EXPECT_EQ(offer({"run", "--set", "job.parallel.sched"}), " job.parallel.schedule= \n");
  EXPECT_EQ(offer({"run", "--set", "job.pa"}), " job.parallel. \n");
  EXPECT_THAT(offer({"run", "--set", "job.parallel.schedule", "="}), HasSubstr(" 1f1b gpipe "));
  EXPECT_EQ(offer({"run", "--set", "job.parallel.schedule", "=", "1"}), " 1f1b \n");
  EXPECT_EQ(offer({"run", "--set", "=", "job.parallel.schedule", "=", "1"}), " 1f1b \n");
  EXPECT_EQ(offer({"run", "--set", "job.model", "=", "bloom-17"}), " bloom-176b \n");
  EXPECT_EQ(offer({"run", "--set", "cluster.node.nic", "=", "connectx-7"}), " connectx-7-400g \n");
  EXPECT_EQ(offer({"run", "--set", "job.parallel.sequence_parallel", "=", "t"}), " true \n");
  EXPECT_THAT(offer({"explain", "--set", "job.model", "=", "x", "bloom"}),
              HasSubstr(" bloom-176b "));
}

/// What is typed, and what stands there after the tabulator.
std::vector<std::pair<std::string, std::string>> completed_lines() {
  return {{"qianka run --set job.parallel.sched", "job.parallel.schedule="},
          {"qianka run --set job.parallel.schedule=1", "job.parallel.schedule=1f1b"},
          {"qianka run --set=job.parallel.schedule=g", "--set=job.parallel.schedule=gpipe"},
          {"qianka run --set cluster.node.nic=connectx-7", "cluster.node.nic=connectx-7-400g"},
          {"qianka compare x --across dgx-h100-rail,atlas-900", "dgx-h100-rail,atlas-900-a2-910b"},
          {"qianka tune x --recompute none,s", "none,selective"},
          {"qianka run bloom-17", "bloom-176b"}};
}

TEST(Completion, zsh_completes_what_is_typed) {
  if (!installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  const Folder folder;
  std::ofstream(folder.path / "_qianka") << spawn({"completion", "zsh"}).out;
  std::ofstream script(folder.path / "typed.zsh");
  // A terminal in which each line is typed with a tabulator behind it; then what stands there is
  // printed in place of being run.
  script << "zmodload zsh/zpty\nzpty z zsh -f -i\nzpty -w z 'PS1= PROMPT_EOL_MARK=; unsetopt "
            "zle_bracketed_paste; fpath=("
         << folder.path.string()
         << " $fpath); autoload -Uz compinit; compinit -u -D; bindkey \"^I\" complete-word; "
            "show() { print -r \"[$BUFFER]\"; BUFFER= }; zle -N show; bindkey \"^X\" show; echo "
            "READY'\nwhile zpty -r z line; do [[ $line == *READY$'\\r'* ]] && break; done\n";
  for (const auto& [line, offers] : completed_lines())
    script << "zpty -w -n z " << '"' << line << '"' << "$'\\t\\x18'\nwhile zpty -r z line; do [[ "
           << "$line == *'['*']'* ]] && break; done\nprint -r -- $line\n";
  script.close();
  const std::string said = shell(fmt::format("PATH={}:$PATH timeout 100 zsh -f {}",
                                             fs::path(binary_under_test()).parent_path().string(),
                                             (folder.path / "typed.zsh").string()));
  for (const auto& [line, offers] : completed_lines()) EXPECT_THAT(said, HasSubstr(offers)) << line;
}

TEST(Completion, zsh_and_fish_read_theirs) {
  const Folder folder;
  bool tried = false;
  for (const char* name : {"zsh", "fish"}) {
    const fs::path script = folder.path / name;
    std::ofstream(script) << spawn({"completion", name}).out;
    if (!installed(name)) continue;
    tried = true;
    EXPECT_EQ(shell(fmt::format("{} -n {}", name, script.string())), "");
  }
  if (installed("fish")) {
    const std::string offer = shell(fmt::format(
        "PATH={}:$PATH fish -c 'source {}; complete -C \"qianka run --placement \"'",
        fs::path(binary_under_test()).parent_path().string(), (folder.path / "fish").string()));
    EXPECT_THAT(offer, HasSubstr("spread"));
    const auto offered_by_fish = [&](const std::string& line) {
      return shell(fmt::format("PATH={}:$PATH fish -c 'source {}; complete -C \"{}\"'",
                               fs::path(binary_under_test()).parent_path().string(),
                               (folder.path / "fish").string(), line));
    };
    for (const auto& [line, offers] : completed_lines())
      EXPECT_THAT(offered_by_fish(line), HasSubstr(offers)) << line;
  }
  if (!tried) GTEST_SKIP() << "neither zsh nor fish is installed";
}

TEST(ManPage, groff_finds_nothing_wrong) {
  const Folder folder;
  for (const char* language : {"en", "zh"}) {
    ASSERT_EQ(spawn({"man", "-o", folder.path.string(), "--lang", language}).code, 0);
    EXPECT_TRUE(fs::exists(folder.path / "qianka.1"));
    EXPECT_TRUE(fs::exists(folder.path / "qianka-run.1"));
    if (!installed("groff")) GTEST_SKIP() << "groff is not installed";
    // -Wbreak: Chinese has no spaces to break lines at, and names of keys are long.
    for (const auto& page : fs::directory_iterator(folder.path))
      EXPECT_EQ(
          shell(fmt::format("groff -ww -Wbreak -b -z -k -man -Tutf8 {}", page.path().string())),
          "");
  }
}

TEST(ManPage, has_what_the_help_has_and_is_always_the_same) {
  const Spawned page = spawn({"man", "run"});
  EXPECT_EQ(page.code, 0);
  EXPECT_THAT(page.out, HasSubstr("\\-\\-placement"));
  EXPECT_THAT(page.out, HasSubstr(".SH EXAMPLES"));
  EXPECT_EQ(page.out, spawn({"man", "run"}).out);
  EXPECT_EQ(spawn({"man", "rnu"}).code, 2);
  EXPECT_THAT(spawn({"man", "rnu"}).err, HasSubstr("did you mean 'run'?"));
}

}  // namespace
}  // namespace qianka
