// A database of SQLite: statements in, rows out. The one place that knows its library.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"

namespace usher::audit {

class SqliteFile {
 public:
  // A value to bind, a value that comes: text, a number as text, or null.
  using Value = std::optional<std::string>;
  using Row = std::vector<Value>;

  // Made where it is not there. IO_FAILED says what SQLite says.
  static Result<SqliteFile> open(const std::string& path);
  SqliteFile(SqliteFile&&) noexcept;
  SqliteFile& operator=(SqliteFile&&) noexcept;
  ~SqliteFile();

  // Statements one behind the other, without values and rows.
  Result<void> run(const std::string& statements);
  // One statement; it is prepared once and kept. Numbers are bound as text: columns have types.
  Result<std::vector<Row>> query(std::string_view statement, const Row& values = {});

 private:
  struct State;
  explicit SqliteFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace usher::audit
