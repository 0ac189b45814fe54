// SPDX-License-Identifier: Apache-2.0
#include "sim/study/claim_words.hpp"

#include "sim/report/figures.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// One "{name:form}" of a text, and where it ends.
struct Place {
  std::size_t begin = 0, end = 0;
  std::string name, form;
};

std::vector<Place> places_in(const std::string& text) {
  std::vector<Place> places;
  for (std::size_t at = text.find('{'); at != text.npos; at = text.find('{', at + 1)) {
    const std::size_t close = text.find('}', at);
    if (close == text.npos) break;
    const std::string inside = text.substr(at + 1, close - at - 1);
    const std::size_t colon = inside.find(':');
    places.push_back({at, close + 1, inside.substr(0, colon),
                      colon == inside.npos ? "" : inside.substr(colon + 1)});
  }
  return places;
}

/// Digits behind the point that a form asks for: "2", "%1".
int decimals_of(const std::string& form) {
  return form.empty() || form.back() < '0' || form.back() > '9' ? 0 : form.back() - '0';
}

std::string grouped(double value, int decimals) {
  constexpr double largest = 1e15;  // beyond it digits mean nothing
  if (!(std::abs(value) < largest)) return scientific(value);
  const std::int64_t units = std::llround(std::abs(value) * std::pow(10.0, decimals));
  return (value < 0 && units != 0 ? "-" : "") + fixed_point(units, decimals);
}

std::string formed(double value, const std::string& form) {
  if (form.empty()) return readable(value);
  if (form == "e") return scientific(value);
  if (form[0] == 'b') return grouped(value / 1e9, decimals_of(form));
  if (form[0] == 'y') return grouped(value / 1e8, decimals_of(form));
  if (form[0] == '%') return grouped(100 * value, decimals_of(form)) + " %";
  return grouped(value, decimals_of(form));
}

}  // namespace

std::vector<std::string> names_in_words(const std::string& text) {
  std::vector<std::string> names;
  for (const Place& place : places_in(text)) names.push_back(place.name);
  return names;
}

std::string words_with_figures(const std::string& text, const FigureOf& figure) {
  std::string result;
  std::size_t from = 0;
  for (const Place& place : places_in(text)) {
    const std::optional<double> value = figure(place.name);
    result += text.substr(from, place.begin - from);
    result += value ? formed(*value, place.form) : "?";
    from = place.end;
  }
  return result + text.substr(from);
}

std::string readable(double value) {
  constexpr int digits = 3;
  const double size = std::abs(value);
  if (!std::isfinite(value)) return "?";
  if (size == 0) return "0";
  if (size >= 1e12 || size < 1e-4) return scientific(value);
  const int before = static_cast<int>(std::floor(std::log10(size))) + 1;
  std::string text = grouped(value, std::clamp(digits - before, 0, 6));
  if (text.find('.') == text.npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string unit_in(ClaimLanguage language, const std::string& unit) {
  constexpr auto chinese = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"years", "年"},
       {"months", "个月"},
       {"days", "天"},
       {"h", "小时"},
       {"minutes", "分钟"},
       {"s", "秒"},
       {"cards", "张卡"},
       {"servers", "台"},
       {"modules", "个"},
       {"tokens", "词元"},
       {"tokens/s", "词元/秒"},
       {"tokens/s per card", "词元/秒/卡"},
       {"RMB", "元"},
       {"USD", "美元"},
       {"RMB/h", "元/小时"},
       {"RMB/kWh", "元/kWh"},
       {"RMB per billion tokens", "元/十亿词元"},
       {"card-years", "卡年"},
       {"card-seconds", "卡秒"},
       {"FLOPs", "次运算"}});
  const auto* const known =
      std::ranges::find(chinese, unit, &std::pair<std::string_view, std::string_view>::first);
  return language == ClaimLanguage::en || known == chinese.end() ? unit
                                                                 : std::string(known->second);
}

std::string readable(const std::optional<double>& value) { return value ? readable(*value) : "?"; }

}  // namespace qianka
