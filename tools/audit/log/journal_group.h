// A group of the journal and the entries in it (docs/formats/journal.md): bytes in, values out.
// Written against the format's page and nothing else.
#pragma once

#include <optional>

#include "proto/base/hash.h"
#include "proto/wire/batch_header.h"
#include "tools/audit/log/batch_stream.h"

namespace usher::audit {

constexpr uint64_t kJournalSector = 4096;
constexpr size_t kGroupHeaderBytes = 104;

struct JournalGroup {
  uint64_t journal = 0;
  uint64_t generation = 0;
  uint64_t number = 0;
  uint64_t follows = 0;
  uint64_t attested = 0;
  uint64_t oldest = 0;
  uint32_t entries = 0;
  uint32_t body_bytes = 0;
  Digest previous;
  Digest self;
  Digest body;
  // Where it was found: which of the reader's files, and the byte in it.
  size_t file = 0;
  uint64_t position = 0;
  // Where the next one of its file begins.
  uint64_t end() const;
};

// None: no group begins here.
std::optional<JournalGroup> decode_group(Bytes bytes);

struct JournalEntry {
  enum class Kind : uint8_t { kBatch = 1, kCopy = 2, kTruncate = 3, kState = 4, kRestart = 5 };
  Kind kind = Kind::kBatch;
  PartitionKey key;
  size_t payload_at = 0;  // in the body
  size_t bytes = 0;
  std::optional<wire::BatchHeader> header = {};  // kBatch, kCopy
  Offset from = {};                              // kTruncate
  // kState, kRestart
  Term term = {};
  uint64_t vote = 0;
  Offset commit = {};
  Offset stored = {};
};

// The entries of a body that has proved its digest.
class JournalEntries {
 public:
  explicit JournalEntries(Buffer body) : body_(std::move(body)) {}
  bool done() const;
  // JOURNAL_CORRUPT: no entry stands here; nothing more can be read.
  Result<JournalEntry> next();

 private:
  Buffer body_;
  size_t at_ = 0;
};

}  // namespace usher::audit
