// SPDX-License-Identifier: Apache-2.0
#include "sim/study/expression.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <muParser.h>

namespace qianka {

struct Expression::Parsed {
  mu::Parser parser;
  std::vector<double> values;  // the parser keeps their addresses
};

Expression::Expression(const std::string& text) : parsed_(std::make_unique<Parsed>()) {
  mu::Parser& parser = parsed_->parser;
  try {
    parser.DefineNameChars("0123456789_.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    parser.DefineFun("ceil", [](double x) { return std::ceil(x); });
    parser.DefineFun("floor", [](double x) { return std::floor(x); });
    parser.SetExpr(text);
    for (const auto& [name, address] : parser.GetUsedVar()) names_.push_back(name);
    std::ranges::sort(names_);
    parsed_->values.assign(names_.size(), 1);
    for (std::size_t i = 0; i < names_.size(); ++i)
      parser.DefineVar(names_[i], &parsed_->values[i]);
    parser.Eval();
  } catch (const mu::Parser::exception_type& error) {
    throw ExpressionError(fmt::format("'{}' cannot be calculated: {}", text, error.GetMsg()));
  }
}

Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

double Expression::operator()(const std::vector<double>& values) {
  require(values.size() == names_.size(), "a value for each name");
  std::ranges::copy(values, parsed_->values.begin());
  return parsed_->parser.Eval();
}

}  // namespace qianka
