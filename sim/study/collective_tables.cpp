// SPDX-License-Identifier: Apache-2.0
// What `qianka validate --collectives` prints.
#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/json.hpp"
#include "sim/report/table.hpp"
#include "sim/study/collective_validation.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

std::string figure(double value) { return fmt::format("{:.4g}", value); }

std::string signed_percent(double share) { return fmt::format("{:+.1f} %", 100 * share); }

std::string method_of(const CollectiveResult& result) {
  return result.protocol.empty() ? result.algorithm : result.algorithm + ", " + result.protocol;
}

std::string ranks_of(const CollectiveResult& result) {
  return say("{} on {}", result.ranks, counted(result.nodes, "node"));
}

std::string headline(const char* which, const ErrorStats& stats) {
  return say("{}: {}, mean error {}, median {}, worst {}", which, counted(stats.n, "row"),
             percent(stats.mean_abs_error, 1), percent(stats.median, 1), percent(stats.worst, 1));
}

using Cells = std::vector<std::string>;

std::vector<Cells> stats_rows(const std::vector<NamedStats>& large,
                              const std::vector<NamedStats>& small) {
  std::vector<Cells> rows;
  const auto add = [&](const std::vector<NamedStats>& all, const char* sizes) {
    for (const NamedStats& entry : all)
      rows.push_back({entry.name, sizes, std::to_string(entry.stats.n),
                      percent(entry.stats.mean_abs_error, 1), percent(entry.stats.worst, 1)});
  };
  add(large, tr("16 MiB and more"));
  add(small, tr("sizes", "below"));
  return rows;
}

std::vector<Cells> scored_rows(const CollectiveValidation& all) {
  std::vector<Cells> rows;
  for (const CollectiveResult& result : all.results)
    if (result.skipped.empty())
      rows.push_back({result.row.id(), ranks_of(result), format_bytes(result.size),
                      method_of(result), result.row.text("metric"), figure(result.measured),
                      figure(result.predicted), signed_percent(result.error)});
  return rows;
}

std::vector<Cells> skipped_rows(const CollectiveValidation& all) {
  std::vector<Cells> rows;
  for (const CollectiveResult& result : all.results)
    if (!result.skipped.empty()) rows.push_back({result.row.id(), result.skipped});
  return rows;
}

const Cells stats_titles() {
  return {tr("title", "of"), tr("title", "sizes"), tr("rows"), tr("mean error"), tr("worst")};
}
const Cells scored_titles() {
  return {tr("row"),    tr("ranks"),    tr("size"),      tr("algorithm"),
          tr("figure"), tr("measured"), tr("predicted"), tr("title", "error")};
}

std::string text_table(const Cells& titles, std::vector<Cells> rows) {
  TextTable table;
  for (const std::string& title : titles) table.columns.push_back({title});
  table.rows = std::move(rows);
  return render(table);
}

std::string markdown_table(const Cells& titles, const std::vector<Cells>& rows) {
  std::string text = fmt::format("| {} |\n|", fmt::join(titles, " | "));
  for (std::size_t i = 0; i < titles.size(); ++i) text += " --- |";
  text += "\n";
  for (const Cells& row : rows) text += fmt::format("| {} |\n", fmt::join(row, " | "));
  return text;
}

Json stats_json(const ErrorStats& stats) {
  return {{"n", stats.n},
          {"mean_abs_error", rounded(stats.mean_abs_error)},
          {"median", rounded(stats.median)},
          {"worst", rounded(stats.worst)}};
}

Json named_json(const std::vector<NamedStats>& large, const std::vector<NamedStats>& small) {
  Json all = Json::array();
  const auto add = [&](const std::vector<NamedStats>& entries, const char* sizes) {
    for (const NamedStats& entry : entries) {
      Json one{{"name", entry.name}, {"sizes", sizes}};
      one.update(stats_json(entry.stats));
      all.push_back(one);
    }
  };
  add(large, "large");
  add(small, "small");
  return all;
}

}  // namespace

std::string collectives_text(const CollectiveValidation& all) {
  std::string text = headline(tr("16 MiB and more"), all.large) + "\n" +
                     headline(tr("below 16 MiB"), all.small) + tr("\n\nBy accelerator\n");
  text +=
      text_table(stats_titles(), stats_rows(all.large_by_accelerator, all.small_by_accelerator));
  text += tr("\nBy source\n");
  text += text_table(stats_titles(), stats_rows(all.large_by_source, all.small_by_source));
  text += tr("\nRows\n") + text_table(scored_titles(), scored_rows(all));
  text += tr("\nNot scored\n") + text_table({tr("row"), tr("why")}, skipped_rows(all));
  return text;
}

std::string collectives_markdown(const CollectiveValidation& all) {
  std::string text = "**" + headline(tr("16 MiB and more"), all.large) + ".**\n**" +
                     headline(tr("Below 16 MiB"), all.small) + ".**\n\n";
  text += markdown_table(stats_titles(),
                         stats_rows(all.large_by_accelerator, all.small_by_accelerator));
  text +=
      "\n" + markdown_table(stats_titles(), stats_rows(all.large_by_source, all.small_by_source));
  text += "\n" + markdown_table(scored_titles(), scored_rows(all));
  text += "\n" + markdown_table({"not scored", "why"}, skipped_rows(all));
  return text;
}

std::string collectives_csv(const CollectiveValidation& all) {
  std::string text =
      "id,cluster,ranks,nodes,size_bytes,algorithm,protocol,metric,measured,"
      "predicted,error,not_scored\n";
  for (const CollectiveResult& r : all.results)
    text += fmt::format("{},{},{},{},{:.0f},{},{},{},{},{},{},\"{}\"\n", r.row.id(), r.cluster,
                        r.ranks, r.nodes, r.size.value, r.algorithm, r.protocol,
                        r.row.text("metric"), number_text(r.measured), number_text(r.predicted),
                        number_text(r.error), r.skipped);
  return text;
}

nlohmann::ordered_json collectives_json(const CollectiveValidation& all) {
  Json rows = Json::array();
  for (const CollectiveResult& r : all.results) {
    Json row{{"id", r.row.id()},
             {"source", r.row.text("source")},
             {"accelerator", r.row.text("accelerator")},
             {"scored", r.skipped.empty()},
             {"reason", r.skipped},
             {"metric", r.row.text("metric")},
             {"unit", r.row.unit()},
             {"measured", rounded(r.measured)}};
    if (r.skipped.empty())
      row.update({{"cluster", r.cluster},
                  {"ranks", r.ranks},
                  {"nodes", r.nodes},
                  {"size_bytes", rounded(r.size.value)},
                  {"algorithm", r.algorithm},
                  {"protocol", r.protocol},
                  {"predicted", rounded(r.predicted)},
                  {"error", rounded(r.error)}});
    rows.push_back(row);
  }
  return {{"large", stats_json(all.large)},
          {"small", stats_json(all.small)},
          {"by_accelerator", named_json(all.large_by_accelerator, all.small_by_accelerator)},
          {"by_source", named_json(all.large_by_source, all.small_by_source)},
          {"rows", rows}};
}

}  // namespace qianka
