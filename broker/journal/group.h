// The journal's bytes: groups of entries, each written and synced as one. docs/formats/journal.md.
//
//     file = group │ group │ group │ … stale or zero     groups begin at sectors
//     group = header 104 │ entry │ entry │ … │ zeros up to the sector
//
// A group proves that it is the next one: it names the group before and carries its digest. Files
// are recycled, so whatever stands behind the last group may look like a group and is none.
#pragma once

#include <cstdint>
#include <optional>

#include "proto/base/bytes.h"
#include "proto/base/hash.h"
#include "proto/base/ids.h"

namespace usher::journal {

using JournalId = Id<struct JournalIdTag, uint64_t>;
// A file's use: every time a file is written from its beginning it has the next generation.
using Generation = Ordinal<struct GenerationTag>;
// Never repeats, whatever was cut off.
using GroupNumber = Ordinal<struct GroupNumberTag>;

constexpr size_t kGroupHeaderBytes = 104;

struct GroupHeader {
  JournalId journal;
  Generation generation;
  GroupNumber number;
  GroupNumber follows;   // the group before this one
  GroupNumber attested;  // the last group known to be synced when this one was written
  Generation oldest;     // files of older generations are no longer needed
  Digest previous;       // of the group before
  uint32_t entries = 0;
  uint32_t body_bytes = 0;
  Digest body;
};

// From the group's first byte to the next one's.
size_t group_bytes(uint32_t body_bytes);

void encode_group_header(const GroupHeader& header, std::byte* to);
// Nothing where the bytes do not begin with a header, or its CRC is wrong.
std::optional<GroupHeader> decode_group_header(Bytes bytes);
// What the next group carries as `previous`.
Digest digest_of(const GroupHeader& header);

enum class EntryKind : uint8_t {
  kBatch = 1,     // at the end of its partition's log
  kCopy = 2,      // of a batch from an older file: placed by offset and term, overwrites nothing
  kTruncate = 3,  // everything from an offset on is cut off
  kState = 4,     // what a partition must not forget besides its log
  kRestart = 5,   // the log before it is forgotten, a snapshot stands for it; and the state
};

struct PartitionKey {
  SpaceId space;
  PartitionId partition;
  friend auto operator<=>(const PartitionKey&, const PartitionKey&) = default;
};

// What a partition must not forget, whole each time: the last one counts.
struct PartitionState {
  Term term = {};
  uint64_t vote = 0;   // the replica voted for in this term; 0: nobody
  Offset commit = {};  // exclusive end of what is known to be committed
  Offset stored = {};  // exclusive end of what stands synced in segments
  friend bool operator==(const PartitionState&, const PartitionState&) = default;
};

struct Entry {
  EntryKind kind = EntryKind::kState;
  PartitionKey partition = {};
  Buffer header = {};         // kBatch, kCopy: the batch's header …
  Buffer body = {};           // … and its body; read back, header and body in one
  Offset from = {};           // kTruncate
  PartitionState state = {};  // kState, kRestart
};

// What the entry takes in a group's body.
size_t entry_bytes(const Entry& entry);
// Writes entry_bytes() of them.
void encode_entry(const Entry& entry, std::byte* to);

// Reads the entries of a body that has proved its digest; nothing where the bytes are no entry.
class EntryReader {
 public:
  explicit EntryReader(Buffer body) : rest_(std::move(body)) {}
  bool done() const { return rest_.empty(); }
  std::optional<Entry> next();

 private:
  Buffer rest_;
};

}  // namespace usher::journal
