// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/launch_arguments.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_argument(std::string_view word) {
  return word.starts_with("--") && word.size() > 2 &&
         std::isalpha(static_cast<unsigned char>(word[2])) != 0;
}

std::string normal_name(std::string_view word) {
  std::string name(word.substr(2, word.find('=') - 2));
  std::ranges::replace(name, '_', '-');
  return name;
}

/// A word that holds many, as `bash -c "torchrun …"` has it, as these.
std::vector<ShellText> parted(const std::vector<ShellText>& words) {
  std::vector<ShellText> result;
  for (const ShellText& word : words) {
    const bool many = word.text.find_first_of(blanks) != std::string::npos &&
                      word.text.find("--") != std::string::npos;
    if (!many) {
      result.push_back(word);
      continue;
    }
    bool inside = false, hidden = false;
    for (std::size_t i = 0; i < word.text.size(); ++i) {
      hidden = word.text[i] == unknown_begin || (hidden && word.text[i] != unknown_end);
      const bool space = blanks.find(word.text[i]) != std::string_view::npos ||
                         (word.text[i] == '\\' && i + 1 < word.text.size() &&
                          blanks.find(word.text[i + 1]) != std::string_view::npos);
      const bool blank = space && !hidden;
      if (!blank && !inside) result.emplace_back();
      if (!blank) result.back().add(word.text[i], word.from[i]);
      inside = !blank;
    }
  }
  return result;
}

std::size_t count_known(const std::vector<ShellText>& words,
                        const std::set<std::string, std::less<>>& known) {
  return static_cast<std::size_t>(std::ranges::count_if(words, [&](const ShellText& word) {
    return is_argument(word.text) && known.contains(normal_name(word.text));
  }));
}

std::optional<int> small_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789_") != std::string_view::npos)
    return std::nullopt;
  long long value = 0;
  for (const char c : text) {
    if (c == '_') continue;  // as Python writes 1_000
    value = value * 10 + (c - '0');
    if (value > std::numeric_limits<int>::max()) return std::nullopt;
  }
  return static_cast<int>(negative ? -value : value);
}

}  // namespace

LaunchArguments::LaunchArguments(const SourceText& source,
                                 const std::set<std::string, std::less<>>& known,
                                 std::vector<Diagnostic>& warnings,
                                 std::vector<std::string>& details,
                                 const ShellEnvironment& environment)
    : source_(source), details_(details) {
  const ShellScript script = read_shell(source, warnings, details, environment);
  for (const auto& [name, values] : script.variables)
    if (values.size() == 1)
      if (const auto number = small_number(values.front().text)) numbers_[name] = *number;
  directives();
  choose(script, known);
}

/// The command with most arguments that are known; without one, what the variables hold.
void LaunchArguments::choose(const ShellScript& script,
                             const std::set<std::string, std::less<>>& known) {
  std::vector<ShellText> best;
  std::size_t most = 0;
  for (const ShellCommand& command : script.commands) {
    std::vector<ShellText> words = parted(command.words);
    const std::size_t count = count_known(words, known);
    if (count <= most) continue;
    most = count;
    best = std::move(words);
  }
  constexpr std::size_t enough = 3;  // a launcher's own are one or two
  if (most < enough) {
    std::vector<std::vector<ShellText>> parts;
    for (const auto& [name, values] : script.variables) {
      std::vector<ShellText> words = parted(values);
      if (count_known(words, known) > 0) parts.push_back(std::move(words));
    }
    std::ranges::sort(parts, {}, [](const auto& words) { return words.front().from.front(); });
    for (const std::vector<ShellText>& words : parts)
      best.insert(best.end(), words.begin(), words.end());
    if (!parts.empty())
      details_.push_back(tr("no command uses the arguments: those of all variables are taken"));
  }
  if (count_known(best, known) == 0)
    fail_at(source_.at(source_.text().find_first_not_of(blanks)),
            tr("there are no arguments of Megatron in this script"),
            tr("looked for --num-layers, --hidden-size and others in its commands and variables"));
  read(best);
}

void LaunchArguments::read(const std::vector<ShellText>& words) {
  LaunchArgument* current = nullptr;
  for (const ShellText& word : words) {
    if (word.text.empty()) continue;
    const std::string& text = word.text;
    if (!is_argument(text)) {
      if (current == nullptr) continue;
      if (current->values.empty()) current->value_at = source_.at(word.from.front());
      current->values.push_back(text);
      continue;
    }
    const std::string name = normal_name(text);
    current = &(arguments_[name] = {name, source_.at(word.from.front()), {}, {}});
    if (const std::size_t equals = text.find('='); equals != std::string::npos) {
      current->values.push_back(text.substr(equals + 1));
      current->value_at = source_.at(word.from[equals]);
      current = nullptr;
    }
  }
}

/// #SBATCH --nodes=64 --gpus-per-node=8
void LaunchArguments::directives() {
  const std::string& text = source_.text();
  for (std::size_t at = text.find("#SBATCH"); at != std::string::npos;
       at = text.find("#SBATCH", at + 1)) {
    const std::string line = text.substr(at, std::min(text.find('\n', at), text.size()) - at);
    for (const auto& [words, name] :
         std::initializer_list<std::pair<const char*, const char*>>{{"--nodes", "#nodes"},
                                                                    {" -N", "#nodes"},
                                                                    {"--gpus-per-node", "#cards"},
                                                                    {"--ntasks-per-node", "#tasks"},
                                                                    {"--gres=gpu", "#cards"}}) {
      const std::size_t found = line.find(words);
      if (found == std::string::npos) continue;
      const std::size_t digit = line.find_first_of("0123456789", found + std::string(words).size());
      if (digit == std::string::npos) continue;
      const std::size_t end = std::min(line.find_first_not_of("0123456789", digit), line.size());
      if (const auto number = small_number(line.substr(digit, end - digit)))
        numbers_[name] = *number;
    }
  }
}

const LaunchArgument* LaunchArguments::find(ArgumentNames names) {
  const LaunchArgument* found = nullptr;
  for (const std::string_view name : names) {
    asked_.emplace(name);
    const auto argument = arguments_.find(name);
    if (argument != arguments_.end()) found = &argument->second;
  }
  return found;
}

std::optional<int> LaunchArguments::whole(ArgumentNames names, int least) {
  const LaunchArgument* argument = find(names);
  if (argument == nullptr) return std::nullopt;
  const std::string name = "--" + argument->name;
  if (argument->values.empty())
    fail_at(argument->at, say("{} has no value", name), tr("a number is due"));
  const std::string& word = argument->values.front();
  if (const auto missing = unknown_in(word)) {
    const bool command = missing->starts_with("$(");
    fail_at(
        argument->value_at,
        say("{} is {}{}, which the script never sets", name, command ? "" : "$", excerpt(*missing)),
        command ? tr("write a number in its place")
                : say("say it: --set {}=NUMBER, or write it into the file{}", excerpt(*missing),
                      also_open(*missing)));
  }
  const auto number = small_number(word);
  if (!number)
    fail_at(argument->value_at, say("{} takes a whole number, found '{}'", name, excerpt(word)),
            tr("write digits only"));
  if (*number < least)
    fail_at(argument->value_at, say("{} is {}", name, *number), say("it is at least {}", least));
  return number;
}

/// The other variables that arguments wait for.
std::string LaunchArguments::also_open(const std::string& but) const {
  std::set<std::string> names;
  for (const auto& [name, argument] : arguments_)
    for (const std::string& value : argument.values)
      if (const auto missing = unknown_in(value);
          missing && *missing != but && missing->find_first_of("$( ") == std::string::npos)
        names.insert("$" + excerpt(*missing, 20));
  if (names.empty()) return "";
  constexpr std::size_t most = 12;
  const bool more = names.size() > most;
  while (names.size() > most) names.erase(std::prev(names.end()));
  return say("; also open: {}{}", fmt::join(names, ", "), more ? ", …" : "");
}

std::optional<int> LaunchArguments::whole_if_known(ArgumentNames names) {
  const LaunchArgument* argument = find(names);
  if (argument == nullptr || argument->values.empty()) return std::nullopt;
  const std::string& word = argument->values.front();
  const auto number = small_number(word.substr(0, word.find(':')));  // 1:4 nodes, elastic
  return number && *number > 0 ? number : std::nullopt;
}

std::string LaunchArguments::word(ArgumentNames names) {
  const LaunchArgument* argument = find(names);
  return argument == nullptr || argument->values.empty() ? "" : argument->values.front();
}

SourcePos LaunchArguments::at(ArgumentNames names) {
  const LaunchArgument* argument = find(names);
  return argument == nullptr ? source_.at(0) : argument->at;
}

std::optional<int> LaunchArguments::variable(const std::string& name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() || found->second < 1 ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> LaunchArguments::unread() const {
  std::vector<std::string> names;
  for (const auto& [name, argument] : arguments_) {
    if (asked_.contains(name)) continue;
    std::string values = fmt::format("{}", fmt::join(argument.values, " "));
    std::ranges::replace(values, unknown_begin, '$');
    std::erase(values, unknown_end);
    names.push_back(
        fmt::format("line {}: --{} {}", argument.at.line, excerpt(name), excerpt(values)));
  }
  return names;
}

}  // namespace qianka
