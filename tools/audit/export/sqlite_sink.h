// Outcomes as tables of SQLite (docs/audit.md has them, with what to ask of them).
//
//     reservations   one row each, as it is now          history   one row an outcome
//     seat_history   one row a seat that changed hands   exported  how far each partition is
#pragma once

#include "tools/audit/export/outcome_sink.h"
#include "tools/audit/export/sqlite_file.h"

namespace usher::audit {

class SqliteSink final : public OutcomeSink {
 public:
  // Makes the tables where they are not there. CONFIG_INVALID: a database of another version.
  static Result<std::unique_ptr<SqliteSink>> open(const std::string& path);

  Result<std::optional<ExportPosition>> position(PartitionKey key) override;
  Result<void> write(PartitionKey key, const StoryEntry& entry) override;
  Result<void> commit(PartitionKey key, const ExportPosition& position) override;
  SqliteFile& file() { return file_; }

 private:
  explicit SqliteSink(SqliteFile file) : file_(std::move(file)) {}
  Result<void> begin();
  Result<void> write_history(const std::string& partition, const StoryEntry& entry);
  Result<void> write_reservation(const std::string& partition, const StoryEntry& entry);
  Result<void> write_seats(const std::string& partition, const StoryEntry& entry);

  SqliteFile file_;
  bool in_transaction_ = false;
};

}  // namespace usher::audit
