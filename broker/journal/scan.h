// Recovery's first half, pure: which groups of the journal's files are the journal? Follows the
// groups from the oldest file that is still needed, stops at the first that does not continue the
// sequence, and tells a torn tail (never synced: cut) from corruption (synced once, and damaged
// since).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "broker/journal/group.h"
#include "proto/base/result.h"

namespace usher::journal {

struct FileContent {
  std::string name;
  Buffer bytes;
};

struct FoundGroup {
  GroupHeader header;
  size_t file;  // its place among the files given
  uint64_t position;
  Buffer body;
};

struct Scan {
  std::vector<FoundGroup> groups;  // in order; empty: nothing was ever written
  // Above every number and generation that any file shows: what is written next begins there.
  GroupNumber next_number;
  Generation next_generation;
  // A group that was being written when the process died, and where.
  bool torn = false;
};

// What a start has to read. Files that were full once and are free now hold nothing that counts:
// the head of each file, its first sector, says how new it is. Those whose head says nothing come
// first, for they may hold anything; then the newest first, until oldest_needed() of what was read
// says that the rest is older.
struct FileHead {
  size_t file;
  std::optional<Generation> generation;
};
std::vector<FileHead> reading_order(JournalId journal, std::span<const Buffer> heads);
// As the newest whole group says, where there is one.
std::optional<Generation> oldest_needed(JournalId journal, std::span<const FileContent> files);

// Files that need not be read are empty here. JOURNAL_CORRUPT names file and byte. `journal` is the
// id from the data directory's identity: groups of another journal are none.
Result<Scan> scan(JournalId journal, std::span<const FileContent> files);

}  // namespace usher::journal
