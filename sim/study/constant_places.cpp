// SPDX-License-Identifier: Apache-2.0
#include "sim/study/constant_places.hpp"

#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace qianka {
namespace {

using Factor = std::pair<std::size_t, double>;
using Key = std::pair<std::string, std::string>;

/// What a target calls a file, where that lies, and where a scenario has what it holds.
struct Shelf {
  std::string_view prefix, folder, path;
};
constexpr std::array shelves{
    Shelf{"stacks/", "scenarios/stacks/", "job.stack."},
    Shelf{"clusters/", "topologies/", "cluster."},
    Shelf{"parts/", "topologies/parts/", "cluster.node.accelerator."},
};

const Shelf* shelf_of(const std::string& in) {
  const auto* const found = std::ranges::find_if(
      shelves, [&](const Shelf& shelf) { return in.starts_with(shelf.prefix); });
  return found == shelves.end() ? nullptr : found;
}

std::string id_of(const ConstantPlace& place) { return place.in.substr(place.in.find('/') + 1); }

/// The value at a dotted path; null when there is none.
const Value* at_path(const Value& map, const std::string& path) {
  const std::size_t dot = path.find('.');
  const Entry* entry = map.find(path.substr(0, dot));
  if (entry == nullptr) return nullptr;
  return dot == std::string::npos ? &entry->value : at_path(entry->value, path.substr(dot + 1));
}

void collect_keys(const Value& map, const std::string& path, std::vector<std::string>& keys) {
  for (const Entry& entry : map.entries) {
    const std::string key = path.empty() ? entry.key : path + "." + entry.key;
    if (entry.value.kind == Value::Kind::map)
      collect_keys(entry.value, key, keys);
    else
      keys.push_back(key);
  }
}

/// Maps by accelerator: an entry concerns those whose ids begin with its name.
bool names_accelerator(const std::string& key) {
  return key.starts_with("realised.") || key.starts_with("attention_efficiency.");
}

std::string path_of(const ConstantPlace& place) {
  return std::string(shelf_of(place.in)->path) + place.key;
}

bool is_read(const ConstantPlace& place, const UsedParts& parts) {
  const bool own = std::ranges::find(parts.own_keys, path_of(place)) != parts.own_keys.end();
  if (own) return false;
  const std::string_view shelf = shelf_of(place.in)->prefix;
  if (shelf == "clusters/") return id_of(place) == parts.cluster;
  if (shelf == "parts/") return id_of(place) == parts.accelerator;
  if (id_of(place) != parts.stack) return false;
  return !names_accelerator(place.key) ||
         parts.accelerator.starts_with(place.key.substr(place.key.find('.') + 1));
}

std::string three_digits(double value) {
  if (value == 0) return "0";
  const int decimals = std::max(0, 2 - static_cast<int>(std::floor(std::log10(std::abs(value)))));
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

/// The product is what stands there, within the decimals that stand there.
bool agrees(const ConstantPlace& place, const std::vector<double>& values) {
  const std::size_t point = place.text.find('.');
  const std::size_t decimals = point == std::string::npos ? 0 : place.text.size() - point - 1;
  const double unit = std::pow(10.0, -static_cast<double>(decimals));
  // Half for its own rounding, half for that of the place that the value was read from.
  constexpr double most = 1.001;
  return std::abs(place.product(values) - std::stod(place.text)) <= most * unit;
}

/// Where line and column (from 1, in characters) begin, in bytes.
std::size_t byte_of(const std::string& text, const SourcePos& at) {
  std::size_t byte = 0;
  for (int line = 1; line < at.line; ++line) byte = text.find('\n', byte) + 1;
  for (int col = 1; col < at.col; ++col) {
    ++byte;
    while ((static_cast<unsigned char>(text[byte]) & 0xC0U) == 0x80U) ++byte;
  }
  return byte;
}

/// Reads catalogue files once.
class Files {
 public:
  explicit Files(std::filesystem::path data) : data_(std::move(data)) {}

  const Value* tree(const std::string& file) {
    const auto [known, added] = trees_.try_emplace(file);
    if (added) {
      const std::string text = read_file(data_ / file, {file, 0, 0}, problems);
      if (!text.empty()) known->second = read_yaml(text, file, problems);
    }
    return known->second ? &*known->second : nullptr;
  }

  std::vector<Diagnostic> problems;

 private:
  std::filesystem::path data_;
  std::map<std::string, std::optional<Value>> trees_;
};

/// Fills in where the number stands; a diagnostic when there is none.
void locate(ConstantPlace& place, Files& files) {
  const Shelf* shelf = shelf_of(place.in);
  if (shelf == nullptr) {
    files.problems.push_back(
        {{place.in, 0, 0}, tr("no such part of the catalogue"), "stacks/…, clusters/…, parts/…"});
    return;
  }
  place.file = fmt::format("{}{}.yaml", shelf->folder, id_of(place));
  const Value* tree = files.tree(place.file);
  if (tree == nullptr) return;
  const Value* value = at_path(*tree, place.key);
  const std::string text = value == nullptr ? "" : value->text;
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  if (end == 0) {
    files.problems.push_back({{place.file, 0, 0},
                              say("no number at '{}'", place.key),
                              tr("a constant's target names a key that holds it")});
    return;
  }
  place.at = value->at, place.text = text.substr(0, end), place.unit = text.substr(end);
}

std::vector<ConstantPlace> places_of(const Constants& constants) {
  std::vector<ConstantPlace> places;
  for (std::size_t i = 0; i < constants.all.size(); ++i) {
    for (const ConstantTarget& target : constants.all[i].targets) {
      for (const std::string& in : target.in) {
        for (const std::string& key : target.keys) {
          auto place = std::ranges::find_if(
              places, [&](const auto& known) { return known.in == in && known.key == key; });
          if (place == places.end())
            place = places.insert(places.end(), {in, key, "", {}, "", "", {}});
          place->factors.emplace_back(i, target.scale);
        }
      }
    }
  }
  return places;
}

}  // namespace

double ConstantPlace::product(const std::vector<double>& values) const {
  double result = 1;
  for (const auto& [constant, scale] : factors) result *= values[constant] * scale;
  return result;
}

UsedParts used_parts(const RowChoice& choice, const std::string& accelerator) {
  std::vector<Diagnostic> problems;
  const std::optional<Value> root = read_yaml(choice.text, "row", problems);
  require(root.has_value(), "a row's scenario is YAML");
  const auto named = [&](const std::string& path, const std::string& otherwise) {
    const Value* value = at_path(*root, path);
    return value == nullptr ? otherwise : value->text;
  };
  UsedParts parts{named("job.stack.use", ""),
                  named("cluster.use", ""),
                  named("cluster.node.accelerator.use", accelerator),
                  {},
                  choice.constants};
  collect_keys(*root, "", parts.own_keys);
  return parts;
}

ConstantPlaces::ConstantPlaces(const Constants& constants, std::filesystem::path data)
    : data_(std::move(data)), places_(places_of(constants)) {
  Files files(data_);
  for (ConstantPlace& place : places_) locate(place, files);
  for (std::size_t i = 0; i < constants.all.size(); ++i) {
    const auto alone = std::ranges::find_if(places_, [&](const ConstantPlace& place) {
      return place.factors.size() == 1 && place.factors.front().first == i;
    });
    if (alone == places_.end())
      files.problems.push_back({{constants.all[i].id, 0, 0},
                                tr("stands nowhere alone"),
                                tr("one of its targets is no other constant's")});
    else if (!alone->text.empty())
      ids_.push_back(constants.all[i].id), units_.push_back(alone->unit),
          values_.push_back(std::stod(alone->text) / alone->factors.front().second);
  }
  if (!files.problems.empty()) throw InputError(sorted(std::move(files.problems)));
}

std::map<std::string, std::string> ConstantPlaces::texts() const {
  std::map<std::string, std::string> texts;
  for (std::size_t i = 0; i < ids_.size(); ++i)
    texts[ids_[i]] = fmt::format("{:.6g}{}", values_[i], units_[i]);
  return texts;
}

std::vector<std::string> ConstantPlaces::disagreements() const {
  std::vector<std::string> found;
  for (const ConstantPlace& place : places_) {
    if (agrees(place, values_)) continue;
    found.push_back(say("{}: '{}' is {}, but the constants say {}", to_text(place.at), place.key,
                        place.text, three_digits(place.product(values_))));
  }
  return found;
}

bool ConstantPlaces::concerns(std::size_t constant, const UsedParts& parts) const {
  const auto holds = [&](const ConstantPlace& place) {
    return std::ranges::find(place.factors, constant, &Factor::first) != place.factors.end();
  };
  return std::ranges::find(parts.constants, ids_[constant], &Key::second) !=
             parts.constants.end() ||
         std::ranges::any_of(places_, [&](const ConstantPlace& place) {
           return holds(place) && is_read(place, parts);
         });
}

std::vector<Override> ConstantPlaces::overrides(const UsedParts& parts,
                                                const std::vector<double>& values) const {
  std::vector<Override> result;
  for (const ConstantPlace& place : places_) {
    if (is_read(place, parts))
      result.push_back(
          {path_of(place), fmt::format("{:.6g}{}", place.product(values), place.unit)});
  }
  for (std::size_t i = 0; i < ids_.size(); ++i)
    for (const auto& [path, id] : parts.constants)
      if (id == ids_[i]) result.push_back({path, fmt::format("{:.6g}{}", values[i], units_[i])});
  return result;
}

std::vector<std::string> ConstantPlaces::write(const std::vector<double>& values) const {
  std::map<std::string, std::vector<const ConstantPlace*>> by_file;
  for (const ConstantPlace& place : places_) {
    const bool changed = std::ranges::any_of(
        place.factors, [&](const auto& f) { return values[f.first] != values_[f.first]; });
    if (changed) by_file[place.file].push_back(&place);
  }
  std::vector<std::string> written;
  for (auto& [file, places] : by_file) {
    std::vector<Diagnostic> problems;
    std::string text = read_file(data_ / file, {file, 0, 0}, problems);
    if (!problems.empty()) throw InputError(problems);
    const auto by_position = [](const ConstantPlace* a, const ConstantPlace* b) {
      return std::pair(a->at.line, a->at.col) > std::pair(b->at.line, b->at.col);
    };
    std::ranges::sort(places, by_position);  // from the end, so that positions stay right
    for (const ConstantPlace* place : places)
      text.replace(byte_of(text, place->at), place->text.size(),
                   three_digits(place->product(values)));
    std::ofstream out(data_ / file, std::ios::binary);
    out << text << std::flush;
    if (!out) throw RunFailed(say("cannot write '{}'", file));
    written.push_back(file);
  }
  return written;
}

double rounded_constant(double value) { return std::stod(three_digits(value)); }

}  // namespace qianka
