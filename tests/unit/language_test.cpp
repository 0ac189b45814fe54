// SPDX-License-Identifier: Apache-2.0
// The Chinese catalogue has every marked text, with the same places for values; reports in Chinese
// align; JSON is the same bytes in both languages.
#include "sim/language/language.hpp"

#include "sim/language/said.hpp"
#include "sim/report/html_report.hpp"
#include "sim/units/utf8.hpp"
#include "support/spawn.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const fs::path root = QIANKA_SOURCE_DIR;

std::string read_text(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

bool installed(const char* program) {
  return std::system((std::string("command -v ") + program + " >/dev/null 2>&1").c_str()) == 0;
}

/// context + '\4' + text -> its Chinese.
using Catalogue = std::map<std::string, std::string>;

std::string unquoted(const std::string& line) {
  const std::size_t from = line.find('"'), to = line.rfind('"');
  return to > from ? line.substr(from + 1, to - from - 1) : "";
}

Catalogue read_catalogue(const fs::path& file) {
  Catalogue all;
  std::string context, id, text;
  std::string* current = nullptr;
  std::ifstream stream(file);
  const auto keep = [&] {
    if (!id.empty()) all[context.empty() ? id : context + '\4' + id] = text;
    context.clear(), id.clear(), text.clear(), current = nullptr;
  };
  for (std::string line; std::getline(stream, line);) {
    if (line.empty()) keep();
    if (line.starts_with("msgctxt ")) current = &context;
    if (line.starts_with("msgid ")) current = &id;
    if (line.starts_with("msgstr ")) current = &text;
    if (current != nullptr && line.find('"') != std::string::npos) *current += unquoted(line);
  }
  keep();
  return all;
}

/// Which value stands where, and how it is printed: "{} {:.1f}" and "{1:.1f} {0}" are alike.
std::set<std::string> places(std::string text) {
  for (const char* escaped : {"{{", "}}"})
    for (std::size_t at; (at = text.find(escaped)) != std::string::npos;) text.erase(at, 2);
  static const std::regex place(R"(\{(\d*)(:[^{}]*)?\})");
  std::set<std::string> all;
  int next = 0;
  for (std::sregex_iterator found(text.begin(), text.end(), place), end; found != end; ++found) {
    const std::string number = found->str(1).empty() ? std::to_string(next++) : found->str(1);
    all.insert(number + found->str(2));
  }
  return all;
}

Catalogue chinese() { return read_catalogue(root / "sim/language/zh_CN.po"); }

TEST(Language, the_catalogue_has_the_same_places_for_values) {
  const Catalogue all = chinese();
  EXPECT_GT(all.size(), 1000U);
  for (const auto& [english, text] : all) {
    EXPECT_NE(text, "") << "not translated: " << english;
    EXPECT_EQ(places(english), places(text)) << english << "\n" << text;
  }
  EXPECT_THAT(read_text(root / "sim/language/zh_CN.po"), Not(HasSubstr("#, fuzzy")));
}

TEST(Language, every_marked_text_is_in_the_catalogue) {
  if (!installed("xgettext")) GTEST_SKIP() << "xgettext is not installed";
  // What ./dev translations would add; it changes nothing when asked for a list.
  const fs::path list = fs::temp_directory_path() / ("qianka-marked-" + std::to_string(getpid()));
  const std::string command = (root / "dev").string() + " translations --list > " + list.string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  const Catalogue marked = read_catalogue(list), known = chinese();
  fs::remove(list);
  EXPECT_GT(marked.size(), 1000U);
  for (const auto& [english, none] : marked)
    EXPECT_TRUE(known.contains(english)) << "./dev translations, then translate: " << english;
  for (const auto& [english, text] : known)
    EXPECT_TRUE(marked.contains(english)) << "nobody says this any more: " << english;
}

TEST(Language, locales_name_languages) {
  EXPECT_EQ(language_named("zh"), Language::zh);
  EXPECT_EQ(language_named("zh_CN.UTF-8"), Language::zh);
  EXPECT_EQ(language_named("zh-Hans"), Language::zh);
  EXPECT_EQ(language_named("en_US.UTF-8"), Language::en);
  EXPECT_EQ(language_named("de_DE"), std::nullopt);
}

TEST(Language, english_stays_where_nothing_is_translated) {
  EXPECT_STREQ(tr("no such text"), "no such text");
  EXPECT_STREQ(tr(""), "");
  EXPECT_STREQ(tr("title", "step"), "step");
  EXPECT_EQ(say("{} of {}", 1, 2), "1 of 2");
  set_language(Language::zh);
  {
    const InEnglish in_between;
    EXPECT_EQ(current_language(), Language::en);
  }
  EXPECT_EQ(current_language(), Language::zh);
  EXPECT_EQ(say("{:.1f}", 1.5), "1.5");  // no locale's decimal comma
  set_language(Language::en);
}

TEST(Language, what_is_said_in_both_reads_in_the_current_one) {
  const Said both{"two nodes", "2 个节点"};
  EXPECT_EQ(both.text(), "two nodes");
  EXPECT_EQ(fmt::format("{}", both), "two nodes");
  {
    const InLanguage chinese(Language::zh);
    EXPECT_EQ(both.text(), "2 个节点");
    EXPECT_EQ(fmt::format("{}", both), "2 个节点");
  }
  EXPECT_EQ(Json(both), "two nodes");
  EXPECT_EQ(Said(both.both()), both);
}

TEST(Language, a_refusal_is_asked_for_once_more_in_the_other_language) {
  int tried = 0;
  const auto refuse = [&] {
    ++tried;
    throw Infeasible(current_language() == Language::zh ? "不行" : "no");
  };
  EXPECT_EQ(refusal_of(refuse), Said("no", "不行"));
  EXPECT_EQ(tried, 2);
  EXPECT_TRUE(refusal_of([&] { ++tried; }).empty());
  EXPECT_EQ(tried, 3);
  EXPECT_THROW(refusal_of<Infeasible>([] { throw RunFailed("another error passes"); }), RunFailed);
  EXPECT_EQ(current_language(), Language::en);
}

class InChinese : public testing::Test {
 protected:
  void SetUp() override {
    if (!installed("msgfmt")) GTEST_SKIP() << "built without msgfmt: there are no catalogues";
    unsetenv("LANGUAGE");
  }
  void TearDown() override {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"}) unsetenv(name);
  }
};

std::string said(std::vector<std::string> arguments) {
  const Spawned ended = spawn(std::move(arguments));
  return ended.out + ended.err;
}

TEST_F(InChinese, the_option_and_the_locale_choose) {
  EXPECT_THAT(said({"--lang", "zh", "--help"}), HasSubstr("用法"));
  EXPECT_THAT(said({"check", "--lang=zh", "none.yaml"}), HasSubstr("错误："));
  EXPECT_THAT(said({"check", "none.yaml"}), HasSubstr("error:"));
  setenv("LANG", "zh_CN.UTF-8", 1);
  EXPECT_THAT(said({"check", "none.yaml"}), HasSubstr("错误："));
  EXPECT_THAT(said({"check", "none.yaml", "--lang", "en"}), HasSubstr("error:"));
  setenv("LC_ALL", "C", 1);
  EXPECT_THAT(said({"check", "none.yaml"}), HasSubstr("error:"));
}

TEST_F(InChinese, mistakes_in_options_and_imported_files_are_told) {
  EXPECT_THAT(said({"completion", "tcsh", "--lang", "zh"}), HasSubstr("不是 bash,zsh,fish 之一"));
  EXPECT_THAT(said({"completion", "tcsh"}), HasSubstr("SHELL: tcsh not in {bash,zsh,fish}"));
  const fs::path file =
      fs::temp_directory_path() / ("qianka-" + std::to_string(getpid()) + ".json");
  std::ofstream(file) << "{\n";
  EXPECT_THAT(said({"import", "hf-config", file, "--lang", "zh"}),
              HasSubstr("这个 { 一直没有结束"));
  EXPECT_THAT(said({"import", "hf-config", file}), HasSubstr("error: this { is never closed"));
  fs::remove(file);
}

TEST_F(InChinese, programs_read_the_same_bytes) {
  const std::vector<std::vector<std::string>> all{
      {"run", "06-failure-and-restart", "--json"},
      {"explain", "03-tensor-parallel", "--json"},
      {"explain", "06-failure-and-restart", "--seeds", "2", "--json"},
      {"check", (root / "tests/errors/04-unknown-unit.yaml").string(), "--json"},
      {"spares", "--nodes", "64", "--failure-probability", "0.01", "--json"},
      {"show", "topology", "dgx-h100-rail", "--json"},
      {"list", "--json"},
      {"schema"}};
  for (const std::vector<std::string>& one : all) {
    std::vector<std::string> in_chinese = one;
    in_chinese.insert(in_chinese.end(), {"--lang", "zh"});
    EXPECT_EQ(spawn(one).out, spawn(in_chinese).out) << one.front();
  }
}

TEST_F(InChinese, a_run_has_one_digest) {
  const auto digest = [](const char* language) {
    const std::string out = spawn({"check", "lessons/01-ring-all-reduce", "--lang", language}).out;
    const std::regex sixteen("[0-9a-f]{16}");
    std::smatch found;
    return std::regex_search(out, found, sixteen) ? found.str() : "none in " + out;
  };
  EXPECT_EQ(digest("en"), digest("zh"));  // its model is written in place
  EXPECT_EQ(digest("en").size(), 16U);
}

TEST_F(InChinese, traces_are_the_same_bytes) {
  const fs::path folder = fs::temp_directory_path() / ("qianka-zh-" + std::to_string(getpid()));
  for (const char* language : {"en", "zh"})
    spawn({"run", "06-failure-and-restart", "--lang", language, "--trace", folder / language});
  for (const char* file : {"rank-8.json", "overview/ranks.json", "overview/campaign.json"}) {
    const std::string text = read_text(folder / "en" / file);
    EXPECT_NE(text, "") << file;
    EXPECT_EQ(text, read_text(folder / "zh" / file)) << file;
  }
  fs::remove_all(folder);
}

TEST_F(InChinese, a_page_says_in_which_language_it_opens) {
  if (!report_page()) GTEST_SKIP() << "this build has no HTML report: npm is missing";
  const fs::path file =
      fs::temp_directory_path() / ("qianka-" + std::to_string(getpid()) + ".html");
  const auto made = [&](const std::string& language) {
    EXPECT_EQ(spawn({"run", "01-one-gpu", "--lang", language, "--report", file}).code, 0);
    return read_text(file);
  };
  EXPECT_THAT(made("en"), HasSubstr(R"("language":"en")"));
  const std::string chinese = made("zh");
  EXPECT_THAT(chinese, HasSubstr(R"("language":"zh")"));
  EXPECT_EQ(made("zh"), chinese);
  fs::remove(file);
}

/// A letter of U+4000 to U+9FFF begins with one of these bytes in UTF-8.
bool has_chinese(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return c >= '\xE4' && c <= '\xE9'; });
}

/// What a page knows, from its HTML.
Json data_of(const std::string& page) {
  const std::string begin = R"(id="data">)";
  const std::size_t from = page.find(begin) + begin.size();
  return Json::parse(page.substr(from, page.find("</script>", from) - from));
}

/// Texts by where they stand: {"/step/limits": "…"}.
std::map<std::string, std::string> texts_of(const Json& data) {
  std::map<std::string, std::string> texts;
  const nlohmann::json flat = nlohmann::json(data).flatten();  // not ordered: that is quadratic
  for (const auto& [at, value] : flat.items())
    if (value.is_string()) texts[at] = value.get<std::string>();
  return texts;
}

/// Commands whose pages have sentences of all kinds.
const std::vector<std::vector<std::string>> pages{
    {"run", "06-failure-and-restart"},
    {"run", "06-failure-and-restart", "--seeds", "3"},
    {"run", "fabric/link-down-in-a-step"},
    {"explain", "06-failure-and-restart", "--seeds", "2"},
    {"explain", "gpt3-175b-1024-910b"},
    {"tune", "05-pipeline"},
    {"size", "05-pipeline", "--within", "30 days", "--nodes", "4,5", "--seeds", "2"},
    {"claims", "c16"},
    {"compare", "04-mesh-against-crossbar", "--across", "atlas-900-a2-910b,dgx-a100-superpod",
     "--days", "5", "--seeds", "2", "--pin-layout"}};

TEST_F(InChinese, a_page_has_both_languages_whichever_it_is_made_in) {
  if (!report_page()) GTEST_SKIP() << "this build has no HTML report: npm is missing";
  const Catalogue known = chinese();
  const fs::path file =
      fs::temp_directory_path() / ("qianka-both-" + std::to_string(getpid()) + ".html");
  for (const std::vector<std::string>& one : pages) {
    const auto made = [&](const char* language) {
      std::vector<std::string> words = one;
      words.insert(words.end(), {"--report", file});
      words.insert(words.begin(), {"--lang", language});
      const Spawned ended = spawn(words);
      EXPECT_EQ(ended.code, 0) << one[1] << ended.err;
      Json data = data_of(read_text(file));
      EXPECT_EQ(data["language"], language);
      data.erase("language");
      return data;
    };
    const Json english = made("en");
    EXPECT_EQ(english, made("zh")) << one[0] << " " << one[1];
    EXPECT_FALSE(english["zh"].empty()) << one[0] << " " << one[1];
    for (const auto& [at, text] : english["zh"].items())
      EXPECT_TRUE(has_chinese(text.get<std::string>())) << at << ": " << text;
    for (const auto& [at, text] : texts_of(english["result"])) {
      if (at.starts_with("/sources/")) continue;  // names of places and books
      EXPECT_FALSE(has_chinese(text)) << one[0] << " " << one[1] << at << ": " << text;
      if (at.ends_with("/name")) continue;  // the page has the Chinese of terms
      const auto entry = known.find(text);
      const bool sentence = text.find(' ') != std::string::npos;
      if (sentence && entry != known.end() && entry->second != text) {
        EXPECT_TRUE(english["zh"].contains(at)) << one[0] << " " << one[1] << at << ": " << text;
      }
    }
    EXPECT_FALSE(has_chinese(english["extras"].dump())) << one[0] << " " << one[1];
  }
  fs::remove(file);
}

TEST_F(InChinese, weeks_do_not_depend_on_the_language) {
  // A cable's flaps are drawn by its English name.
  const auto figures = [](const char* language) {
    const Spawned ended = spawn({"--lang", language, "run", "fabric/flapping-optic"});
    EXPECT_EQ(ended.code, 0) << ended.err;
    static const std::regex share("[0-9]+\\.[0-9]{2} %");
    std::vector<std::string> all;
    for (std::sregex_iterator at(ended.out.begin(), ended.out.end(), share), end; at != end; ++at)
      all.push_back(at->str());
    std::ranges::sort(all);
    return all;
  };
  const std::vector<std::string> english = figures("en");
  EXPECT_GT(english.size(), 3U);
  EXPECT_EQ(english, figures("zh"));
}

/// Lines as wide as they are shown, from `first` until an empty one.
std::vector<std::string> lines_from(const std::string& text, const std::string& first) {
  std::vector<std::string> lines;
  std::size_t at = text.find(first);
  while (at != std::string::npos && at < text.size() && text[at] != '\n') {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

TEST_F(InChinese, tables_align) {
  const std::string text = said({"run", "06-failure-and-restart", "--lang", "zh"});
  // The last column is right-aligned: all rows are as wide as the title.
  for (const char* title : {"  步时间用在哪里", "  墙钟时间用在哪里"}) {
    const auto lines = lines_from(text, title);
    ASSERT_GT(lines.size(), 3U) << title << "\n" << text;
    for (const std::string& line : lines)
      EXPECT_EQ(display_width(line), display_width(lines[0])) << line;
  }
}

TEST_F(InChinese, reports_are_as_expected) {
  const std::map<std::string, std::vector<std::string>> expected{
      {"01-one-gpu", {"run", "01-one-gpu"}},
      {"06-failure-and-restart", {"run", "06-failure-and-restart"}},
      {"explain-03-tensor-parallel", {"explain", "03-tensor-parallel"}},
      {"explain-06-failure-and-restart", {"explain", "06-failure-and-restart", "--seeds", "3"}}};
  for (const auto& [name, command] : expected) {
    const fs::path file = root / "tests/golden/zh" / (name + ".txt");
    std::vector<std::string> words = command;
    words.insert(words.end(), {"--lang", "zh"});
    const std::string text = said(words);
    if (std::getenv("QIANKA_ACCEPT") != nullptr) std::ofstream(file) << text;
    EXPECT_EQ(text, read_text(file)) << "QIANKA_ACCEPT=1 takes it";
  }
}

}  // namespace
}  // namespace qianka
