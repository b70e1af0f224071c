#include "tools/audit/export/sqlite_file.h"

#include <map>

#include <fmt/format.h>
#include <sqlite3.h>

namespace usher::audit {
namespace {

// Another program may hold the file for a moment.
constexpr int kBusyMs = 10'000;

struct Close {
  void operator()(sqlite3* file) const { sqlite3_close_v2(file); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

}  // namespace

struct SqliteFile::State {
  std::string path;
  std::unique_ptr<sqlite3, Close> file;
  std::map<std::string, Statement, std::less<>> statements;

  Error failure() const {
    return {ErrorCode::IO_FAILED, fmt::format("{}: {}", path, sqlite3_errmsg(file.get()))};
  }
};

SqliteFile::SqliteFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteFile::SqliteFile(SqliteFile&&) noexcept = default;
SqliteFile& SqliteFile::operator=(SqliteFile&&) noexcept = default;
SqliteFile::~SqliteFile() = default;

Result<SqliteFile> SqliteFile::open(const std::string& path) {
  auto state = std::make_unique<State>();
  state->path = path;
  sqlite3* file = nullptr;
  int opened =
      sqlite3_open_v2(path.c_str(), &file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  state->file.reset(file);
  if (opened != SQLITE_OK) return fail(state->failure());
  sqlite3_busy_timeout(file, kBusyMs);
  return SqliteFile(std::move(state));
}

Result<void> SqliteFile::run(const std::string& statements) {
  if (sqlite3_exec(state_->file.get(), statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return fail(state_->failure());
  return {};
}

Result<std::vector<SqliteFile::Row>> SqliteFile::query(std::string_view statement,
                                                       const Row& values) {
  auto known = state_->statements.find(statement);
  if (known == state_->statements.end()) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(state_->file.get(), statement.data(), static_cast<int>(statement.size()),
                           &made, nullptr) != SQLITE_OK)
      return fail(state_->failure());
    known = state_->statements.emplace(std::string(statement), Statement(made)).first;
  }
  sqlite3_stmt* prepared = known->second.get();
  for (size_t i = 0; i < values.size(); ++i) {
    int at = static_cast<int>(i) + 1;
    // The value lives until the statement is done.
    if (values[i])
      sqlite3_bind_text(prepared, at, values[i]->data(), static_cast<int>(values[i]->size()),
                        SQLITE_STATIC);
    else
      sqlite3_bind_null(prepared, at);
  }
  std::vector<Row> rows;
  int stepped = sqlite3_step(prepared);
  for (; stepped == SQLITE_ROW; stepped = sqlite3_step(prepared)) {
    Row& row = rows.emplace_back();
    for (int column = 0; column < sqlite3_column_count(prepared); ++column) {
      const unsigned char* text = sqlite3_column_text(prepared, column);
      auto bytes = static_cast<size_t>(sqlite3_column_bytes(prepared, column));
      if (text)
        row.emplace_back(std::string(reinterpret_cast<const char*>(text), bytes));
      else
        row.emplace_back(std::nullopt);
    }
  }
  std::optional<Error> failure;
  if (stepped != SQLITE_DONE) failure = state_->failure();
  sqlite3_reset(prepared);
  sqlite3_clear_bindings(prepared);
  if (failure) return fail(std::move(*failure));
  return rows;
}

}  // namespace usher::audit
