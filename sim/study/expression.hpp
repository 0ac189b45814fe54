// SPDX-License-Identifier: Apache-2.0
// Arithmetic that stands in a data file: + - * / ^, comparisons, && ||, a ? b : c, and functions
// such as min, max, abs, sqrt, ln, ceil, floor. A name may have dots: a figure of a run.
#pragma once
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace qianka {

struct ExpressionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Expression {
 public:
  /// Throws ExpressionError when it is none.
  explicit Expression(const std::string& text);
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  /// The names in it, each once, in alphabetical order.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// `values` in the order of names(). Not finite where arithmetic is not: 1 / 0.
  double operator()(const std::vector<double>& values);

 private:
  struct Parsed;  // the library stays in the source file
  std::vector<std::string> names_;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace qianka
