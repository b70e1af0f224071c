// A broker's data directory, or a copy of it, read without the broker: which partitions it has, and
// the log of each as one stream, segments first, then what only the journal has.
//
//     DIR/segments/SPACE-PARTITION/*.segment ─┐
//     DIR/journal/*.journal ──────────────────┴─→ open(partition) ─→ batches up to the commit
#pragma once

#include <memory>
#include <set>
#include <string>

#include "tools/audit/log/journal_files.h"
#include "tools/audit/log/segment_file.h"

namespace usher::audit {

class DataDirectory {
 public:
  // CONFIG_INVALID: no data directory, or a running program has it. Damage of the journal goes to
  // `findings`.
  static Result<std::shared_ptr<const DataDirectory>> open(const std::string& path,
                                                           Findings& findings);

  const std::string& path() const { return path_; }
  std::set<PartitionKey> partitions() const;
  // The exclusive end of what the journal knows to be synced in the partition's segments.
  Offset stored(PartitionKey key) const;
  // `findings` outlives the stream.
  std::unique_ptr<BatchStream> stream(PartitionKey key, Findings& findings) const;

 private:
  DataDirectory(std::string path, JournalFiles journal)
      : path_(std::move(path)), journal_(std::move(journal)) {}
  std::string path_;
  JournalFiles journal_;
};

}  // namespace usher::audit
