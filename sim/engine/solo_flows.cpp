// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/solo_flows.hpp"

#include <algorithm>
#include <limits>
#include <span>

namespace qianka {
namespace {

constexpr std::uint32_t nobody = ~0U;
constexpr std::uint32_t several = ~0U - 1;

/// Who uses a link: one stream, nobody, or several (streams, or flows of one operation).
struct Users {
  std::uint32_t stream = nobody;
  std::uint32_t last_op = nobody, last_use = nobody;
};

std::vector<Users> find_users(const Program& program) {
  std::vector<Users> users(program.link_capacity.size());
  for (std::uint32_t i = 0; i < program.ops.size(); ++i) {
    const Op& op = program.ops[i];
    for (std::uint32_t use = op.first_flow; use < op.first_flow + op.flows; ++use) {
      for (const std::uint32_t link : program.flows[program.op_flows[use]].route) {
        Users& of = users[link];
        const bool alone_in_op =
            of.last_op != i || of.last_use == use;  // a route may list a link twice
        const bool one_stream = of.stream == nobody || of.stream == op.stream;
        of = {alone_in_op && one_stream ? op.stream : several, i, use};
      }
    }
  }
  return users;
}

}  // namespace

std::vector<Bandwidth> solo_rates(const Program& program) {
  const std::vector<Users> users = find_users(program);
  std::vector<Bandwidth> rates;
  rates.reserve(program.flows.size());
  for (const ProgramFlow& flow : program.flows) {
    Bandwidth rate{std::numeric_limits<double>::infinity()};
    for (const std::uint32_t link : flow.route) {
      if (users[link].stream == several) rate = {0};
      const auto times = static_cast<double>(std::ranges::count(flow.route, link));
      rate = std::min(rate, program.link_capacity[link] / times);
    }
    rates.push_back(flow.route.empty() ? Bandwidth{0} : rate);
  }
  return rates;
}

}  // namespace qianka
