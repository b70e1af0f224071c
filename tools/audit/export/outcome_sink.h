// Where outcomes go: a database that takes them and the place in the log that they hold for in one
// transaction, so that each is there once however often the export is ended and begun again. SQLite
// is one (sqlite_sink.h); another database is another one of these.
#pragma once

#include <optional>

#include "tools/audit/story/story.h"

namespace usher::audit {

// How far a partition was exported.
struct ExportPosition {
  Offset next;        // everything below is in the database
  Offset read_from;   // commands that were not answered yet stand here or behind
  wire::Chain chain;  // at `next`: whether this is the same log
  friend bool operator==(const ExportPosition&, const ExportPosition&) = default;
};

class OutcomeSink {
 public:
  virtual ~OutcomeSink() = default;
  // None: nothing of the partition is here yet.
  virtual Result<std::optional<ExportPosition>> position(PartitionKey key) = 0;
  // Takes part in the next commit.
  virtual Result<void> write(PartitionKey key, const StoryEntry& entry) = 0;
  // All that was written since the last one, and the position, at once.
  virtual Result<void> commit(PartitionKey key, const ExportPosition& position) = 0;
};

}  // namespace usher::audit
