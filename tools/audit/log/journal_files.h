// The journal of a data directory (docs/formats/journal.md), read group by group: which of its
// groups are the journal, and, after all entries, where the batches of each partition's tail stand.
// Bodies stay on disk. Written against the format's page and nothing else.
#pragma once

#include <map>
#include <vector>

#include "tools/audit/log/batch_stream.h"
#include "tools/audit/log/data_file.h"
#include "tools/audit/log/journal_group.h"

namespace usher::audit {

// A batch in the journal.
struct JournalBatch {
  size_t file = 0;
  uint64_t position = 0;
  size_t bytes = 0;
  Term term;
  Offset end;
};

struct JournalTail {
  Offset commit;  // exclusive end of what is known to be committed
  Offset stored;  // exclusive end of what stands synced in segments
  std::map<Offset, JournalBatch> batches;
};

class JournalFiles {
 public:
  // All files of the directory `path`; none where there is no such directory. Damage goes to
  // `findings`; IO_FAILED.
  static Result<JournalFiles> open(const std::string& path, Findings& findings);

  const std::map<PartitionKey, JournalTail>& tails() const { return tails_; }
  const JournalTail* tail(PartitionKey key) const;
  // BATCH_CORRUPT and such.
  Result<FoundBatch> read(const JournalBatch& at) const;

 private:
  Result<void> find_groups();
  Result<std::optional<Buffer>> body_of(const JournalGroup& group) const;
  Result<void> follow(Findings& findings);
  const JournalGroup* after(const JournalGroup& group) const;
  void replay(const JournalGroup& group, const Buffer& body, Findings& findings);
  void place(PartitionKey key, bool is_copy, JournalBatch batch, Offset base, Findings& findings);
  void damaged(const JournalGroup& at, std::string why, Findings& findings) const;

  std::vector<DataFile> files_;
  // Every sector that begins as a group does, live or stale, by number.
  std::multimap<uint64_t, JournalGroup> groups_;
  std::map<PartitionKey, JournalTail> tails_;
};

}  // namespace usher::audit
