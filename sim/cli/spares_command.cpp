// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/language/language.hpp"
#include "sim/report/json.hpp"
#include "sim/report/sparkline.hpp"
#include "sim/report/table.hpp"
#include "sim/study/spare_count.hpp"
#include "sim/units/format.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/units/require.hpp"

#include <array>
#include <memory>

#include <fmt/format.h>

namespace qianka {
namespace {

struct SparesOptions {
  int nodes = 0;
  double probability = -1, confidence = 0.99, rate = -1;
  std::string repair;
  bool json = false;
};

Seconds repair_time(const std::string& text) {
  try {
    const Seconds time = parse_time(text);
    if (time >= Seconds{0}) return time;
    throw UsageError(tr("--repair: a time is not negative"));
  } catch (const QuantityError& wrong) {
    throw UsageError(fmt::format("--repair: {}", wrong.what()), wrong.hint);
  }
}

// What there are so many of: an answer's kind, and " spare".
[[maybe_unused]] constexpr std::array answer_nouns{marked("hot spare"), marked("pool spare")};

struct Answer {
  std::string kind, why;
  std::vector<SpareChance> curve;
  int spares = 0;
};

std::vector<Answer> answers_of(const SparesOptions& options) {
  std::vector<Answer> answers;
  if (options.probability >= 0)
    answers.push_back({"hot",
                       tr("stand ready, booted: the failures of one window, binomial; each is "
                          "replaced before the "
                          "next window"),
                       window_curve(options.nodes, options.probability, options.confidence),
                       spares_for_window(options.nodes, options.probability, options.confidence)});
  if (options.rate >= 0) {
    const Seconds repair = repair_time(options.repair);
    const double away = options.rate * repair.value / 86'400;
    if (away > 1)
      throw Infeasible(
          say("{} failures a day x {} of repair = {:.3g} nodes away for each in the job",
              options.rate, format_time(repair), away));
    answers.push_back({"pool",
                       say("cover the nodes in repair, {} on average, Poisson; hot or cold",
                           format_number(options.nodes * options.rate * repair.value / 86'400, 2)),
                       repair_curve(options.nodes, options.rate, repair, options.confidence),
                       spares_in_repair(options.nodes, options.rate, repair, options.confidence)});
  }
  return answers;
}

std::string text_of(const SparesOptions& options, const std::vector<Answer>& answers) {
  std::string text;
  for (const Answer& answer : answers) {
    const std::string noun = answer.kind + " spare";
    text +=
        say("{}{} for {} with {}: {}.\n", text.empty() ? "" : "\n", counted(answer.spares, noun),
            counted(options.nodes, "node"), format_percent(options.confidence), answer.why);
    TextTable table{
        .columns = {{tr("spares"), Align::right}, {tr("enough with"), Align::right}, {""}}};
    for (const SpareChance& chance : answer.curve)
      table.rows.push_back({format_count(chance.spares),
                            fmt::format("{:.3f} %", 100 * chance.enough),
                            chance.spares == answer.spares ? tr("<- asked for") : ""});
    std::vector<double> enough;
    for (const SpareChance& chance : answer.curve) enough.push_back(chance.enough);
    text += render(table) + paragraph(say("enough with: {}", sparkline(enough)));
  }
  return text;
}

Json json_of(const SparesOptions& options, const std::vector<Answer>& answers) {
  Json json{{"nodes", options.nodes}, {"confidence", rounded(options.confidence)}};
  for (const Answer& answer : answers) {
    Json curve = Json::array();
    for (const SpareChance& chance : answer.curve)
      curve.push_back({{"spares", chance.spares}, {"enough", rounded(chance.enough)}});
    json[answer.kind] = {{"spares", answer.spares}, {"curve", curve}};
  }
  return json;
}

int spares_command(const SparesOptions& options) {
  if (options.probability < 0 && options.rate < 0)
    throw UsageError(tr("spares needs --failure-probability, or --rate with --repair"),
                     tr("for example: qianka spares --nodes 1024 --failure-probability 1.2e-3"));
  if ((options.rate >= 0) == options.repair.empty())
    throw UsageError(tr("--rate and --repair go together"),
                     tr("for example: --rate 5e-3 --repair '2 days'"));
  const std::vector<Answer> answers = answers_of(options);
  print_report(options.json ? json_text(json_of(options, answers)) : text_of(options, answers));
  return exit_ok;
}

}  // namespace

Run add_spares(CLI::App& app) {
  auto options = std::make_shared<SparesOptions>();
  CLI::App* command =
      add_command(app, "spares", "How many spare nodes a job needs, hot and in the pool.",
                  "  qianka spares --nodes 1024 --failure-probability 1.2e-3 --confidence 0.99\n"
                  "  qianka spares --nodes 2048 --rate 5e-3 --repair '2 days'");
  command->add_option("--nodes", options->nodes, sentence("Nodes of the job."))
      ->required()
      ->type_name("N")
      ->check(CLI::Range(1, 10'000'000));
  command
      ->add_option("--failure-probability", options->probability,
                   sentence("That a node fails within one window, the time in which a used spare "
                            "is replaced: hot spares."))
      ->type_name("P")
      ->check(CLI::Range(0.0, 1.0));
  command
      ->add_option("--rate", options->rate,
                   sentence("Failures per node and day, with --repair: the spares of a pool that "
                            "nodes come back to."))
      ->type_name("RATE")
      ->check(CLI::Range(0.0, 1000.0));
  command->add_option("--repair", options->repair, sentence("Mean time of a repair, as '10.5 h'."))
      ->type_name("TIME");
  command
      ->add_option("--confidence", options->confidence,
                   sentence("With which they are to be enough; left out: 0.99."))
      ->type_name("P")
      ->check(CLI::Range(1e-6, 1 - 1e-9));
  add_switch(*command, "--json", options->json, "Print JSON, with every key of docs/json.md.");
  return [options] { return spares_command(*options); };
}

}  // namespace qianka
