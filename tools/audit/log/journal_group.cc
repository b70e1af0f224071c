#include "tools/audit/log/journal_group.h"

#include "proto/base/crc32c.h"
#include "proto/base/little_endian.h"

namespace usher::audit {
namespace {

constexpr uint32_t kJournalMagic = 0x4a687355;  // "UshJ"
constexpr uint16_t kJournalVersion = 1;
constexpr size_t kGroupCrcAt = 4;
constexpr size_t kGroupVersionAt = 8;
constexpr size_t kEntriesAt = 12;
constexpr size_t kBodyBytesAt = 16;
constexpr size_t kJournalIdAt = 24;
constexpr size_t kGenerationAt = 32;
constexpr size_t kNumberAt = 40;
constexpr size_t kFollowsAt = 48;
constexpr size_t kAttestedAt = 56;
constexpr size_t kOldestAt = 64;
constexpr size_t kPreviousAt = 72;
constexpr size_t kBodyAt = 88;

constexpr size_t kEntryFixedBytes = 16;
constexpr size_t kEntryAlignment = 8;
constexpr size_t kTruncateBytes = 8;
constexpr size_t kStateBytes = 32;

Digest load_digest(const std::byte* from) {
  return {.low = load_le<uint64_t>(from), .high = load_le<uint64_t>(from + 8)};
}

size_t round_up(size_t bytes, size_t to) { return (bytes + to - 1) / to * to; }

std::unexpected<Error> no_entry(const char* why) { return fail(ErrorCode::JOURNAL_CORRUPT, why); }

}  // namespace

uint64_t JournalGroup::end() const {
  return position + round_up(kGroupHeaderBytes + body_bytes, kJournalSector);
}

std::optional<JournalGroup> decode_group(Bytes bytes) {
  if (bytes.size() < kGroupHeaderBytes) return std::nullopt;
  const std::byte* from = bytes.data();
  if (load_le<uint32_t>(from) != kJournalMagic ||
      load_le<uint16_t>(from + kGroupVersionAt) != kJournalVersion ||
      load_le<uint32_t>(from + kGroupCrcAt) !=
          crc32c(bytes.subspan(kGroupVersionAt, kGroupHeaderBytes - kGroupVersionAt)))
    return std::nullopt;
  return JournalGroup{.journal = load_le<uint64_t>(from + kJournalIdAt),
                      .generation = load_le<uint64_t>(from + kGenerationAt),
                      .number = load_le<uint64_t>(from + kNumberAt),
                      .follows = load_le<uint64_t>(from + kFollowsAt),
                      .attested = load_le<uint64_t>(from + kAttestedAt),
                      .oldest = load_le<uint64_t>(from + kOldestAt),
                      .entries = load_le<uint32_t>(from + kEntriesAt),
                      .body_bytes = load_le<uint32_t>(from + kBodyBytesAt),
                      .previous = load_digest(from + kPreviousAt),
                      .self = xxh3_128(bytes.first(kGroupHeaderBytes)),
                      .body = load_digest(from + kBodyAt),
                      .file = 0,
                      .position = 0};
}

bool JournalEntries::done() const { return at_ + kEntryFixedBytes > body_.size(); }

Result<JournalEntry> JournalEntries::next() {
  const std::byte* fixed = body_.data() + at_;
  JournalEntry entry{
      .kind = static_cast<JournalEntry::Kind>(fixed[4]),
      .key = {SpaceId(load_le<uint32_t>(fixed + 8)), PartitionId(load_le<uint32_t>(fixed + 12))},
      .payload_at = at_ + kEntryFixedBytes,
      .bytes = load_le<uint32_t>(fixed)};
  if (entry.bytes > body_.size() - entry.payload_at) return no_entry("an entry beyond its group");
  at_ = entry.payload_at + round_up(entry.bytes, kEntryAlignment);
  const std::byte* from = body_.data() + entry.payload_at;
  switch (entry.kind) {
    case JournalEntry::Kind::kBatch:
    case JournalEntry::Kind::kCopy: {
      auto header = wire::BatchHeader::decode(body_.slice(entry.payload_at, entry.bytes));
      if (!header || !header->sealed() || header->batch_bytes() != entry.bytes)
        return no_entry("an entry that holds no batch with a place");
      entry.header = std::move(*header);
      return entry;
    }
    case JournalEntry::Kind::kTruncate:
      if (entry.bytes != kTruncateBytes) break;
      entry.from = Offset(load_le<uint64_t>(from));
      return entry;
    case JournalEntry::Kind::kState:
    case JournalEntry::Kind::kRestart:
      if (entry.bytes != kStateBytes) break;
      entry.term = Term(load_le<uint64_t>(from));
      entry.vote = load_le<uint64_t>(from + 8);
      entry.commit = Offset(load_le<uint64_t>(from + 16));
      entry.stored = Offset(load_le<uint64_t>(from + 24));
      return entry;
  }
  return no_entry("an entry of no kind");
}

}  // namespace usher::audit
