// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/execute.hpp"

#include "sim/engine/child.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/executor.hpp"
#include "sim/engine/raw_bytes.hpp"
#include "sim/engine/simgrid_setup.hpp"
#include "sim/engine/solo_flows.hpp"

namespace qianka {
namespace {

std::vector<OpSpan> run(const Program& program) {
  const std::vector<Bandwidth> solo = solo_rates(program);
  Engine engine(program.link_capacity);
  const auto start_flow = [&](std::uint32_t index, std::function<void()> done) {
    const ProgramFlow& flow = program.flows[index];
    if (solo[index].value > 0) {  // the same number at a quarter of the cost
      const Bytes size{static_cast<double>(in_units(flow.bytes)) / units_per_byte};
      engine.at(engine.now() + flow.latency + size / solo[index], std::move(done));
    } else {
      engine.start_flow(flow.route, flow.bytes, flow.latency, std::move(done));
    }
  };
  Executor executor(
      program,
      {.now = [&engine] { return engine.now(); },
       .after = [&engine](Seconds delay, auto then) { engine.after(delay, std::move(then)); },
       .start_flow = start_flow});
  executor.start();
  engine.run();
  return executor.spans();
}

}  // namespace

std::vector<OpSpan> execute(const Program& program) {
  return from_bytes<OpSpan>(run_in_child([&program] { return to_bytes(run(program)); }));
}

}  // namespace qianka
