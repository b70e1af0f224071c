// The journal of a data directory (docs/formats/journal.md), read group by group: which of its
// groups are the journal, and, after all entries, where the batches of each partition's tail stand.
// Bodies stay on disk. Written against the format's page and nothing else.
#pragma once

#include <map>
#include <vector>

#include "proto/base/hash.h"
#include "tools/audit/log/batch_stream.h"
#include "tools/audit/log/data_file.h"

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
  struct Group {
    uint64_t generation = 0;
    uint64_t number = 0;
    uint64_t follows = 0;
    uint64_t oldest = 0;
    Digest previous;
    Digest self;
    Digest body;
    uint32_t body_bytes = 0;
    size_t file = 0;
    uint64_t position = 0;
    uint64_t end() const;
  };
  static std::optional<Group> decode(Bytes bytes);
  Result<void> find_groups();
  Result<std::optional<Buffer>> body_of(const Group& group) const;
  Result<void> follow(Findings& findings);
  const Group* after(const Group& group) const;
  void replay(const Group& group, const Buffer& body, Findings& findings);
  void place(PartitionKey key, bool is_copy, JournalBatch batch, Offset base, Findings& findings);
  void damaged(const Group& at, std::string why, Findings& findings) const;

  std::vector<DataFile> files_;
  // Every sector that begins as a group does, live or stale, by number.
  std::multimap<uint64_t, Group> groups_;
  std::map<PartitionKey, JournalTail> tails_;
};

}  // namespace usher::audit
