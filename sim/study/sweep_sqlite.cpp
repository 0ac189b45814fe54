// SPDX-License-Identifier: Apache-2.0
// Tables to an SQLite database: the only user of the library.
#include "sim/study/sweep_tables.hpp"
#include "sim/units/require.hpp"

#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>
#include <unistd.h>

namespace qianka {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct EndStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, EndStatement>;

void check(sqlite3* database, int code) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  throw RunFailed(fmt::format("the database cannot be written: {}", sqlite3_errmsg(database)));
}

void execute(sqlite3* database, const std::string& sql) {
  check(database, sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr));
}

/// A name as SQL wants it: dots and all.
std::string sql_name(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

void bind(sqlite3_stmt* statement, int at, const SweepCell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    sqlite3_bind_int64(statement, at, *whole);
  } else if (const auto* number = std::get_if<double>(&cell)) {
    sqlite3_bind_double(statement, at, *number);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    // A null destructor (SQLITE_STATIC): the text outlives the step.
    sqlite3_bind_text(statement, at, text->c_str(), static_cast<int>(text->size()), nullptr);
  } else {
    sqlite3_bind_null(statement, at);
  }
}

void write_table(sqlite3* database, const SweepTable& table) {
  std::vector<std::string> columns, places;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    columns.push_back(sql_name(table.columns[i]) + " " + table.types[i]);
    places.emplace_back("?");
  }
  execute(database, fmt::format("CREATE TABLE {} ({})", table.name, fmt::join(columns, ", ")));
  sqlite3_stmt* made = nullptr;
  const std::string sql =
      fmt::format("INSERT INTO {} VALUES ({})", table.name, fmt::join(places, ", "));
  check(database, sqlite3_prepare_v2(database, sql.c_str(), -1, &made, nullptr));
  const Statement insert(made);
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) bind(made, static_cast<int>(i) + 1, row[i]);
    check(database, sqlite3_step(made));
    check(database, sqlite3_reset(made));
  }
}

}  // namespace

void write_sqlite(const std::filesystem::path& file, const std::vector<SweepTable>& tables) {
  const std::string beside = fmt::format("{}.{}.tmp", file.string(), getpid());
  std::filesystem::remove(beside);
  {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(beside.c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const Database database(opened);
    check(opened, code);
    execute(opened, "PRAGMA journal_mode = WAL");  // who reads does not keep others from it
    execute(opened, "BEGIN");
    for (const SweepTable& table : tables) write_table(opened, table);
    execute(opened, "CREATE INDEX replicas_of_point ON replicas (point)");
    execute(opened, "COMMIT");
  }  // closing writes the log back into the file
  for (const char* rest : {"-wal", "-shm"}) std::filesystem::remove(file.string() + rest);
  std::filesystem::rename(beside, file);
}

}  // namespace qianka
